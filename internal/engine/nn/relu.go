package nn

import "gradlab/internal/engine/tensor"

// A ReLU layer computes y = max(0, x).
type ReLU struct{}

// Params returns nothing.
func (ReLU) Params() []*Param { return nil }

// Forward overwrites x and saves Y.
func (ReLU) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	a.ReLU(x, x)
	s.Y = x
	return x
}

// Backward is Pullback.
func (r ReLU) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	if !wantInput {
		return tensor.Tensor{}
	}
	return r.Pullback(a, dy, s)
}

// Pullback returns dy where y is positive, else 0.
func (ReLU) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	dx := a.New(dy.Rows, dy.Cols)
	a.ReLUGrad(dx, dy, s.Y)
	return dx
}
