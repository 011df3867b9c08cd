package method

import (
	"fmt"

	"gradlab/internal/engine/tensor"
)

// A Pair is what a network hands to a method: raw outputs, N x D, of both views.
type Pair struct {
	X [2]tensor.Tensor // online, at the predictor's output; the same tensors as Z where there is no predictor
	Z [2]tensor.Tensor // online, at the projector's output
	P [2]tensor.Tensor // sources of the positives: the same tensors as Z for shared and stopped targets
	N [2]tensor.Tensor // sources of the negatives, likewise
	W tensor.Tensor    // D x D, weights of a linear or spectral predictor; none otherwise

	Positive, Negative Target // what P and N are
}

// A Split is a step's loss and gradient, term by term. Its tensors live as long
// as the arena's step, its slice until the next call of Both for the objective.
type Split struct {
	Loss  tensor.Tensor // scalar, (l1 + l2)/2
	Terms []TermGrad    // one for each Method.Terms, in their order
}

// A TermGrad is one term's gradient of the loss with respect to the raw outputs
// of both views, N x D each, normalisers included. With a predictor, a variant
// at the predictor's output fills AtPredictor, and AtProjector holds only what
// reaches the projector directly, past the predictor (through shared targets;
// none otherwise). Without a predictor, or for a variant at the projector,
// AtPredictor is none and everything is in AtProjector.
type TermGrad struct {
	AtPredictor, AtProjector [2]tensor.Tensor
}

// Both calls the side of a gradient variant for either view and averages: it is
// the only place that knows of the symmetry, of the normalisers and of where a
// gradient that reaches a target goes (into the other view's z for P and T, into
// this view's own for O; nowhere where the target is stopped or a momentum
// branch). After the first step it allocates nothing outside a.
func (m *Method) Both(a *tensor.Arena, o Objective, gradient string, p Pair) Split {
	return m.both(a, o, gradient, p, true)
}

// work is the memory of Both that is not an arena's.
type work struct {
	views []view     // what was normalised in this step
	sides []SideGrad // the Terms of a Side
	terms []TermGrad // the Terms of the Split
}

// both is Both; with project false the terms are taken back through the scale of
// their normaliser only.
func (m *Method) both(a *tensor.Arena, o Objective, gradient string, p Pair, project bool) Split {
	g, ok := m.Gradient(gradient)
	if !ok {
		panic(fmt.Sprintf("method: %s has no gradient %q", m.Name, gradient))
	}
	rows := g.Rows
	if rows == AsMethod {
		rows = m.Rows
	}
	x := p.X // the online outputs that the side differentiates by
	if g.Place == AtProjector {
		x = p.Z
	}
	headed := !x[0].Same(p.Z[0]) // there is a predictor behind z

	w := o.work
	if w == nil {
		w = new(work)
	}
	w.views, w.terms = w.views[:0], w.terms[:0]
	loss := a.New(1, 1)
	for range m.Terms {
		w.terms = append(w.terms, sums(a, x, p, headed))
	}

	scratch := a.Mark()
	half := [2]tensor.Tensor{a.New(1, 1), a.New(1, 1)}
	for i := range 2 {
		j := 1 - i
		s := Side{
			X: w.look(a, rows, x[i]), P: w.look(a, rows, p.P[j]),
			T: w.look(a, rows, p.N[j]), O: w.look(a, rows, p.N[i]),
			W: p.W, Loss: half[i], Terms: w.route(p, headed, i),
		}
		done := a.Mark()
		o.Sides[gradient](a, s)
		a.Release(done)
	}
	a.Scale(loss, 0.5, half[0])
	a.AddScaled(loss, 0.5, half[1])
	for _, t := range w.terms {
		for i := range 2 {
			w.back(a, rows, x[i], t.AtPredictor[i], project)
			w.back(a, rows, p.Z[i], t.AtProjector[i], project)
		}
	}
	a.Release(scratch)
	return Split{Loss: loss, Terms: w.terms}
}

// sums returns the zeroed sums of one term: at the place of x, and at z too where
// a predictor stands between and a shared target leads past it.
func sums(a *tensor.Arena, x [2]tensor.Tensor, p Pair, headed bool) TermGrad {
	zeros := func(like [2]tensor.Tensor) [2]tensor.Tensor {
		return [2]tensor.Tensor{a.Zeros(like[0].Rows, like[0].Cols), a.Zeros(like[1].Rows, like[1].Cols)}
	}
	var t TermGrad
	switch {
	case !headed:
		t.AtProjector = zeros(x)
	case p.Positive.CarriesGradient() || p.Negative.CarriesGradient():
		t.AtPredictor, t.AtProjector = zeros(x), zeros(p.Z)
	default:
		t.AtPredictor = zeros(x)
	}
	return t
}

// route says into which sums the side of view i adds.
func (w *work) route(p Pair, headed bool, i int) []SideGrad {
	j := 1 - i
	w.sides = w.sides[:0]
	for _, t := range w.terms {
		s := SideGrad{X: t.AtProjector[i]}
		if headed {
			s.X = t.AtPredictor[i]
		}
		if p.Positive.CarriesGradient() {
			s.P = t.AtProjector[j]
		}
		if p.Negative.CarriesGradient() {
			s.T, s.O = t.AtProjector[j], t.AtProjector[i]
		}
		w.sides = append(w.sides, s)
	}
	return w.sides
}

// look returns raw as rows asks for, normalised once a step however often it is used.
func (w *work) look(a *tensor.Arena, rows Rows, raw tensor.Tensor) tensor.Tensor {
	for _, v := range w.views {
		if v.raw.Same(raw) {
			return v.rows
		}
	}
	w.views = append(w.views, look(a, rows, raw))
	return w.views[len(w.views)-1].rows
}

// back takes the sum g of both sides to the gradient of their mean with respect to raw.
func (w *work) back(a *tensor.Arena, rows Rows, raw, g tensor.Tensor, project bool) {
	if g.IsNone() {
		return
	}
	for _, v := range w.views {
		if v.raw.Same(raw) {
			v.back(a, rows, g, project)
		}
	}
	a.Scale(g, 0.5, g)
}
