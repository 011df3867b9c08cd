package tensor

import "gradlab/internal/engine/kernel"

func (h *host[F]) Gemm(dst Tensor, op Op, alpha float64, a, b Tensor, beta float64) {
	if beta != 0 && beta != 1 {
		panic("tensor: Gemm wants beta 0 or 1")
	}
	x := kernel.Strided[F]{Data: h.at(a), Row: a.Cols, Col: 1}
	y := kernel.Strided[F]{Data: h.at(b), Row: b.Cols, Col: 1}
	m, k, k2, n := a.Rows, a.Cols, b.Rows, b.Cols
	if op == TN {
		x.Row, x.Col, m, k = 1, a.Cols, k, m
	}
	if op == NT {
		y.Row, y.Col, k2, n = 1, b.Cols, n, k2
	}
	mustBe(k == k2, "Gemm", "equal inner dimensions", a, b)
	mustBe(dst.Rows == m && dst.Cols == n, "Gemm", "a destination for the product", dst, Tensor{Rows: m, Cols: n})
	h.k.Gemm(kernel.Product{M: m, N: n, K: k}, F(alpha), x, y, beta == 1, h.at(dst))
}

// diagonal panics unless n elements of x from (0, from) on lie inside x.
func diagonal(op string, n int, x Tensor, from int) {
	if from < 0 || n > x.Rows || n+from > x.Cols {
		panic("tensor: " + op + ": a diagonal outside the matrix")
	}
}

func (h *host[F]) Diagonal(dst, x Tensor, from int) {
	col("Diagonal", dst, x)
	diagonal("Diagonal", dst.Rows, x, from)
	h.k.Diagonal(h.at(dst), h.at(x), x.Cols, from)
}

func (h *host[F]) SetDiagonal(x Tensor, from int, v Tensor) {
	col("SetDiagonal", v, x)
	diagonal("SetDiagonal", v.Rows, x, from)
	h.k.SetDiagonal(h.at(x), h.at(v), x.Cols, from)
}

func (h *host[F]) FillDiagonal(x Tensor, from int, v float64) {
	diagonal("FillDiagonal", x.Rows, x, from)
	h.k.FillDiagonal(h.at(x), x.Rows, x.Cols, from, F(v))
}

// geometry panics unless x, w and y are the operands of convolution s.
func geometry(op string, x, w, y Tensor, s ConvShape) {
	if s.Stride != 1 && s.Stride != 2 {
		panic("tensor: " + op + " wants stride 1 or 2")
	}
	mustBe(x.Rows == s.N*s.H*s.W && x.Cols == s.In, op, "an input of the shape", x, Tensor{Rows: s.N * s.H * s.W, Cols: s.In})
	mustBe(w.Rows == s.Out && w.Cols == 9*s.In, op, "weights of the shape", w, Tensor{Rows: s.Out, Cols: 9 * s.In})
	mustBe(y.Rows == s.N*s.OutH()*s.OutW() && y.Cols == s.Out, op, "an output of the shape", y, Tensor{Rows: s.N * s.OutH() * s.OutW(), Cols: s.Out})
}

func (h *host[F]) Conv(y, x, w Tensor, s ConvShape) {
	geometry("Conv", x, w, y, s)
	h.k.Conv(h.at(y), h.at(x), h.at(w), s)
}

func (h *host[F]) ConvInputGrad(dx, dy, w Tensor, s ConvShape) {
	geometry("ConvInputGrad", dx, w, dy, s)
	h.k.ConvInputGrad(h.at(dx), h.at(dy), h.at(w), s)
}

func (h *host[F]) ConvWeightGrad(dw, dy, x Tensor, s ConvShape, beta float64) {
	if beta != 0 && beta != 1 {
		panic("tensor: ConvWeightGrad wants beta 0 or 1")
	}
	geometry("ConvWeightGrad", x, dw, dy, s)
	h.k.ConvWeightGrad(h.at(dw), h.at(dy), h.at(x), s, beta == 1)
}
