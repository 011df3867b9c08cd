package method

import (
	"math"
	"strconv"

	"gradlab/internal/engine/tensor"
)

// A Witness is what the tape says of a running method on one of its batches.
type Witness struct {
	Residual      float64 // the terms of `loss`, on the device that trains, against the float64 tape
	Approximation float64 // the gradient that drives training against that of `loss`, relative to it; 0 for `loss`, NaN where a network lies between the two
	Rows, Cols    int     // the slice of the batch on which both were taken: its first rows and channels
}

// The largest slice that Watch takes: a float64 tape over more would hold up training.
const (
	WatchedRows = 64
	WatchedCols = 256
	WatchedBank = 1024 // outputs of a bank
)

// Watch compares a running method with the tape, on the first rows and channels
// of the batch p, which make a smaller batch of their own, with a part of the
// method's state that fits them. Watch allocates, and is meant for probe steps.
func (m *Method) Watch(a *tensor.Arena, o Objective, gradient string, p Pair) Witness {
	defer a.Release(a.Mark())
	b := slice(a, p, min(p.Z[0].Rows, WatchedRows), min(p.Z[0].Cols, WatchedCols))
	if o.Part != nil {
		o = o.Part(a, b.d)
	}
	if o.Predictor != nil {
		b.w = spectral(a, o, b.d)
	}
	_, tape := b.paper(o.Paper, false)
	_, terms := b.split(a, m, o, "loss", true)
	_, scales := b.split(a, m, o, "loss", false)
	w := Witness{Residual: digits(residual(terms, scales, tape)), Rows: b.n, Cols: b.d}
	if gradient == "loss" {
		return w
	}
	if g, _ := m.Gradient(gradient); g.Place == AtProjector && b.x[0] != nil {
		w.Approximation = math.NaN()
	} else {
		_, applied := b.split(a, m, o, gradient, true)
		w.Approximation = digits(approximation(applied, total(terms), scales))
	}
	return w
}

// digits rounds x to three significant digits. A residual is made of rounding
// errors; its later digits would differ between processors whose float64
// functions round differently, and with them the curve of a run.
func digits(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	return y
}

// slice copies the first rows and columns of p to the host.
func slice(a *tensor.Arena, p Pair, rows, cols int) batch {
	b := batch{n: rows, d: cols, positive: p.Positive, negative: p.Negative}
	down := func(t tensor.Tensor, rows int) []float64 { return corner(a, t.Slice(0, rows), cols) }
	if !p.W.IsNone() {
		b.w = down(p.W, cols)
	}
	for i := range 2 {
		b.z[i] = down(p.Z[i], rows)
		if p.W.IsNone() && !p.X[i].Same(p.Z[i]) {
			b.x[i] = down(p.X[i], rows)
		}
		if p.Positive == Momentum {
			b.p[i] = down(p.P[i], rows)
		}
		if p.Negative == Momentum {
			b.neg[i] = down(p.N[i], rows)
		}
	}
	return b
}
