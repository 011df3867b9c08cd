package engine

import (
	"fmt"
	"slices"
	"strconv"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// MaxPictures is the most images of a batch that are drawn at once for people to look at.
const MaxPictures = 64

// Pictures are images that a run sees, as bytes.
type Pictures struct {
	H, W, C int
	Paired  bool // the two views of an image start from two drawings of it
	Images  []Picture
}

// A Picture is one image. Its bytes are H x W x C and shared: nobody may change them.
type Picture struct {
	Image     int    // its number among those that train, or among those held out
	Class     int    // which no gradient sees
	ClassName string //
	Drawings  [2][]uint8
	Views     [2][]uint8 // as the step trains on them; nil of a held-out image, which is never augmented
}

// Classes returns the names of the classes of the images of s, by their numbers.
func Classes(s spec.Spec, o Options) ([]string, error) {
	set, err := o.open(s)
	if err != nil {
		return nil, err
	}
	return set.Classes, nil
}

// Batch returns the first n images, from the row of that number on, of the batch on
// which a run of s trains at a step, with both views; fewer where the batch ends.
// They are functions of seed, stream, step and image: no run is needed, and a
// branch changes none of them. The error is knob.Errors, about the step, the row or the number of images.
func Batch(s spec.Spec, o Options, step, from, n int) (Pictures, error) {
	if errs := slices.Concat(
		outside("step", step, 0, s.Length()-1), outside("from", from, 0, s.Batch-1), outside("n", n, 1, MaxPictures),
	); len(errs) > 0 {
		return Pictures{}, errs
	}
	set, err := o.open(s)
	if err == nil {
		err = fits(s, set)
	}
	if err != nil {
		return Pictures{}, err
	}
	source := data.NewSource(set, s.Batch, s.Augment, s.Seed)
	sample := source.Sample(step, from, min(from+n, s.Batch))
	out := Pictures{H: set.H, W: set.W, C: set.C, Paired: set.Train.Pair != nil}
	for i, image := range sample.Image {
		p := picture(set, set.Train, image)
		for v := range p.Views {
			p.Drawings[v], p.Views[v] = sample.Drawings[v][i], sample.Views[v][i]
		}
		out.Images = append(out.Images, p)
	}
	return out, nil
}

// HeldOut returns the held-out images whose likeness a run of s measures, in the
// order of the frame: by class.
func HeldOut(s spec.Spec, o Options) (Pictures, error) {
	set, err := o.open(s)
	if err != nil {
		return Pictures{}, err
	}
	out := Pictures{H: set.H, W: set.W, C: set.C}
	for _, i := range likenessSample(set.Test.Labels[:min(set.Test.N, probe.Queries)]) {
		out.Images = append(out.Images, picture(set, set.Test, i))
	}
	return out, nil
}

// picture is an image as it is, in its first drawing.
func picture(set *data.Set, of *data.Images, i int) Picture {
	size, class := of.H*of.W*of.C, int(of.Labels[i])
	pixels := of.Pixels[i*size : (i+1)*size]
	return Picture{Image: i, Class: class, ClassName: set.Classes[class], Drawings: [2][]uint8{pixels, pixels}}
}

// outside returns what is wrong with a number of a request.
func outside(key string, v, low, high int) knob.Errors {
	if low <= v && v <= high {
		return nil
	}
	return knob.Errors{{Key: key, Value: strconv.Itoa(v), Problem: "is outside", Range: fmt.Sprintf("%d..%d", low, high), Nearest: strconv.Itoa(min(max(v, low), high))}}
}
