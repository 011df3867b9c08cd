package engine

import (
	"math"
	"slices"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

const (
	sharesName = "shares"

	// shareAnchors is the most anchors whose negatives are shown: the first of the batch.
	shareAnchors = method.ShareAnchors
	// shareBank is the most members of a bank that are shown: the heaviest.
	shareBank = 256
)

// sharesMatrix describes the frame of the shares in a run of s.
func sharesMatrix(s spec.Spec) record.Matrix {
	doc := "How much of an anchor's negative term (row: an image of the first view) is due to another sample (column: "
	over, _, _ := shareShape(s)
	switch over {
	case method.OwnView:
		doc += "an image in the same view"
	case method.OtherView:
		doc += "an image in the second view, the anchor's own positive at its own number"
	case method.BothViews:
		doc += "first the images in the second view, the anchor's own positive at its own number, then those in the first view"
	case method.Bank:
		doc += "the members of the bank, heaviest first"
	}
	doc += "), as the root of its share with the sign of its weight: the squares of a row add up to 1, below 0 a sample pulls."
	if s.Method.Shares.Of == "unified" {
		doc += " The loss names no other sample: these are the weights of the unified form on this batch, whichever gradient trains."
	}
	return record.Matrix{Name: sharesName, Title: "Who pushes whom", Unit: "root of the share", Every: record.EachProbe, Over: string(over), Doc: doc}
}

// shareShape says what the samples of the shares are in a run of s, and how large
// the frame is; zero for a method that has none.
func shareShape(s spec.Spec) (over method.Population, rows, cols int) {
	d := new(counter)
	b := dryBatch(d, s)
	out, ok := s.Method.ShareOut(tensor.NewArena(d), b.Objective, b.Pair)
	if !ok {
		return "", 0, 0
	}
	cols = out.Weights.Cols
	if out.Over == method.Bank {
		cols = min(cols, shareBank)
	}
	return out.Over, min(out.Weights.Rows, shareAnchors), cols
}

// shares measures how the negatives of this batch share the push, and makes the
// frame of it.
func (t *trainer) shares(pair method.Pair) (record.Frame, bool) {
	a := t.arena
	defer a.Release(a.Mark())
	s, ok := t.spec.Method.ShareOut(a, t.objective, pair)
	if !ok {
		return record.Frame{}, false
	}
	w := t.download(s.Weights.Slice(0, min(s.Weights.Rows, shareAnchors)))
	rooted, effective := probe.Shares(w)
	t.reading.effectiveNegatives = effective
	if s.Over == method.Bank {
		rooted = heaviest(rooted, shareBank)
	}
	values := make([]float64, len(rooted.Data))
	for i, v := range rooted.Data {
		values[i] = float64(v)
	}
	data, ok := bytes(values, 1)
	return record.Frame{Name: sharesName, Rows: rooted.Rows, Cols: rooted.Cols, Of: rooted.Cols, Scale: 1.0 / 127, Data: data}, ok
}

// heaviest returns the most elements of each row that are largest in size, falling.
func heaviest(m probe.Matrix, most int) probe.Matrix {
	out := probe.Matrix{Rows: m.Rows, Cols: min(most, m.Cols)}
	for i := range m.Rows {
		row := slices.Clone(m.Row(i))
		slices.SortFunc(row, func(x, y float32) int {
			switch x, y := math.Abs(float64(x)), math.Abs(float64(y)); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
		out.Data = append(out.Data, row[:out.Cols]...)
	}
	return out
}
