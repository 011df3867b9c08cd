package tensor

// Operations that a device may have in one pass over memory. Each is a function
// that falls back on the operations of every Device, and gives their bits.

// fused is the ability of a device to compute these in few passes.
type fused interface {
	StandardizeReLU(y, q, mean, inv, x, scale, shift Tensor, eps float64)
	StandardizeReLUGrad(dst, dscale, dshift, dy, y, q, inv, scale, shift Tensor)
}

// ability returns the fused operations of d, or of the device below an arena, where it has them.
func ability(d Device) (fused, bool) {
	if a, ok := d.(*Arena); ok {
		d = a.Device
	}
	f, ok := d.(fused)
	return f, ok
}

// StandardizeReLU is Standardize from x to q, and then y_ij = max(0, scale_j q_ij + shift_j)
// with the row vectors scale and shift: batch normalisation and ReLU. q may be x.
func StandardizeReLU(d Device, y, q, mean, inv, x, scale, shift Tensor, eps float64) {
	if f, ok := ability(d); ok {
		f.StandardizeReLU(y, q, mean, inv, x, scale, shift, eps)
		return
	}
	d.Standardize(q, mean, inv, x, eps)
	d.MulRow(y, scale, q)
	d.AddRow(y, shift)
	d.ReLU(y, y)
}

// StandardizeReLUGrad writes the gradient of x for the gradient dy of
// StandardizeReLU's y, and unless they are empty those of scale and shift; q
// and inv are what StandardizeReLU left. dst may be dy.
func StandardizeReLUGrad(d Device, dst, dscale, dshift, dy, y, q, inv, scale, shift Tensor) {
	if f, ok := ability(d); ok {
		f.StandardizeReLUGrad(dst, dscale, dshift, dy, y, q, inv, scale, shift)
		return
	}
	d.ReLUGrad(dst, dy, y)
	if dscale.Len() > 0 {
		d.ColDot(dscale, dst, q)
		d.ColSum(dshift, dst)
	}
	d.MulRow(dst, scale, dst)
	d.StandardizeGrad(dst, dst, q, inv)
}

func (h *host[F]) StandardizeReLU(y, q, mean, inv, x, scale, shift Tensor, eps float64) {
	const op = "StandardizeReLU"
	like(op, y, x)
	like(op, q, x)
	for _, v := range []Tensor{mean, inv, scale, shift} {
		row(op, v, x)
	}
	mustBe(x.Rows > 0, op, "at least one row", y, x)
	h.k.StandardizeReLU(h.at(y), h.at(q), h.at(mean), h.at(inv), h.at(x), h.at(scale), h.at(shift), F(eps))
}

func (h *host[F]) StandardizeReLUGrad(dst, dscale, dshift, dy, _, q, inv, scale, shift Tensor) {
	const op = "StandardizeReLUGrad"
	like(op, dst, dy)
	like(op, dst, q)
	for _, v := range []Tensor{inv, scale, shift} {
		row(op, v, dst)
	}
	var ds, dt []F
	if dscale.Len() > 0 {
		row(op, dscale, dst)
		row(op, dshift, dst)
		ds, dt = h.at(dscale), h.at(dshift)
	}
	mustBe(dst.Rows > 0, op, "at least one row", dst, dy)
	h.k.StandardizeReLUGrad(h.at(dst), ds, dt, h.at(dy), h.at(q), h.at(inv), h.at(scale), h.at(shift))
}
