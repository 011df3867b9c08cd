package tensor

func (h *host[F]) Sum(dst, x Tensor) {
	scalar("Sum", dst)
	h.at(dst)[0] = h.k.Sum(h.at(x))
}

func (h *host[F]) Dot(dst, x, y Tensor) {
	scalar("Dot", dst)
	like("Dot", x, y)
	h.at(dst)[0] = h.k.Dot(h.at(x), h.at(y))
}

func (h *host[F]) ColSum(dst, x Tensor) {
	row("ColSum", dst, x)
	h.k.ColSum(h.at(dst), h.at(x))
}

func (h *host[F]) ColDot(dst, x, y Tensor) {
	row("ColDot", dst, x)
	like("ColDot", x, y)
	h.k.ColDot(h.at(dst), h.at(x), h.at(y))
}

func (h *host[F]) RowDot(dst, x, y Tensor) {
	col("RowDot", dst, x)
	like("RowDot", x, y)
	h.k.RowDot(h.at(dst), h.at(x), h.at(y))
}

func (h *host[F]) MeanGroups(dst, x Tensor) {
	if g, ok := groups("MeanGroups", dst, x); ok {
		h.k.MeanGroups(h.at(dst), h.at(x), dst.Cols, g)
	}
}

func (h *host[F]) SpreadGroups(dst, dy Tensor) {
	if g, ok := groups("SpreadGroups", dy, dst); ok {
		h.k.SpreadGroups(h.at(dst), h.at(dy), dst.Cols, g)
	}
}

// groups returns how many rows of x there are for each row of mean; false where there are none.
func groups(op string, mean, x Tensor) (int, bool) {
	if mean.Rows == 0 && x.Rows == 0 {
		return 0, false
	}
	mustBe(mean.Rows > 0 && x.Rows > 0 && x.Rows%mean.Rows == 0 && x.Cols == mean.Cols, op, "a multiple of the rows", mean, x)
	return x.Rows / mean.Rows, true
}

func (h *host[F]) NormalizeRows(dst, inv, x Tensor, eps float64) {
	like("NormalizeRows", dst, x)
	col("NormalizeRows", inv, x)
	h.k.NormalizeRows(h.at(dst), h.at(inv), h.at(x), F(eps))
}

func (h *host[F]) NormalizeRowsGrad(dst, g, u, inv Tensor) {
	like("NormalizeRowsGrad", dst, g)
	like("NormalizeRowsGrad", dst, u)
	col("NormalizeRowsGrad", inv, u)
	h.k.NormalizeRowsGrad(h.at(dst), h.at(g), h.at(u), h.at(inv))
}

func (h *host[F]) SoftmaxRows(dst, lse, x Tensor) {
	like("SoftmaxRows", dst, x)
	col("SoftmaxRows", lse, x)
	mustBe(x.Cols > 0, "SoftmaxRows", "at least one column", lse, x)
	h.k.SoftmaxRows(h.at(dst), h.at(lse), h.at(x))
}

func (h *host[F]) Standardize(dst, mean, inv, x Tensor, eps float64) {
	like("Standardize", dst, x)
	row("Standardize", mean, x)
	row("Standardize", inv, x)
	mustBe(x.Rows > 0, "Standardize", "at least one row", dst, x)
	h.k.Standardize(h.at(dst), h.at(mean), h.at(inv), h.at(x), F(eps))
}

func (h *host[F]) StandardizeGrad(dst, g, q, inv Tensor) {
	like("StandardizeGrad", dst, g)
	like("StandardizeGrad", dst, q)
	row("StandardizeGrad", inv, q)
	h.k.StandardizeGrad(h.at(dst), h.at(g), h.at(q), h.at(inv))
}
