package engine

import (
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/tensor"
)

// A total is the sum of a step's terms: what goes back through the network.
type total struct {
	atPredictor [2]tensor.Tensor // N x D; none where nothing is there
	atProjector [2]tensor.Tensor // N x D; none where nothing reaches z past the predictor
}

// sum adds up the terms, into memory of its own.
func (t *trainer) sum(split method.Split) total {
	var g total
	for _, term := range split.Terms {
		for i := range 2 {
			t.add(&g.atPredictor[i], term.AtPredictor[i])
			t.add(&g.atProjector[i], term.AtProjector[i])
		}
	}
	return g
}

// add adds x to sum; either may be none.
func (t *trainer) add(sum *tensor.Tensor, x tensor.Tensor) {
	switch {
	case x.IsNone():
	case sum.IsNone():
		*sum = t.arena.New(x.Rows, x.Cols)
		t.arena.Copy(*sum, x)
	default:
		t.arena.AddScaled(*sum, 1, x)
	}
}

// backward adds the gradients of all weights. It uses up g.
func (t *trainer) backward(g total, pair method.Pair) {
	a := t.arena
	for i := range 2 {
		mark := a.Mark()
		dz := g.atProjector[i]
		if dp := g.atPredictor[i]; !dp.IsNone() {
			past := dz
			dz = t.online.BackwardPredictor(a, &t.pass[i], dp)
			if !past.IsNone() {
				a.AddScaled(dz, 1, past)
			}
		}
		t.online.Backward(a, &t.pass[i], dz)
		a.Release(mark)
	}
	if t.gradient.Place == method.AtProjector && len(t.online.Predictor.Params()) > 0 {
		t.teachPredictor(pair)
	}
}

// teachPredictor adds the gradients of the predictor's weights where what drives
// training lives at the projector and says nothing of them: they learn from the loss.
func (t *trainer) teachPredictor(pair method.Pair) {
	a := t.arena
	defer a.Release(a.Mark())
	g := t.sum(t.spec.Method.Both(a, t.objective, "loss", pair))
	for i := range 2 {
		t.online.LearnPredictor(a, &t.pass[i], g.atPredictor[i])
	}
}
