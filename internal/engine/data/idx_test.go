package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// idxFile writes an IDX file with the given head and body.
func idxFile(magic uint32, dims []uint32, elements []byte) []byte {
	file := binary.BigEndian.AppendUint32(nil, magic)
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, d)
	}
	return append(file, elements...)
}

// zip compresses with gzip.
func zip(t *testing.T, file []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParseIDX(t *testing.T) {
	dims, elements, err := parseIDX(idxFile(idxImages, []uint32{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6}), idxImages)
	if err != nil || !slices.Equal(dims, []int{2, 1, 3}) || !slices.Equal(elements, []byte{1, 2, 3, 4, 5, 6}) {
		t.Errorf("got %v %v %v", dims, elements, err)
	}
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"empty", "before its magic number", nil},
		{"magic", "magic number is 0x00000801", idxFile(idxLabels, []uint32{1}, []byte{1})},
		{"head", "inside its head", idxFile(idxImages, []uint32{1, 2}, nil)},
		{"short", "promises 6 elements", idxFile(idxImages, []uint32{1, 2, 3}, []byte{1})},
		{"long", "promises 1 elements", idxFile(idxImages, []uint32{1, 1, 1}, []byte{1, 2})},
		{"huge", "promises", idxFile(idxImages, []uint32{1 << 31, 1 << 31, 1 << 31}, []byte{1, 2})},
		{"wraps to zero", "promises", idxFile(idxImages, []uint32{1 << 31, 1 << 31, 4}, nil)},
	} {
		if _, _, err := parseIDX(c.file, idxImages); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestIDXPairSaysWhatIsWrong(t *testing.T) {
	images := zip(t, idxFile(idxImages, []uint32{2, 1, 2}, []byte{1, 2, 3, 4}))
	labels := zip(t, idxFile(idxLabels, []uint32{2}, []byte{0, 1}))
	if im, err := idxPair(images, labels, 1, 2, 2); err != nil || im.N != 2 {
		t.Fatalf("a good pair: %v", err)
	}
	for _, c := range []struct {
		name, want     string
		images, labels []byte
		h              int
	}{
		{"not gzip", "images: ", []byte("hello"), labels, 1},
		{"cut", "images: unexpected EOF", images[:len(images)-9], labels, 1},
		{"damaged", "images: ", func() []byte { b := slices.Clone(images); b[len(b)-7] ^= 1; return b }(), labels, 1},
		{"size", "1 x 2 pixels, want 3 x 2", images, labels, 3},
		{"labels for images", "images: IDX magic", labels, labels, 1},
		{"labels not gzip", "labels: ", images, nil, 1},
		{"images for labels", "labels: IDX magic", images, images, 1},
		{"count", "2 images have 1 labels", images, zip(t, idxFile(idxLabels, []uint32{1}, []byte{0})), 1},
		{"class", "image 1 has label 2", images, zip(t, idxFile(idxLabels, []uint32{2}, []byte{0, 2})), 1},
	} {
		if _, err := idxPair(c.images, c.labels, c.h, 2, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzIDX(f *testing.F) {
	f.Add(idxFile(idxImages, []uint32{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6}))
	f.Add(idxFile(idxLabels, []uint32{2}, []byte{1, 2}))
	f.Add([]byte{0, 0, 8, 3, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, magic := range []uint32{idxImages, idxLabels} {
			dims, elements, err := parseIDX(file, magic)
			if err != nil {
				continue
			}
			n := 1
			for _, d := range dims {
				n *= d
			}
			if n != len(elements) || len(dims) != int(magic&0xff) {
				t.Errorf("%v with %d elements", dims, len(elements))
			}
		}
	})
}
