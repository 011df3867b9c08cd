package nn

import "gradlab/internal/engine/tensor"

// Linear is y = x W' + b for rows x, with W: Out x In. The bias b is nil before a
// batch normalisation, which would subtract it again.
type Linear struct {
	W, B *Param
}

func newLinear(d tensor.Device, name string, in, out int) *Linear {
	return &Linear{W: newWeight(d, name+".weight", out, in)}
}

// biased gives l a bias, drawn like W. At zero, an output whose inputs are all cut
// off by a ReLU would be zero too, and have no direction.
func (l *Linear) biased(d tensor.Device, name string) *Linear {
	l.B = newParam(d, name+".bias", 1, l.W.W.Rows)
	l.B.bound = l.W.bound
	return l
}

// Params returns W and, where there is one, b.
func (l *Linear) Params() []*Param {
	if l.B == nil {
		return []*Param{l.W}
	}
	return []*Param{l.W, l.B}
}

// Forward: y = x W' + b.
func (l *Linear) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x
	y := a.New(x.Rows, l.W.W.Rows)
	a.Gemm(y, tensor.NT, 1, x, l.W.W, 0)
	if l.B != nil {
		a.AddRow(y, l.B.W)
	}
	return y
}

// Pullback: dx = dy W.
func (l *Linear) Pullback(a *tensor.Arena, s *Saved, dy, room tensor.Tensor) tensor.Tensor {
	dx := part(room, dy.Rows, l.W.W.Cols)
	a.Gemm(dx, tensor.NN, 1, dy, l.W.W, 0)
	return dx
}

// Gradients: dW = dy' x, one chain over the rows of all views; db = sum of the rows
// of dy, view by view.
func (l *Linear) Gradients(a *tensor.Arena, s *Saved, dy tensor.Tensor) {
	a.Gemm(l.W.G, tensor.TN, 1, dy, s.X, 0)
	if l.B != nil {
		s.sum(a, l.B.G, func(dst tensor.Tensor, i int) { a.ColSum(dst, dy.Part(i, s.Views)) })
	}
}
