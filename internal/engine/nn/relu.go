package nn

import "gradlab/internal/engine/tensor"

// ReLU is y = max(0, x). It overwrites its input: where the output is positive is
// all that the way back needs to know.
type ReLU struct{}

// Forward: y = max(0, x).
func (ReLU) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.Y = x
	a.ReLU(x, x)
	return x
}

// Pullback: dx = dy where y > 0, else 0. It overwrites dy.
func (ReLU) Pullback(a *tensor.Arena, s *Saved, dy, _ tensor.Tensor) tensor.Tensor {
	a.ReLUGrad(dy, dy, s.Y)
	return dy
}
