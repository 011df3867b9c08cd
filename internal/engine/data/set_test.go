package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gradlab/internal/knob"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open returns a set that is part of the program, or skips where it is not.
func open(tb testing.TB, name string) *Set {
	tb.Helper()
	if name == "cifar10" && os.Getenv(cifarVariable) == "" {
		tb.Skipf("CIFAR-10 is not part of the program: set %s to its folder to run this", cifarVariable)
	}
	s, err := Open(name, "")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// each runs f for every set of the catalogue.
func each(t *testing.T, f func(t *testing.T, s *Set)) {
	for _, i := range Catalogue() {
		t.Run(i.Name, func(t *testing.T) { f(t, open(t, i.Name)) })
	}
}

func TestDescriptionsAreComplete(t *testing.T) {
	for n, i := range Catalogue() {
		for what, text := range map[string]string{"Title": i.Title, "Doc": i.Doc, "Licence": i.Licence, "Credit": i.Credit} {
			if text == "" {
				t.Errorf("%s has no %s", i.Name, what)
			}
		}
		for _, text := range i.Texts {
			if len(text.Body) < 500 {
				t.Errorf("%s: the licence %q has %d characters", i.Name, text.Title, len(text.Body))
			}
		}
		if o := Names()[n]; o.Value != i.Name || o.Title != i.Title || o.Doc != i.Doc {
			t.Errorf("option %d is %+v, want %s", n, o, i.Name)
		}
		var a Augment
		var s knob.Set
		a.Declare(&s)
		for key, value := range i.Defaults {
			if err := s.Set(key, value); err != nil {
				t.Errorf("%s: a default does not fit: %v", i.Name, err)
			}
		}
	}
	if _, ok := Lookup("imagenet"); ok {
		t.Error("Lookup finds a set that does not exist")
	}
	if h, w, c := Shape("imagenet"); h != 0 || w != 0 || c != 0 {
		t.Errorf("Shape of an unknown set is %d %d %d", h, w, c)
	}
	if _, err := Open("imagenet", ""); err == nil || !strings.Contains(err.Error(), "imagenet") {
		t.Errorf("Open of an unknown set: %v", err)
	}
}

func TestSetsAreWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		if h, w, c := Shape(s.Name); h != s.H || w != s.W || c != s.C {
			t.Errorf("Shape says %d x %d x %d, the set is %d x %d x %d", h, w, c, s.H, s.W, s.C)
		}
		for part, im := range map[string]*Images{"train": s.Train, "test": s.Test} {
			if im.N == 0 || im.H != s.H || im.W != s.W || im.C != s.C {
				t.Errorf("%s: %d images of %d x %d x %d", part, im.N, im.H, im.W, im.C)
			}
			if len(im.Pixels) != im.N*im.H*im.W*im.C || len(im.Labels) != im.N || (im.Pair != nil && len(im.Pair) != len(im.Pixels)) {
				t.Errorf("%s: %d pixels, %d in pairs, %d labels for %d images", part, len(im.Pixels), len(im.Pair), len(im.Labels), im.N)
			}
			if err := im.checkLabels(len(s.Classes)); err != nil {
				t.Errorf("%s: %v", part, err)
			}
		}
		again, err := Open(s.Name, "")
		if err != nil || again != s {
			t.Errorf("a second Open gives another set (%v)", err)
		}
	})
}

// The digest is part of a run's id: it changes when a pixel does, and only then.
func TestDigests(t *testing.T) {
	want := map[string]string{
		"fashion-mnist": "a3baf2327ca0",
		"shapes":        "38804ee7ffbc",
		"emoji":         "87a95256392f",
	}
	each(t, func(t *testing.T, s *Set) {
		if len(s.Digest) != 64 || !strings.HasPrefix(s.Digest, want[s.Name]) {
			t.Errorf("digest is %s, want %s", s.Digest, want[s.Name])
		}
		changed := *s.Test
		changed.Pixels = append([]uint8(nil), changed.Pixels...)
		changed.Pixels[len(changed.Pixels)/2] ^= 1
		if digest(s.Train, &changed) == s.Digest {
			t.Error("a changed pixel leaves the digest")
		}
	})
}

func TestClassesAreBalanced(t *testing.T) {
	bounds := map[string][2]float64{ // smallest and largest class, relative to the mean
		"fashion-mnist": {1, 1}, "shapes": {0.99, 1.01}, "cifar10": {0.8, 1.2},
		"emoji": {0.3, 2}, // Unicode's groups have 85 to 386 emoji
	}
	each(t, func(t *testing.T, s *Set) {
		for part, im := range map[string]*Images{"train": s.Train, "test": s.Test} {
			count := make([]int, len(s.Classes))
			for _, l := range im.Labels {
				count[l]++
			}
			mean := float64(im.N) / float64(len(s.Classes))
			for class, n := range count {
				if r := float64(n) / mean; r < bounds[s.Name][0] || r > bounds[s.Name][1] {
					t.Errorf("%s: class %s has %d images of %d", part, s.Classes[class], n, im.N)
				}
			}
		}
	})
}

func TestNormalizedHasMeanZeroAndVarianceOne(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		x := make([]float32, len(s.Train.Pixels))
		s.Normalized(s.Train, 0, s.Train.N, x)
		if s.Train.Pair != nil {
			second := *s.Train
			second.Pixels = second.Pair
			y := make([]float32, len(x))
			s.Normalized(&second, 0, second.N, y)
			x = append(x, y...)
		}
		for c := range s.C {
			var sum, squares float64
			for i := c; i < len(x); i += s.C {
				sum += float64(x[i])
				squares += float64(x[i]) * float64(x[i])
			}
			n := float64(len(x) / s.C)
			if mean, variance := sum/n, squares/n; math.Abs(mean) > 1e-4 || math.Abs(variance-1) > 1e-4 {
				t.Errorf("channel %d has mean %g and variance %g", c, mean, variance)
			}
		}
	})
}

func TestNormalizedRefusesWrongLengths(t *testing.T) {
	s := open(t, "shapes")
	for _, c := range []struct{ from, to, length int }{{0, 1, 1}, {-1, 0, 32 * 32 * 3}, {0, s.Test.N + 1, (s.Test.N + 1) * 32 * 32 * 3}, {2, 1, 0}} {
		t.Run(fmt.Sprint(c.from, c.to), func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "data: ") {
					t.Errorf("recovered %v", r)
				}
			}()
			s.Normalized(s.Test, c.from, c.to, make([]float32, c.length))
		})
	}
}

// The files are what their sources gave: sums as published with the collection.
func TestEmbeddedFiles(t *testing.T) {
	for name, want := range map[string]string{
		"emoji/LICENSE-emoji-datasource-MIT.txt":         "ee9953a79bf2132b59b1342b217f1c377b3d03d9e7713006f6c3b89eb159f1db",
		"emoji/LICENSE-noto-Apache-2.0.txt":              "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30",
		"emoji/labels.tsv":                               "722b4438a4e1a13ec6b9dde290fb5a3c38565481a0b0f77c9548d0d3b6709bad",
		"emoji/noto-32.png":                              "9927ba3e64be63c1602b9ef7a429f1ad3a0e8d7f2f25a55b5ee6e0a037e74d06",
		"emoji/twemoji-32.png":                           "b7373b8fd3f1220e8a3881e5007abd3e826887e77aea6b1e227904b5fcae9a35",
		"fashion-mnist/LICENSE.txt":                      "8b7dd3bf6fe4d3045e3334e7fceaa07779237f492cbc14fb4b4e1226da61ae41",
		"fashion-mnist/t10k-2000-images-idx3-ubyte.gz":   "e60ede7714c657ced2d723c33140572b5476b46df34b385a6e176b0757dc4318",
		"fashion-mnist/t10k-2000-labels-idx1-ubyte.gz":   "e6d25f5f3e85bb315a10172898c1c8f69ce52c4f9306c5821205c821bfca8847",
		"fashion-mnist/train-10000-images-idx3-ubyte.gz": "1ecc7f90b9d150b40c359acf80cfec4990bfbcc1db9fe346f886d9e7fcae0000",
		"fashion-mnist/train-10000-labels-idx1-ubyte.gz": "036b3a9440a684e6f8117e910b5dad249f9165250c2ae2341f2bfd8482381497",
	} {
		files := fashionFiles
		if strings.HasPrefix(name, "emoji/") {
			files = emojiFiles
		}
		file, err := files.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has the sum %x, want %s", name, sum, want)
		}
	}
}
