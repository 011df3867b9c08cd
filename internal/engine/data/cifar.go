package data

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

var cifarInfo = Info{
	Name:  "cifar10",
	Title: "CIFAR-10",
	Doc: "Photographs of ten kinds of animals and vehicles, 32 x 32 pixels in colour, 50,000 train and 10,000 test. Not part of the " +
		"program: it reads the official download of the binary version from the folder that -images or GRADLAB_CIFAR10 names. About 3 % of the test images " +
		"have a near duplicate among the training images (Barz and Denzler 2020).",
	H: 32, W: 32, C: 3,
	Train:    5 * cifarBatch,
	PixelKNN: 0.337, PixelLinear: 0.262,
	Licence: "none stated by its authors, who ask to be cited",
	Credit: "A. Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", technical report, University of Toronto, 2009. " +
		"Not distributed with the program.",
	open: openCIFAR,
}

var cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// What the folder may hold.
const (
	cifarVariable = "GRADLAB_CIFAR10"
	cifarArchive  = "cifar-10-binary.tar.gz"
	cifarMD5      = "c32a1d4ab5d03f1284b67883e8d87530" // of the archive, from the authors' page
	cifarInner    = "cifar-10-batches-bin"             // folder inside the archive
	cifarPart     = "cifar10-exact-%s-*.bin.gz"        // some of the original images, same records
	cifarBatch    = 10000                              // images in an official file
	cifarRecord   = 1 + 3*32*32                        // a label, then the planes of red, green and blue
)

var (
	cifarTrainFiles = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}
	cifarTestFiles  = []string{"test_batch.bin"}
)

// cifarFolder returns the folder to look into: the argument or, where that is
// empty, the environment's.
func cifarFolder(folder string) string {
	if folder == "" {
		folder = os.Getenv(cifarVariable)
	}
	return folder
}

// openCIFAR takes the first of these that the folder, or cifar10 in it, holds:
// the official binary files, the official archive, a subset in gzip files.
func openCIFAR(info Info, folder string) (*Set, error) {
	if folder == "" {
		return nil, fmt.Errorf("data: CIFAR-10 is not part of the program: put %s (from https://www.cs.toronto.edu/~kriz/cifar.html) "+
			"into a folder and name the folder with -images or in the environment variable %s", cifarArchive, cifarVariable)
	}
	for _, dir := range []string{folder, filepath.Join(folder, info.Name)} {
		for _, try := range []func(string) (train, test *Images, err error){cifarFromFiles, cifarFromArchive, cifarFromSubset} {
			train, test, err := try(dir)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("data: CIFAR-10 in %s: %w", dir, err)
			}
			s := newSet(info, cifarClasses, train, test)
			if train.N < 5*cifarBatch || test.N < cifarBatch {
				s.subset()
			}
			return s, nil
		}
	}
	return nil, fmt.Errorf("data: no CIFAR-10 in %s nor in its folder %s: looked for data_batch_1.bin to data_batch_5.bin with test_batch.bin (there and in %s), for %s, and for %s with %s",
		folder, info.Name, cifarInner, cifarArchive, fmt.Sprintf(cifarPart, "train"), fmt.Sprintf(cifarPart, "test"))
}

// hasCIFAR tells whether the folder, or cifar10 in it, holds something that openCIFAR would read.
func hasCIFAR(folder string) bool {
	if folder == "" {
		return false
	}
	for _, dir := range []string{folder, filepath.Join(folder, cifarInfo.Name)} {
		for _, pattern := range []string{cifarTrainFiles[0], filepath.Join(cifarInner, cifarTrainFiles[0]), cifarArchive, fmt.Sprintf(cifarPart, "train")} {
			if found, err := filepath.Glob(filepath.Join(dir, pattern)); err == nil && len(found) > 0 {
				return true
			}
		}
	}
	return false
}

// cifarFromFiles reads the official binary files. The error is fs.ErrNotExist
// where there is none of them; where only some are missing it names one.
func cifarFromFiles(folder string) (train, test *Images, err error) {
	for _, dir := range []string{folder, filepath.Join(folder, cifarInner)} {
		if _, err = os.Stat(filepath.Join(dir, cifarTrainFiles[0])); err == nil {
			folder = dir
			break
		}
	}
	if err != nil {
		return nil, nil, fs.ErrNotExist
	}
	read := func(names []string) (*Images, error) {
		im := newCIFAR(len(names) * cifarBatch)
		for _, name := range names {
			file, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				return nil, fmt.Errorf("the set is incomplete: %s cannot be read", name)
			}
			if err := im.addOfficial(name, file); err != nil {
				return nil, err
			}
		}
		return im, nil
	}
	if train, err = read(cifarTrainFiles); err != nil {
		return nil, nil, err
	}
	test, err = read(cifarTestFiles)
	return train, test, err
}

// cifarFromArchive reads the official archive after checking its MD5 sum.
func cifarFromArchive(folder string) (train, test *Images, err error) {
	f, err := os.Open(filepath.Join(folder, cifarArchive))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, nil, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != cifarMD5 {
		return nil, nil, fmt.Errorf("%s has the MD5 sum %s, the official one is %s: the download is incomplete or another file", cifarArchive, got, cifarMD5)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	return parseCIFARArchive(f)
}

// cifarFromSubset reads two gzip files of records.
func cifarFromSubset(folder string) (train, test *Images, err error) {
	read := func(part string) (*Images, error) {
		names, err := filepath.Glob(filepath.Join(folder, fmt.Sprintf(cifarPart, part)))
		if err != nil || len(names) == 0 {
			return nil, fs.ErrNotExist
		}
		if len(names) > 1 {
			return nil, fmt.Errorf("%d files match %s, one is wanted", len(names), fmt.Sprintf(cifarPart, part))
		}
		packed, err := os.ReadFile(names[0])
		if err != nil {
			return nil, err
		}
		file, err := gunzip(packed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(names[0]), err)
		}
		im := newCIFAR(len(file) / cifarRecord)
		if err := im.addCIFAR(file); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(names[0]), err)
		}
		return im, nil
	}
	if train, err = read("train"); err != nil {
		return nil, nil, err
	}
	test, err = read("test")
	return train, test, err
}
