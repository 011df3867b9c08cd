package data

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"
)

func TestEmojiAreHeldOutByRule(t *testing.T) {
	s := open(t, "emoji")
	if s.Train.N != 1589 || s.Test.N != 317 {
		t.Errorf("%d + %d emoji, want 1589 + 317", s.Train.N, s.Test.N)
	}
	if len(s.Classes) != 9 || s.Classes[0] != "Smileys & Emotion" || s.Classes[8] != "Flags" {
		t.Errorf("classes are %q", s.Classes)
	}
}

// The two drawings at one place are of one emoji: they resemble each other more
// than drawings of different emoji do. Chance would be right in 1 of 317 cases.
func TestPairsArePairs(t *testing.T) {
	s := open(t, "emoji")
	size := s.H * s.W * s.C
	right := 0
	for i := range s.Test.N {
		best, at := math.Inf(1), -1
		for j := range s.Test.N {
			d := distance(s.Test.Pixels[i*size:(i+1)*size], s.Test.Pair[j*size:(j+1)*size])
			if d < best {
				best, at = d, j
			}
		}
		if at == i {
			right++
		}
	}
	if share := float64(right) / float64(s.Test.N); share < 0.3 {
		t.Errorf("the nearest drawing of the other artist is the same emoji in %.0f %% of cases", 100*share)
	}
}

// distance is the squared Euclidean distance of every third pixel.
func distance(a, b []uint8) float64 {
	sum := 0
	for i := 0; i < len(a); i += 9 {
		for c := range 3 {
			d := int(a[i+c]) - int(b[i+c])
			sum += d * d
		}
	}
	return float64(sum)
}

// sheetFile draws a sheet of two cells of 2 x 2 pixels.
func sheetFile(t *testing.T, im interface {
	image.Image
	Set(x, y int, c color.Color)
}) []byte {
	t.Helper()
	im.Set(0, 0, color.NRGBA{R: 200, G: 100, B: 0, A: 255})
	im.Set(1, 0, color.NRGBA{R: 200, G: 100, B: 0, A: 51}) // a fifth of the colour on white
	im.Set(2, 0, color.NRGBA{R: 1, G: 2, B: 3, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSheetIsCutAndLaidOnWhite(t *testing.T) {
	for _, im := range []interface {
		image.Image
		Set(x, y int, c color.Color)
	}{image.NewNRGBA(image.Rect(0, 0, 4, 2)), image.NewNRGBA64(image.Rect(0, 0, 4, 2))} {
		got, err := parseSheet(sheetFile(t, im), 2, 2, 2)
		if err != nil {
			t.Fatal(err)
		}
		want := []uint8{
			200, 100, 0, 244, 224, 204, 255, 255, 255, 255, 255, 255,
			1, 2, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%T:\n got %v\nwant %v", im, got, want)
		}
	}
}

func TestBrokenSheets(t *testing.T) {
	good := sheetFile(t, image.NewNRGBA(image.Rect(0, 0, 4, 2)))
	for _, c := range []struct {
		name, want string
		file       []byte
		n          int
	}{
		{"empty", "EOF", nil, 2},
		{"no png", "not a PNG", []byte("hello, world, this is no image"), 2},
		{"cut", "EOF", good[:len(good)-20], 2},
		{"size", "4 x 2 pixels, want 4 x 4", good, 3},
		{"damaged", "checksum", func() []byte { b := bytes.Clone(good); b[len(b)-15] ^= 1; return b }(), 2},
	} {
		if _, err := parseSheet(c.file, c.n, 2, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestGroups(t *testing.T) {
	const head = "index\tunified\tshort_name\tcategory\tsubcategory\n"
	classes, labels, err := parseGroups(head+"0\tA\ta\tX\tx\n1\tB\tb\tY\ty\n2\tC\tc\tX\tx\n", 3)
	if err != nil || strings.Join(classes, " ") != "X Y" || !bytes.Equal(labels, []uint8{0, 1, 0}) {
		t.Errorf("got %q %v %v", classes, labels, err)
	}
	for _, c := range []struct{ name, want, file string }{
		{"lines", "2 lines", head + "0\tA\ta\tX\tx\n"},
		{"fields", "line 3", head + "0\tA\ta\tX\tx\n1\tB\n"},
		{"order", "line 2", head + "1\tA\ta\tX\tx\n0\tB\tb\tX\tx\n"},
	} {
		if _, _, err := parseGroups(c.file, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
