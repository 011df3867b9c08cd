package engine

import (
	"slices"

	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// The frames by which two runs are compared: how much held-out images look like
// each other to the encoder.
const (
	likenessName = "likeness"
	lengthsName  = "likeness_length"

	// likenessImages is the most images that they show, spread over the held-out ones.
	likenessImages = 128
)

// likenessMatrices describes the frames of the likeness.
func likenessMatrices() []record.Matrix {
	const every = record.EachKNN
	return []record.Matrix{
		{Name: likenessName, Title: "Likeness of held-out images", Every: every,
			Doc: "Cosine between the encoder's features of two held-out images, the mean image taken away; the images in the order of their classes."},
		{Name: lengthsName, Title: "Likeness of held-out images: lengths", Every: every,
			Doc: "Lengths of the features of these images, the mean image taken away, over the largest: with the cosines they make the centred Gram matrix."},
	}
}

// likeness makes the frames of the first n held-out images' features.
func (g *gallery) likeness(features probe.Matrix) (cosines, lengths record.Frame, ok bool) {
	sample := likenessSample(g.set.Test.Labels[:features.Rows])
	some := probe.Matrix{Rows: len(sample), Cols: features.Cols}
	for _, i := range sample {
		some.Data = append(some.Data, features.Row(i)...)
	}
	c, long := probe.Likeness(some)
	if most := slices.Max(long); most > 0 {
		for i := range long {
			long[i] /= most
		}
	}
	alike, ok := bytes(c.Data, 1)
	relative, both := bytes(long, 1)
	cosines = record.Frame{Name: likenessName, Rows: c.N, Cols: c.N, Of: c.N, Scale: 1.0 / 127, Data: alike}
	lengths = record.Frame{Name: lengthsName, Rows: 1, Cols: c.N, Of: c.N, Scale: 1.0 / 127, Data: relative}
	return cosines, lengths, ok && both
}

// likenessSample returns which of the held-out images of these labels are shown, in
// the order of their classes.
func likenessSample(labels []uint8) []int {
	sample := probe.Channels(len(labels), likenessImages)
	slices.SortStableFunc(sample, func(i, j int) int { return int(labels[i]) - int(labels[j]) })
	return sample
}

// An Alike is how far two runs agree about the same held-out images at a step.
type Alike struct {
	Step    int     `json:"step"`
	CKA     float64 `json:"cka"`     // linear, of the encoders' features, unbiased: 0 by chance (probe.GramCKA)
	Overlap float64 `json:"overlap"` // share of the neighbours that both agree on (probe.GramOverlap)
}

// Comparable says of two runs whether they measure the likeness of the same images.
func Comparable(a, b spec.Spec) bool {
	return a.Data == b.Data && a.Probe.KNN > 0 && b.Probe.KNN > 0
}

// Compare returns how far two runs of one data set agree, at the last steps, most at
// most, at which both have measured the likeness of the held-out images; in the
// order of the steps. It sees the frames, whose numbers are rounded to 1/127: that
// moves CKA by less than 0.01. A step takes some milliseconds.
func Compare(a, b []record.Step, most int) []Alike {
	list := []Alike{}
	for i := len(a) - 1; i >= 0 && len(list) < most; i-- {
		j, ok := slices.BinarySearchFunc(b, a[i].Step, func(s record.Step, step int) int { return s.Step - step })
		if !ok || a[i].Has&b[j].Has&record.EachKNN == 0 {
			continue
		}
		x, ok := gramOf(a[i])
		y, both := gramOf(b[j])
		if !ok || !both || x.cosines.N != y.cosines.N || x.cosines.N < 4 {
			continue
		}
		list = append(list, Alike{a[i].Step, probe.GramCKA(x.products, y.products),
			probe.GramOverlap(x.cosines, y.cosines, min(probe.OverlapK, x.cosines.N-1))})
	}
	slices.Reverse(list)
	return list
}

// A gram is what a step's frames say about the likeness of images.
type gram struct{ cosines, products probe.Square }

func gramOf(s record.Step) (g gram, ok bool) {
	find := func(name string) (record.Frame, bool) {
		i := slices.IndexFunc(s.Frames, func(f record.Frame) bool { return f.Name == name })
		if i < 0 {
			return record.Frame{}, false
		}
		return s.Frames[i], true
	}
	c, ok := find(likenessName)
	l, both := find(lengthsName)
	if !ok || !both || c.Rows != c.Cols || l.Cols != c.Cols {
		return gram{}, false
	}
	n := c.Rows
	g = gram{probe.Square{N: n, Data: make([]float64, n*n)}, probe.Square{N: n, Data: make([]float64, n*n)}}
	for i := range n {
		for j := range n {
			g.cosines.Data[i*n+j] = float64(c.At(i, j))
			g.products.Data[i*n+j] = float64(c.At(i, j)) * float64(l.At(0, i)) * float64(l.At(0, j))
		}
	}
	return g, true
}
