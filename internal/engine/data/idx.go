package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
)

// Kinds of IDX files: the third byte says "unsigned bytes", the fourth counts the dimensions.
const (
	idxLabels = 0x0801
	idxImages = 0x0803
)

// parseIDX reads an IDX file of bytes (Y. LeCun, the MNIST page): a magic
// number, one big-endian uint32 for each dimension, then the elements. It
// returns the dimensions and the elements, which share memory with file.
func parseIDX(file []byte, magic uint32) (dims []int, elements []byte, err error) {
	if len(file) < 4 {
		return nil, nil, fmt.Errorf("IDX file ends after %d bytes, before its magic number", len(file))
	}
	if m := binary.BigEndian.Uint32(file); m != magic {
		return nil, nil, fmt.Errorf("IDX magic number is %#08x, want %#08x", m, magic)
	}
	n := int(magic & 0xff)
	elements = file[4:]
	if len(elements) < 4*n {
		return nil, nil, fmt.Errorf("IDX file ends after %d bytes, inside its head", len(file))
	}
	total := uint64(1) // cannot overflow: a product beyond the file's length ends the loop
	for i := range n {
		d := binary.BigEndian.Uint32(elements[4*i:])
		dims = append(dims, int(d))
		if total *= uint64(d); total > uint64(len(file)) {
			break
		}
	}
	if elements = elements[4*n:]; total != uint64(len(elements)) {
		return nil, nil, fmt.Errorf("IDX file promises %d elements or more and has %d", total, len(elements))
	}
	return dims, elements, nil
}

// idxPair reads a file of images and the file of their labels, both compressed
// with gzip. Images must be h x w grey pixels, labels below classes.
func idxPair(images, labels []byte, h, w, classes int) (*Images, error) {
	raw, err := gunzip(images)
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	dims, pixels, err := parseIDX(raw, idxImages)
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	if dims[1] != h || dims[2] != w {
		return nil, fmt.Errorf("images are %d x %d pixels, want %d x %d", dims[1], dims[2], h, w)
	}
	if raw, err = gunzip(labels); err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	count, class, err := parseIDX(raw, idxLabels)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	if count[0] != dims[0] {
		return nil, fmt.Errorf("%d images have %d labels", dims[0], count[0])
	}
	im := &Images{N: dims[0], H: h, W: w, C: 1, Pixels: pixels, Labels: class}
	return im, im.checkLabels(classes)
}

// checkLabels reports a label that is not below classes.
func (im *Images) checkLabels(classes int) error {
	for i, l := range im.Labels {
		if int(l) >= classes {
			return fmt.Errorf("image %d has label %d, the largest is %d", i, l, classes-1)
		}
	}
	return nil
}

// maxFile bounds what a compressed file may grow to: larger than any set here,
// smaller than what harms.
const maxFile = 1 << 28

// gunzip decompresses a whole file.
func gunzip(file []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("file is larger than %d bytes", maxFile)
	}
	return raw, nil
}
