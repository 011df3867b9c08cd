package nn

import (
	"math"

	"gradlab/internal/engine/tensor"
)

// A Linear layer computes y = x W' + b with weights W, Out x In, and a bias b,
// 1 x Out, that may be missing: batch norm behind it would cancel it.
type Linear struct {
	Weight, Bias *Param // Bias may be nil
}

// newLinear draws W uniformly with variance gain/In: gain 2 before a ReLU (He et
// al. 2015, equation 10), gain 1 elsewhere (LeCun et al. 1998).
func newLinear(d tensor.Device, name string, in, out int, bias bool, gain float64, seed uint64) *Linear {
	l := &Linear{Weight: newParam(d, name+".weight", out, in, true)}
	draw(d, l.Weight, seed, math.Sqrt(3*gain/float64(in)))
	if bias {
		l.Bias = newParam(d, name+".bias", 1, out, false)
	}
	return l
}

// Params returns weight and bias.
func (l *Linear) Params() []*Param {
	if l.Bias == nil {
		return []*Param{l.Weight}
	}
	return []*Param{l.Weight, l.Bias}
}

// Forward saves X.
func (l *Linear) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x                                   // N x In
	y := a.New(x.Rows, l.Weight.W.Rows)       // N x Out
	a.Gemm(y, tensor.NT, 1, x, l.Weight.W, 0) // x W'
	if l.Bias != nil {
		a.AddRow(y, l.Bias.W)
	}
	return y
}

// Backward adds dW = dy' x and db = sum of dy's rows; dx = dy W.
func (l *Linear) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	a.Gemm(l.Weight.G, tensor.TN, 1, dy, s.X, 1)
	if l.Bias != nil {
		addColSum(a, l.Bias.G, dy)
	}
	if !wantInput {
		return tensor.Tensor{}
	}
	return l.Pullback(a, dy, s)
}

// Pullback returns dx = dy W.
func (l *Linear) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	dx := a.New(dy.Rows, l.Weight.W.Cols)
	a.Gemm(dx, tensor.NN, 1, dy, l.Weight.W, 0)
	return dx
}

// addColSum adds the sum of dy's rows to the row vector g.
func addColSum(a *tensor.Arena, g, dy tensor.Tensor) {
	sum := a.New(1, dy.Cols)
	a.ColSum(sum, dy)
	a.AddScaled(g, 1, sum)
}
