package engine

import (
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/tensor"
)

// A total is the sum of some terms, of both views one above the other: what goes
// back through the network.
type total struct {
	atPredictor tensor.Tensor // 2N x D; none where nothing is there
	atProjector tensor.Tensor // 2N x D; none where nothing reaches z past the predictor
}

// sum adds up terms, into memory of its own.
func (t *trainer) sum(terms []method.TermGrad) total {
	var g total
	for _, term := range terms {
		t.stack(&g.atPredictor, term.AtPredictor)
		t.stack(&g.atProjector, term.AtProjector)
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

// stack adds x, which both views have or neither, to sum. Either may be none.
func (t *trainer) stack(sum *tensor.Tensor, x [2]tensor.Tensor) {
	if x[0].IsNone() {
		return
	}
	first := sum.IsNone()
	if first {
		*sum = t.arena.New(2*x[0].Rows, x[0].Cols)
	}
	for i, part := range byView(*sum) {
		if first {
			t.arena.Copy(part, x[i])
		} else {
			t.arena.AddScaled(part, 1, x[i])
		}
	}
}

// atProjector is all of g at the projector's output, what pull takes there of the
// gradient at the predictor's included. It uses up g.
func (t *trainer) atProjector(g total, pull func(*tensor.Arena, *nn.Pass, tensor.Tensor) tensor.Tensor) tensor.Tensor {
	if g.atPredictor.IsNone() {
		return g.atProjector
	}
	dz := pull(t.arena, &t.pass, g.atPredictor)
	if !g.atProjector.IsNone() {
		t.arena.AddScaled(dz, 1, g.atProjector)
	}
	return dz
}

// backward writes the gradients of all weights. It uses up g.
func (t *trainer) backward(g total, pair method.Pair) {
	a := t.arena
	mark := a.Mark()
	t.online.Backward(a, &t.pass, t.atProjector(g, t.online.BackwardPredictor))
	a.Release(mark)
	if t.gradient.Place == method.AtProjector && len(t.online.Predictor.Params()) > 0 {
		t.teachPredictor(pair)
	}
}

// teachPredictor writes the gradients of the predictor's weights where what drives
// training lives at the projector and says nothing of them: they learn from the loss.
func (t *trainer) teachPredictor(pair method.Pair) {
	a := t.arena
	defer a.Release(a.Mark())
	g := t.sum(t.spec.Method.Both(a, t.objective, "loss", pair).Terms)
	t.online.LearnPredictor(a, &t.pass, g.atPredictor)
}
