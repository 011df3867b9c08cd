package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cifarFile returns n records: image i has label i % 10 and its planes count up from i.
func cifarFile(n int) []byte {
	file := make([]byte, 0, n*cifarRecord)
	for i := range n {
		file = append(file, byte(i%10))
		for p := range cifarRecord - 1 {
			file = append(file, byte(i+p/1024*7+p))
		}
	}
	return file
}

// write puts files into a new folder.
func write(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, file := range files {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestSubsetOfCIFAR(t *testing.T) {
	train := cifarFile(1234)
	folder := write(t, map[string][]byte{
		"cifar10/cifar10-exact-train-1234.bin.gz": zip(t, train),
		"cifar10/cifar10-exact-test-7.bin.gz":     zip(t, cifarFile(7)),
	})
	if !Here("cifar10", folder) || !Here("shapes", "") || Here("nothing", folder) {
		t.Error("which sets are here is not known")
	}
	s, err := Open("cifar10", folder)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "CIFAR-10 (subset of 1,234 + 7)" || !s.Subset || s.Train.N != 1234 || s.Test.N != 7 {
		t.Errorf("%q, subset %v, %d + %d images", s.Title, s.Subset, s.Train.N, s.Test.N)
	}
	for _, at := range []struct{ image, y, x, c int }{{0, 0, 0, 0}, {3, 31, 31, 2}, {1233, 5, 17, 1}} {
		got := s.Train.Pixels[((at.image*32+at.y)*32+at.x)*3+at.c]
		want := train[at.image*cifarRecord+1+at.c*1024+at.y*32+at.x]
		if got != want {
			t.Errorf("image %d, row %d, column %d, channel %d is %d, want %d", at.image, at.y, at.x, at.c, got, want)
		}
	}
}

func TestMissingCIFARSaysWhatWasLookedFor(t *testing.T) {
	folder := t.TempDir()
	_, err := Open("cifar10", folder)
	for _, want := range []string{folder, "data_batch_1.bin", "test_batch.bin", cifarInner, cifarArchive, "cifar10-exact-train-*.bin.gz"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	t.Setenv(cifarVariable, "")
	if Here("cifar10", folder) || Here("cifar10", "") {
		t.Error("it is said to be here")
	}
	if _, err = Open("cifar10", ""); err == nil || !strings.Contains(err.Error(), cifarVariable) {
		t.Errorf("%v does not name %s", err, cifarVariable)
	}
	// Once the files are in place the same folder opens, without a restart.
	for name, file := range map[string][]byte{"cifar10-exact-train-9.bin.gz": cifarFile(9), "cifar10-exact-test-9.bin.gz": cifarFile(9)} {
		if err := os.WriteFile(filepath.Join(folder, name), zip(t, file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(cifarVariable, folder)
	if s, err := Open("cifar10", ""); err != nil || s.Train.N != 9 {
		t.Errorf("after the files came: %v", err)
	}
}

func TestBrokenCIFAR(t *testing.T) {
	bad := cifarFile(3)
	bad[2*cifarRecord] = 10
	good := zip(t, cifarFile(3))
	for _, c := range []struct {
		name, want string
		files      map[string][]byte
	}{
		{"short official file", "data_batch_1.bin has", map[string][]byte{"data_batch_1.bin": cifarFile(3)}},
		{"in its folder", "data_batch_1.bin has", map[string][]byte{cifarInner + "/data_batch_1.bin": cifarFile(3)}},
		{"archive", "MD5", map[string][]byte{cifarArchive: good}},
		{"label", "image 2 has label 10", map[string][]byte{"cifar10-exact-train-3.bin.gz": zip(t, bad), "cifar10-exact-test-3.bin.gz": good}},
		{"length", "records of 3073", map[string][]byte{"cifar10-exact-train-3.bin.gz": zip(t, bad[1:]), "cifar10-exact-test-3.bin.gz": good}},
		{"empty", "records of 3073", map[string][]byte{"cifar10-exact-train-3.bin.gz": zip(t, nil), "cifar10-exact-test-3.bin.gz": good}},
		{"cut", "unexpected EOF", map[string][]byte{"cifar10-exact-train-3.bin.gz": good[:len(good)/2], "cifar10-exact-test-3.bin.gz": good}},
		{"no gzip", "gzip", map[string][]byte{"cifar10-exact-train-3.bin.gz": cifarFile(1), "cifar10-exact-test-3.bin.gz": good}},
		{"two subsets", "2 files match", map[string][]byte{"cifar10-exact-train-3.bin.gz": good, "cifar10-exact-train-4.bin.gz": good, "cifar10-exact-test-3.bin.gz": good}},
		{"no test images", "looked for", map[string][]byte{"cifar10-exact-train-3.bin.gz": good}},
	} {
		if _, err := Open("cifar10", write(t, c.files)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// tarball packs files of the official size, all zero, cut to size bytes each.
func tarball(t *testing.T, names []string, size int64) io.Reader {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	zeros := make([]byte, size)
	for _, name := range names {
		err = errors.Join(err, w.WriteHeader(&tar.Header{Name: cifarInner + "/" + name, Mode: 0o644, Size: size, Typeflag: tar.TypeReg}))
		_, e := w.Write(zeros)
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestBrokenArchives(t *testing.T) {
	all := append([]string{"readme.html"}, append(cifarTestFiles, cifarTrainFiles...)...)
	for _, c := range []struct {
		name, want string
		file       io.Reader
	}{
		{"no gzip", "gzip", strings.NewReader("hello, this is no archive at all")},
		{"no tar", "tar", bytes.NewReader(zip(t, bytes.Repeat([]byte("x"), 1024)))},
		{"cut", "EOF", io.LimitReader(tarball(t, all, cifarRecord), 200)},
		{"a file too short", "data_batch_1.bin has 3073 bytes", tarball(t, all, cifarRecord)},
		{"empty", "holds no data_batch_1.bin", tarball(t, nil, 0)},
	} {
		if _, _, err := parseCIFARArchive(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// The official forms at their full size, with black images.
func TestOfficialCIFAR(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 x 184 MB: skipped with -short")
	}
	check := func(form string, train, test *Images, err error) {
		if err != nil {
			t.Errorf("%s: %v", form, err)
		} else if train.N != 50000 || test.N != 10000 || len(train.Pixels) != 50000*3072 {
			t.Errorf("%s: %d + %d images", form, train.N, test.N)
		}
	}
	folder := t.TempDir()
	for _, name := range append(cifarTestFiles, cifarTrainFiles...) {
		f, err := os.Create(filepath.Join(folder, name))
		if err == nil {
			err = errors.Join(f.Truncate(cifarBatch*cifarRecord), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	train, test, err := cifarFromFiles(folder)
	check("files", train, test, err)

	train, test, err = parseCIFARArchive(tarball(t, append(cifarTestFiles, cifarTrainFiles...), cifarBatch*cifarRecord))
	check("archive", train, test, err)

	if err := os.Remove(filepath.Join(folder, "data_batch_4.bin")); err != nil {
		t.Fatal(err)
	}
	if _, _, err = cifarFromFiles(folder); err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "data_batch_4.bin") {
		t.Errorf("with a missing file: %v", err)
	}
}

func FuzzCIFAR(f *testing.F) {
	f.Add(cifarFile(1))
	f.Add(cifarFile(2)[1:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		im := newCIFAR(len(file) / cifarRecord)
		if err := im.addCIFAR(file); err != nil {
			return
		}
		if im.N*cifarRecord != len(file) || len(im.Labels) != im.N || len(im.Pixels) != im.N*(cifarRecord-1) {
			t.Errorf("%d images from %d bytes", im.N, len(file))
		}
	})
}

// What is known of the real files, where somebody has them.
func TestRealCIFAR(t *testing.T) {
	s := open(t, "cifar10")
	if s.Train.N < 8068 || s.Test.N < 1017 {
		t.Errorf("%d + %d images", s.Train.N, s.Test.N)
	}
	if got := s.Classes[s.Train.Labels[0]]; got != "frog" { // the first training image, as every tutorial shows it
		t.Errorf("the first training image is a %s", got)
	}
	if s.Test.Labels[0] != 3 || s.Test.Labels[1] != 8 { // a cat, a ship
		t.Errorf("the first test labels are %d, %d", s.Test.Labels[0], s.Test.Labels[1])
	}
	if s.Subset != (s.Train.N < 50000) {
		t.Errorf("subset is %v with %d images", s.Subset, s.Train.N)
	}
}
