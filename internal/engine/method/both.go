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
	side := g.Name
	if g.Of != "" {
		side = g.Of
	}
	x, headed := p.at(g.Place)
	rows, flow := m.rows(g), flow{p.Positive.CarriesGradient() && !g.Constant, p.Negative.CarriesGradient() && !g.Constant}

	w := o.work
	if w == nil {
		w = new(work)
	}
	w.terms = w.terms[:0]
	loss := a.New(1, 1)
	for range m.Terms {
		w.terms = append(w.terms, sums(a, x, p, headed, flow))
	}

	scratch := a.Mark()
	half := [2]tensor.Tensor{a.New(1, 1), a.New(1, 1)}
	if side == "loss" || g.Exact {
		w.views = w.views[:0]
		for i := range 2 {
			w.side(a, o.Sides[side], rows, x, p, i, half[i], w.route(headed, flow, i))
		}
	} else { // such a side does not know the true loss
		m.loss(a, o, w, p, half)
		w.views = w.views[:0]
		for i := range 2 {
			w.side(a, o.Sides[side], rows, x, p, i, a.New(1, 1), w.route(headed, flow, i))
		}
	}
	a.Scale(loss, 0.5, half[0])
	a.AddScaled(loss, 0.5, half[1])
	for k, t := range w.terms {
		factor := 0.5
		if weight, ok := g.Weights[m.Terms[k].Role]; ok {
			factor *= weight
		}
		for i := range 2 {
			w.back(a, rows, x[i], t.AtPredictor[i], factor, project && !g.Detached)
			w.back(a, rows, p.Z[i], t.AtProjector[i], factor, project && !g.Detached)
		}
	}
	a.Release(scratch)
	return Split{Loss: loss, Terms: w.terms}
}

// loss writes the true loss of either side to half.
func (m *Method) loss(a *tensor.Arena, o Objective, w *work, p Pair, half [2]tensor.Tensor) {
	g := &m.Gradients[0]
	x, _ := p.at(g.Place)
	w.views = w.views[:0]
	defer a.Release(a.Mark())
	nowhere := a.Zeros(x[0].Rows, x[0].Cols)
	for i := range 2 {
		w.sides = w.sides[:0]
		for range m.Terms {
			w.sides = append(w.sides, SideGrad{X: nowhere})
		}
		w.side(a, o.Sides[g.Name], m.rows(g), x, p, i, half[i], w.sides)
	}
}

// rows returns how g looks at rows.
func (m *Method) rows(g *Gradient) Rows {
	if g.Rows == AsMethod {
		return m.Rows
	}
	return g.Rows
}

// at returns the online outputs at a place, and whether there is a predictor
// between them and z.
func (p *Pair) at(place Place) (x [2]tensor.Tensor, headed bool) {
	x = p.X
	if place == AtProjector {
		x = p.Z
	}
	return x, !x[0].Same(p.Z[0])
}

// A flow says which sources a gradient flows into.
type flow struct{ positive, negative bool }

// side calls a side of view i.
func (w *work) side(a *tensor.Arena, side SideFunc, rows Rows, x [2]tensor.Tensor, p Pair, i int, loss tensor.Tensor, terms []SideGrad) {
	j := 1 - i
	s := Side{
		X: w.look(a, rows, x[i]), P: w.look(a, rows, p.P[j]),
		T: w.look(a, rows, p.N[j]), O: w.look(a, rows, p.N[i]),
		W: p.W, Loss: loss, Terms: terms,
	}
	done := a.Mark()
	side(a, s)
	a.Release(done)
}

// sums returns the zeroed sums of one term: at the place of x, and at z too where
// a predictor stands between and a shared target leads past it.
func sums(a *tensor.Arena, x [2]tensor.Tensor, p Pair, headed bool, to flow) TermGrad {
	zeros := func(like [2]tensor.Tensor) [2]tensor.Tensor {
		return [2]tensor.Tensor{a.Zeros(like[0].Rows, like[0].Cols), a.Zeros(like[1].Rows, like[1].Cols)}
	}
	var t TermGrad
	switch {
	case !headed:
		t.AtProjector = zeros(x)
	case to.positive || to.negative:
		t.AtPredictor, t.AtProjector = zeros(x), zeros(p.Z)
	default:
		t.AtPredictor = zeros(x)
	}
	return t
}

// route says into which sums the side of view i adds.
func (w *work) route(headed bool, to flow, i int) []SideGrad {
	j := 1 - i
	w.sides = w.sides[:0]
	for _, t := range w.terms {
		s := SideGrad{X: t.AtProjector[i]}
		if headed {
			s.X = t.AtPredictor[i]
		}
		if to.positive {
			s.P = t.AtProjector[j]
		}
		if to.negative {
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

// back takes the sum g of both sides to factor times its gradient with respect to raw.
func (w *work) back(a *tensor.Arena, rows Rows, raw, g tensor.Tensor, factor float64, project bool) {
	if g.IsNone() {
		return
	}
	for _, v := range w.views {
		if v.raw.Same(raw) {
			v.back(a, rows, g, project)
		}
	}
	a.Scale(g, factor, g)
}
