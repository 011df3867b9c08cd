package method

import "gradlab/internal/engine/tensor"

// A correlation writes |C|_F^2 with C = q'k/N to the scalar norm and adds the
// gradient of lambda |C|_F^2 by q to dq and, unless dk is none, that by k to dk.
type correlation func(a *tensor.Arena, norm tensor.Tensor, lambda float64, q, k, dq, dk tensor.Tensor)

// gramForm never makes a D x D matrix: |C|_F^2 = sum of the products of the elements
// of Q = qq'/N and K = kk'/N.
func gramForm(a *tensor.Arena, norm tensor.Tensor, lambda float64, q, k, dq, dk tensor.Tensor) {
	n := float64(q.Rows)
	gq := a.New(q.Rows, q.Rows)
	a.Gemm(gq, tensor.NT, 1/n, q, q, 0)
	gk := gq
	if !k.Same(q) {
		gk = a.New(q.Rows, q.Rows)
		a.Gemm(gk, tensor.NT, 1/n, k, k, 0)
	}
	a.Dot(norm, gq, gk)
	a.Gemm(dq, tensor.NN, 2*lambda/n, gk, q, 1)
	if !dk.IsNone() {
		a.Gemm(dk, tensor.NN, 2*lambda/n, gq, k, 1)
	}
}

// explicit makes C, for batches longer than the outputs are wide.
func explicit(a *tensor.Arena, norm tensor.Tensor, lambda float64, q, k, dq, dk tensor.Tensor) {
	n := float64(q.Rows)
	c := a.New(q.Cols, q.Cols)
	a.Gemm(c, tensor.TN, 1/n, q, k, 0)
	a.Dot(norm, c, c)
	a.Gemm(dq, tensor.NT, 2*lambda/n, k, c, 1)
	if !dk.IsNone() {
		a.Gemm(dk, tensor.NN, 2*lambda/n, q, c, 1)
	}
}

// cheapest returns the form with fewer multiplications for this side.
func cheapest(s Side) correlation {
	if gramIsCheaper(s.X.Rows, s.X.Cols, !s.Terms[1].T.IsNone()) {
		return gramForm
	}
	return explicit
}

// gramIsCheaper counts multiplications: 4 N^2 D against 3 N D^2 where both
// branches want a gradient, 3 N^2 D against 2 N D^2 where one does.
func gramIsCheaper(n, d int, both bool) bool {
	if both {
		return 4*n < 3*d
	}
	return 3*n < 2*d
}
