package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// The unified form of Tao et al., CVPR 2022, arXiv 2112.05141, section 3.4: with
// rows of length 1 and constant targets every method's gradient becomes
//
//	dL/du1 = (1/N) ( -u2 + lambda Neg )
//
// and the families differ in Neg alone. The contrastive methods bring their softmax
// weights, and lambda is 1; the other two families are below, and their lambda is
// the knob unit_lambda.

// unifiedAsymmetric is the form of BYOL and SimSiam: Neg = F u, with F made of this
// batch's targets. It lives at the projector; there is no predictor in it.
var unifiedAsymmetric = Gradient{
	Name: "unified", Title: "Unified form",
	Doc:   "The common form of all methods, with the correlation F of the batch's targets in the predictor's place; a predictor learns from the loss. Its lambda is the setting unit_lambda.",
	Place: AtProjector, Rows: Unit, Constant: true,
	TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \bigl( -u_2 + \lambda F u_1 \bigr), \quad F = \frac{1}{2N} \sum_v v\, v^\top`,
}

// unifiedDecorrelation is the form of Barlow Twins and VICReg: Neg = sum_v (u2.v2/N) v1.
var unifiedDecorrelation = Gradient{
	Name: "unified", Title: "Unified form",
	Doc:   "The common form of all methods, on rows of length 1: a sample is pushed by the others' online outputs, by how much their targets resemble its own. Its lambda is the setting unit_lambda.",
	Place: AtPredictor, Rows: Unit, Constant: true,
	TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \Bigl( -u_2 + \lambda \sum_v \frac{\langle u_2, v_2\rangle}{N}\, v_1 \Bigr)`,
}

// unitLambda declares the knob of forms on unit rows. On an even sphere F = I/D, so
// that what pushes weighs lambda/D: the papers' figures belong to D = 2048, the
// defaults to D = 256.
func unitLambda(k *knob.Set, to *float64, value float64, paper string) {
	k.Float(to, "unit_lambda", value, 0, 10000,
		"Weight of the negative term of gradients that are taken on outputs of length 1. Spread evenly over D channels, outputs feel a D-th part of it.").
		Titled("Weight on unit rows").Logarithmic().FromPaper(paper).PerWidthOf(2048).Changeable()
}

// byCorrelation is the side of unifiedAsymmetric.
func byCorrelation(a *tensor.Arena, s Side, lambda float64) {
	n := float64(s.X.Rows)
	a.AddScaled(s.Terms[0].X, -1/n, s.P)
	pushByBatch(a, s, lambda/n)
}

// pushByBatch adds c F u to the negative term, F = (1/2N) sum v v' over the targets
// of both views. It needs no D x D matrix: F u = (1/2N) sum <v, u> v.
func pushByBatch(a *tensor.Arena, s Side, c float64) {
	n := s.X.Rows
	weights := a.New(n, n)
	for _, v := range [2]tensor.Tensor{s.T, s.O} {
		a.Gemm(weights, tensor.NT, 1/(2*float64(n)), s.X, v, 0)
		a.Gemm(s.Terms[1].X, tensor.NN, c, weights, v, 1)
	}
}

// byResemblance is the side of unifiedDecorrelation, through the N x N matrix of
// resemblances or the D x D matrix sum v2 v1', whichever is smaller.
func byResemblance(a *tensor.Arena, s Side, lambda float64) {
	n, d := s.X.Rows, s.X.Cols
	c := 1 / float64(n)
	a.AddScaled(s.Terms[0].X, -c, s.P)
	if n < d {
		k := a.New(n, n)
		a.Gemm(k, tensor.NT, c, s.T, s.T, 0)
		a.Gemm(s.Terms[1].X, tensor.NN, lambda*c, k, s.X, 1)
		return
	}
	k := a.New(d, d)
	a.Gemm(k, tensor.TN, c, s.T, s.X, 0)
	a.Gemm(s.Terms[1].X, tensor.NN, lambda*c, s.T, k, 1)
}

// correlationLoss is what byCorrelation is the derivative of:
// mean( -<u1, u2> + lambda/2 u1'F u1 ) with a constant F, D x D, or that of the
// batch's targets where f is nil.
func correlationLoss(v Views, lambda float64, f *autodiff.Node) *autodiff.Node {
	v.X = v.Z
	return symmetric(v, func(x, p, t, o *autodiff.Node) *autodiff.Node {
		u, n := x.UnitRows(), rowsOf(x)
		pull := u.Mul(p.UnitRows()).RowSums().Mean().Scale(-1)
		f := f
		if f == nil {
			f = correlationOf(t).Add(correlationOf(o)).Scale(1 / (2 * n))
		}
		return pull.Add(u.MatMul(f).Mul(u).Sum().Scale(lambda / (2 * n)))
	})
}

// correlationOf is sum v v' over the unit rows v of x, D x D.
func correlationOf(x *autodiff.Node) *autodiff.Node {
	v := x.UnitRows()
	return v.T().MatMul(v)
}

// resemblanceLoss is what byResemblance is the derivative of:
// mean( -<u1, u2> ) + lambda/2 |sum u1 u2'/N|_F^2.
func resemblanceLoss(v Views, lambda float64) *autodiff.Node {
	return symmetric(v, func(x, p, t, _ *autodiff.Node) *autodiff.Node {
		u := x.UnitRows()
		pull := u.Mul(p.UnitRows()).RowSums().Mean().Scale(-1)
		c := u.T().MatMul(t.UnitRows()).Scale(1 / rowsOf(x))
		return pull.Add(c.Square().Sum().Scale(lambda / 2))
	})
}

// rowsOf returns the number of rows of x.
func rowsOf(x *autodiff.Node) float64 {
	n, _ := x.Dims()
	return float64(n)
}
