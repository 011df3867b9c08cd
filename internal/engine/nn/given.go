package nn

import "gradlab/internal/engine/tensor"

// Given is y = x W' for rows x, with a matrix W: D x D that somebody else writes
// and no optimizer trains.
type Given struct {
	W tensor.Tensor
}

// Forward: y = x W'.
func (l Given) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x
	y := a.New(x.Rows, l.W.Rows)
	a.Gemm(y, tensor.NT, 1, x, l.W, 0)
	return y
}

// Pullback: dx = dy W.
func (l Given) Pullback(a *tensor.Arena, _ *Saved, dy, room tensor.Tensor) tensor.Tensor {
	dx := part(room, dy.Rows, l.W.Cols)
	a.Gemm(dx, tensor.NN, 1, dy, l.W, 0)
	return dx
}
