package data

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
)

// parseCIFARArchive reads the six files from the archive, in whatever order they stand in it.
func parseCIFARArchive(r io.Reader) (train, test *Images, err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", cifarArchive, err)
	}
	files := map[string][]byte{}
	for _, name := range append(cifarTrainFiles[:len(cifarTrainFiles):len(cifarTrainFiles)], cifarTestFiles...) {
		files[name] = nil
	}
	for t := tar.NewReader(z); ; {
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", cifarArchive, err)
		}
		name := path.Base(head.Name)
		if _, wanted := files[name]; !wanted || head.Typeflag != tar.TypeReg {
			continue
		}
		if files[name], err = io.ReadAll(io.LimitReader(t, cifarBatch*cifarRecord+1)); err != nil {
			return nil, nil, fmt.Errorf("%s: %s: %w", cifarArchive, name, err)
		}
	}
	collect := func(names []string) (*Images, error) {
		im := newCIFAR(len(names) * cifarBatch)
		for _, name := range names {
			if files[name] == nil {
				return nil, fmt.Errorf("%s holds no %s", cifarArchive, name)
			}
			if err := im.addOfficial(name, files[name]); err != nil {
				return nil, err
			}
		}
		return im, nil
	}
	if train, err = collect(cifarTrainFiles); err != nil {
		return nil, nil, err
	}
	test, err = collect(cifarTestFiles)
	return train, test, err
}

// newCIFAR returns no images, with room for n.
func newCIFAR(n int) *Images {
	return &Images{H: 32, W: 32, C: 3, Pixels: make([]uint8, 0, n*(cifarRecord-1)), Labels: make([]uint8, 0, n)}
}

// addOfficial adds an official file, which holds exactly 10,000 images.
func (im *Images) addOfficial(name string, file []byte) error {
	if len(file) != cifarBatch*cifarRecord {
		return fmt.Errorf("%s has %d bytes or more, the official file %d", name, len(file), cifarBatch*cifarRecord)
	}
	if err := im.addCIFAR(file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// addCIFAR adds the images of a file of records: a label, then three planes of
// 32 x 32, which become the order row, column, channel.
func (im *Images) addCIFAR(file []byte) error {
	if len(file) == 0 || len(file)%cifarRecord != 0 {
		return fmt.Errorf("%d bytes are no whole number of records of %d", len(file), cifarRecord)
	}
	const plane = 32 * 32
	for ; len(file) > 0; file = file[cifarRecord:] {
		if int(file[0]) >= len(cifarClasses) {
			return fmt.Errorf("image %d has label %d, the largest is %d", im.N, file[0], len(cifarClasses)-1)
		}
		im.N++
		im.Labels = append(im.Labels, file[0])
		red, green, blue := file[1:][:plane], file[1+plane:][:plane], file[1+2*plane:][:plane]
		for i := range plane {
			im.Pixels = append(im.Pixels, red[i], green[i], blue[i])
		}
	}
	return nil
}
