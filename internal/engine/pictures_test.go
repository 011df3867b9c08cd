package engine

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
)

// What is shown of a step is what a run trains on at that step, in bytes: each row,
// whichever of them are asked for, and for sets with one and with two drawings of each image.
func TestPicturesAreTheViewsOfTheRun(t *testing.T) {
	for _, settings := range []string{
		"data=shapes batch=24 steps=900 seed=3 ",
		"data=emoji batch=24 steps=900 augment.blur=1 augment.erase=1 ",
		"data=fashion-mnist batch=24 steps=30 then.steps=900 augment.crop=1 ", // one that goes on behind its end
	} {
		s := parse(t, settings)
		set, err := data.Open(s.Data, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []int{0, 7, 899} { // the last in another epoch than the first
			v := drawViews(set, s, 1, step)
			x1, x2 := v.next()
			labels := slices.Clone(v.labels())
			const from = 5
			p, err := Batch(s, Options{}, step, from, 9)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Images) != 9 || p.H != set.H || p.W != set.W || p.C != set.C {
				t.Fatalf("%s: %d images of %d x %d x %d", settings, len(p.Images), p.H, p.W, p.C)
			}
			size := set.H * set.W * set.C
			for i, image := range p.Images {
				row := from + i
				for k, x := range [][]float32{x1, x2} {
					want := make([]uint8, size)
					set.Bytes(want, x[row*size:(row+1)*size])
					if !slices.Equal(image.Views[k], want) {
						t.Errorf("%s: step %d, row %d: view %d is not the one that trains", settings, step, row, k+1)
					}
				}
				if image.Class != int(labels[row]) || image.ClassName != set.Classes[labels[row]] {
					t.Errorf("%s: step %d, row %d: class %d %q", settings, step, row, image.Class, image.ClassName)
				}
				original := set.Train.Pixels[image.Image*size : (image.Image+1)*size]
				if p.Paired != (set.Train.Pair != nil) || !slices.Equal(image.Drawings[0], original) && !slices.Equal(image.Drawings[1], original) {
					t.Errorf("%s: step %d, row %d is not a view of image %d", settings, step, row, image.Image)
				}
			}
			v.stop()
		}
	}
}

// A view that nothing changes is its drawing, to the byte.
func TestPicturesOfUnchangedViews(t *testing.T) {
	for _, name := range []string{"shapes", "emoji", "fashion-mnist"} {
		p, err := Batch(parse(t, "data="+name+" batch=8 augment.crop=0 augment.flip=0 augment.jitter=0 augment.grey=0 augment.blur=0 augment.erase=0"), Options{}, 3, 0, 8)
		if err != nil {
			t.Fatal(err)
		}
		for i, image := range p.Images {
			for v := range image.Views {
				if !slices.Equal(image.Views[v], image.Drawings[v]) {
					t.Errorf("%s: row %d: view %d is not its drawing", name, i, v+1)
				}
			}
		}
	}
}

// The batch ends where it ends, and what is not there is refused with its range.
func TestPicturesWithinTheBatch(t *testing.T) {
	s := parse(t, "data=shapes batch=24 steps=30")
	if p, err := Batch(s, Options{}, 29, 20, MaxPictures); err != nil || len(p.Images) != 4 {
		t.Errorf("%d images of the last four, %v", len(p.Images), err)
	}
	_, err := Batch(s, Options{}, 30, 24, MaxPictures+1)
	for _, want := range []string{"step: 30 is outside 0..29", "from: 24 is outside 0..23", "n: 65 is outside 1..64"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	_, err = Batch(s, Options{}, -1, 0, 1)
	if err == nil || !strings.Contains(err.Error(), "step: -1 is outside 0..29") {
		t.Errorf("before the first step: %v", err)
	}
	longer := parse(t, "data=shapes batch=24 steps=30 then.steps=40") // goes on behind its schedules
	if p, err := Batch(longer, Options{}, 39, 0, 24); err != nil || len(p.Images) != 24 {
		t.Errorf("%d images of the last step of a longer run, %v", len(p.Images), err)
	}
	if _, err := Batch(longer, Options{}, 40, 0, 1); err == nil || !strings.Contains(err.Error(), "step: 40 is outside 0..39") {
		t.Errorf("behind a longer run: %v", err)
	}
}

// Held-out images stand in the order of the frame of their likeness: features by
// which each image is known show it.
func TestHeldOutPicturesAreThoseOfTheLikeness(t *testing.T) {
	s := parse(t, small)
	p, err := HeldOut(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := data.Open(s.Data, "")
	if err != nil {
		t.Fatal(err)
	}
	g := newGallery(set)
	known := func(i int) []float32 {
		sin, cos := math.Sincos(float64(i * i))
		return []float32{float32(sin), float32(cos), float32(i%7) - 3}
	}
	features, shown := probe.Matrix{Rows: g.queries, Cols: 3}, probe.Matrix{Rows: len(p.Images), Cols: 3}
	for i := range g.queries {
		features.Data = append(features.Data, known(i)...)
	}
	for i, image := range p.Images {
		shown.Data = append(shown.Data, known(image.Image)...)
		if image.Class != int(set.Test.Labels[image.Image]) || i > 0 && image.Class < p.Images[i-1].Class {
			t.Errorf("place %d shows image %d as of class %d", i, image.Image, image.Class)
		}
	}
	frame, _, ok := g.likeness(features)
	cosines, _ := probe.Likeness(shown)
	want, _ := bytes(cosines.Data, 1)
	if !ok || len(p.Images) != likenessImages || !slices.Equal(frame.Data, want) {
		t.Error("the frame shows other images, or others first")
	}
}
