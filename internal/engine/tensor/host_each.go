package tensor

func (h *host[F]) Copy(dst, x Tensor) {
	like("Copy", dst, x)
	h.k.Copy(h.at(dst), h.at(x))
}

func (h *host[F]) Fill(dst Tensor, v float64) { h.k.Fill(h.at(dst), F(v)) }

func (h *host[F]) Scale(dst Tensor, alpha float64, x Tensor) {
	like("Scale", dst, x)
	h.k.Scale(h.at(dst), F(alpha), h.at(x))
}

func (h *host[F]) AddScaled(dst Tensor, alpha float64, x Tensor) {
	like("AddScaled", dst, x)
	h.k.AddScaled(h.at(dst), F(alpha), h.at(x))
}

func (h *host[F]) Mul(dst, x, y Tensor) {
	like("Mul", dst, x)
	like("Mul", dst, y)
	h.k.Mul(h.at(dst), h.at(x), h.at(y))
}

func (h *host[F]) Lerp(dst Tensor, a float64, x Tensor) {
	like("Lerp", dst, x)
	h.k.Lerp(h.at(dst), F(a), F(1-a), h.at(x))
}

func (h *host[F]) AddRow(dst, v Tensor) {
	row("AddRow", v, dst)
	h.k.AddRow(h.at(dst), h.at(v))
}

func (h *host[F]) MulRow(dst, v, x Tensor) {
	like("MulRow", dst, x)
	row("MulRow", v, x)
	h.k.MulRow(h.at(dst), h.at(v), h.at(x))
}

func (h *host[F]) MulCol(dst, v, x Tensor) {
	like("MulCol", dst, x)
	col("MulCol", v, x)
	h.k.MulCol(h.at(dst), h.at(v), h.at(x))
}

func (h *host[F]) ReLU(dst, x Tensor) {
	like("ReLU", dst, x)
	h.k.ReLU(h.at(dst), h.at(x))
}

func (h *host[F]) ReLUGrad(dst, dy, y Tensor) {
	like("ReLUGrad", dst, dy)
	like("ReLUGrad", dst, y)
	h.k.ReLUGrad(h.at(dst), h.at(dy), h.at(y))
}

func (h *host[F]) Momentum(w, v, g Tensor, lr, mu, wd float64) {
	like("Momentum", w, v)
	like("Momentum", w, g)
	h.k.Momentum(h.at(w), h.at(v), h.at(g), F(lr), F(mu), F(wd))
}
