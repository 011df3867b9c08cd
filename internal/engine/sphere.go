package engine

import (
	"math"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// The names of the frames of the sphere.
const (
	sphereName         = "sphere"
	spherePositiveName = "sphere_positive"
	sphereNegativeName = "sphere_negative"
	sphereLengthName   = "sphere_length"
	sphereAngleName    = "sphere_angle"
	sphereClassName    = "sphere_class"
)

const (
	// sphereImages is the most images that the sphere shows, both views of each: the
	// first of the batch, the anchors of the frame of the shares.
	sphereImages = shareAnchors
	// sphereAxes are the axes of the picture.
	sphereAxes = 3
)

// sphereMatrices describes the frames of the sphere in a run of s.
func sphereMatrices(s spec.Spec) []record.Matrix {
	axes := "the channels"
	if width(s) > sphereAxes {
		axes = "principal directions of the first outputs"
	}
	const rows = " Rows: the first images of the batch in the first view, then in the second."
	const arrow = " gradient takes an output: -2N x the gradient of the loss at the projector's output, the part tangent to the sphere, along the same axes." + rows
	list := []record.Matrix{
		{Name: sphereName, Title: "Sphere", Over: axes,
			Doc: "The outputs at length 1 along three axes that stay in a run: the channels where there are no more, " +
				"else the principal directions, not centred, of the first probe's outputs." + rows},
		{Name: spherePositiveName, Title: "Sphere: positive arrows", Over: axes, Doc: "Where the positive" + arrow},
		{Name: sphereNegativeName, Title: "Sphere: negative arrows", Over: axes, Doc: "Where the negative" + arrow},
		{Name: sphereLengthName, Title: "Sphere: lengths", Unit: "root of the length", Over: "positive tangent, positive radial, negative tangent, negative radial",
			Doc: "Lengths of the tangent and of the radial part of either gradient in all channels, as roots; a radial part below 0 points to the centre." + rows},
		{Name: sphereAngleName, Title: "Sphere: angles", Unit: "cosine", Over: "between the tangent parts",
			Doc: "Cosine between the tangent parts of the positive and of the negative gradient in all channels; 0 where either vanishes." + rows},
		{Name: sphereClassName, Title: "Sphere: classes", Over: "the images",
			Doc: "Number of the class of each image, which training does not see."},
	}
	for i := range list {
		list[i].Every = record.EachProbe
	}
	return list
}

// sphereSizes returns how many numbers each of the sphere's frames has.
func sphereSizes(s spec.Spec) map[string]int {
	rows := 2 * min(s.Batch, sphereImages)
	return map[string]int{
		sphereName: rows * sphereAxes, spherePositiveName: rows * sphereAxes, sphereNegativeName: rows * sphereAxes,
		sphereLengthName: rows * 4, sphereAngleName: rows, sphereClassName: rows / 2,
	}
}

// sphere makes the frames of the sphere: the outputs of a sample of the batch and, at
// each, where the positive and where the negative terms of what drives training
// want it to go. It looks, and uses up nothing.
//
// A picture has three axes. With three channels they are the channels; with more
// they are the principal directions of the outputs at the first probe, and stay:
// docs/adr/0007-three-axes.md says why. Radial parts are kept apart from the arrows:
// they do not turn an output, and where a method compares unit vectors a term may have
// one that the other term takes away again, as all of BYOL's negative term is without a predictor.
func (t *trainer) sphere(pair method.Pair, terms []method.TermGrad) {
	n := min(t.spec.Batch, sphereImages)
	outputs := t.unit(pair.Z)
	if !t.axed {
		first, ok := pictureAxes(outputs)
		if !ok {
			return
		}
		t.arena.Upload(t.axes, first.Data)
		t.axed = true
	}
	axes := t.download(t.axes)
	shown := ofBoth(outputs, n)
	positive, negative := t.arrows(t.role(terms, method.Positive), n), t.arrows(t.role(terms, method.Negative), n)
	rounding := noise * (longest(positive) + longest(negative))
	positive, pull := flat(positive, shown, rounding)
	negative, push := flat(negative, shown, rounding)

	d := outputs.Cols
	t.show(pointFrame(sphereName, shown.onto(axes), sphereAxes, 1, d))
	t.show(pointFrame(spherePositiveName, positive.onto(axes), sphereAxes, 0, d))
	t.show(pointFrame(sphereNegativeName, negative.onto(axes), sphereAxes, 0, d))
	lengths, cosines := relations(positive, negative, pull, push)
	t.show(pointFrame(sphereLengthName, lengths, 4, 0, 4))
	t.show(pointFrame(sphereAngleName, cosines, 1, 1, 1))
	if len(t.labels) > 0 {
		classes := make([]int8, n)
		for i := range classes {
			classes[i] = int8(t.labels[i])
		}
		t.show(record.Frame{Name: sphereClassName, Rows: 1, Cols: n, Of: n, Scale: 1, Data: classes}, true)
	}
}

// pictureAxes returns the axes of the picture of outputs at length 1, 3 x D: the
// channels where there are no more than three.
func pictureAxes(outputs probe.Matrix) (axes probe.Matrix, ok bool) {
	if d := outputs.Cols; d <= sphereAxes {
		axes = probe.Matrix{Rows: d, Cols: d, Data: make([]float32, d*d)}
		for i := range d {
			axes.Data[i*d+i] = 1
		}
		return axes, true
	}
	return probe.Directions(outputs, sphereAxes)
}

// vectors are rows of one length, n of the first view and n of the second.
type vectors [][]float64

// ofBoth returns the first n rows of either half of m.
func ofBoth(m probe.Matrix, n int) vectors {
	out := make(vectors, 0, 2*n)
	for i := range 2 * n {
		row := m.Row(i%n + i/n*m.Rows/2)
		wide := make([]float64, len(row))
		for j, v := range row {
			wide[j] = float64(v)
		}
		out = append(out, wide)
	}
	return out
}

// arrows returns -2N x the gradient at z of all terms, pulled back through the
// predictor, of the first n rows of both views; zeros where there is no term.
func (t *trainer) arrows(terms []method.TermGrad, n int) vectors {
	a := t.arena
	defer a.Release(a.Mark())
	dz := t.atProjector(t.sum(terms), t.online.PullPredictor)
	if dz.IsNone() {
		dz = a.Zeros(2*t.spec.Batch, width(t.spec))
	}
	var out vectors
	for _, part := range byView(dz) {
		host := t.download(part.Slice(0, n))
		for k := range n {
			row := make([]float64, host.Cols)
			for j, v := range host.Row(k) {
				row[j] = -2 * float64(t.spec.Batch) * float64(v)
			}
			out = append(out, row)
		}
	}
	return out
}

// flat takes the arrows' radial parts away, and returns them: the products with the
// outputs u, which have length 1. What is left and no longer than rounding is nothing.
func flat(arrows, u vectors, rounding float64) (tangent vectors, radial []float64) {
	for i, row := range arrows {
		r := scalar(row, u[i])
		flat := make([]float64, len(row))
		for j, v := range row {
			flat[j] = v - float64(r*u[i][j])
		}
		tangent, radial = append(tangent, flat), append(radial, r)
	}
	if longest(tangent) <= rounding {
		for _, row := range tangent {
			clear(row)
		}
	}
	for i, r := range radial {
		if math.Abs(r) <= rounding {
			radial[i] = 0
		}
	}
	return tangent, radial
}

// longest returns the length of the longest row; NaN where one is not a number.
func longest(x vectors) float64 {
	most := 0.0
	for _, row := range x {
		most = max(most, norm(row))
	}
	return most
}

// onto returns the coordinates of the rows along the axes, three for each row; those
// that have no axis are 0.
func (x vectors) onto(axes probe.Matrix) []float64 {
	out := make([]float64, 0, sphereAxes*len(x))
	for _, row := range x {
		var at [sphereAxes]float64
		for k := range axes.Rows {
			for j, v := range axes.Row(k) {
				at[k] += float64(float64(v) * row[j])
			}
		}
		out = append(out, at[:]...)
	}
	return out
}

// relations returns what three axes can not show: the roots of the lengths of the
// tangent and radial parts, four a row, and the cosines between the tangent parts.
func relations(positive, negative vectors, pull, push []float64) (lengths, cosines []float64) {
	root := func(r float64) float64 { return math.Copysign(math.Sqrt(math.Abs(r)), r) }
	for i, p := range positive {
		q := negative[i]
		lengths = append(lengths, math.Sqrt(norm(p)), root(pull[i]), math.Sqrt(norm(q)), root(push[i]))
		cosine := 0.0
		if length := norm(p) * norm(q); length != 0 {
			cosine = scalar(p, q) / length
		}
		cosines = append(cosines, cosine)
	}
	return lengths, cosines
}

func scalar(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += float64(v * y[i])
	}
	return sum
}

func norm(x []float64) float64 { return math.Sqrt(scalar(x, x)) }

// pointFrame rounds a list of cols numbers a row to a frame. most is the largest
// that its scale holds; 0 is the largest that there is.
func pointFrame(name string, values []float64, cols int, most float64, of int) (record.Frame, bool) {
	if most == 0 {
		for _, v := range values {
			most = max(most, math.Abs(v))
		}
	}
	if most == 0 {
		most = 1
	}
	data, ok := bytes(values, most)
	return record.Frame{Name: name, Rows: len(values) / cols, Cols: cols, Of: of, Scale: float32(most / 127), Data: data}, ok && !math.IsInf(most, 0)
}
