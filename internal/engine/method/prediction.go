package method

import "gradlab/internal/engine/tensor"

// A prediction is what the simplified forms at the projector have in common, for
// rows u = s.X and t = s.P of length 1.
type prediction struct {
	wu, unit tensor.Tensor // W u, and at length 1, N x D
	inv, cos tensor.Tensor // 1/|W u| and cos(W u, t), N x 1
}

func predictionOf(a *tensor.Arena, s Side) prediction {
	n, d := s.X.Rows, s.X.Cols
	p := prediction{a.New(n, d), a.New(n, d), a.New(n, 1), a.New(n, 1)}
	a.Gemm(p.wu, tensor.NT, 1, s.X, s.W, 0)
	a.NormalizeRows(p.unit, p.inv, p.wu, tiny)
	a.RowDot(p.cos, p.unit, s.P)
	return p
}

// lambdaBy returns the loss's lambda = cos/|W u| times factor, N x 1.
func (p prediction) lambdaBy(a *tensor.Arena, factor tensor.Tensor) tensor.Tensor {
	lambda := a.New(p.cos.Rows, 1)
	a.Mul(lambda, p.cos, p.inv)
	a.Mul(lambda, lambda, factor)
	return lambda
}

// apply adds -pull W't and +push m, pull and push a number for each row. A shared
// target gets what the loss gives it.
func (p prediction) apply(a *tensor.Arena, s Side, pull, push, m tensor.Tensor) {
	n, scratch := float64(s.X.Rows), a.New(s.X.Rows, s.X.Cols)
	positive, negative := s.Terms[0], s.Terms[1]
	a.MulCol(scratch, pull, s.P)
	a.Gemm(positive.X, tensor.NN, -1/n, scratch, s.W, 1)
	a.MulCol(scratch, push, m)
	a.AddScaled(negative.X, 1/n, scratch)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -1/n, p.unit)
	}
}
