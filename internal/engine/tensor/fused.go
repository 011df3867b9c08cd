package tensor

// Operations that a device may have in one pass over memory. Each is a function
// that falls back on the operations of every Device, and gives their bits.

// affineReLU is the ability of a device to compute AffineReLU in one pass.
type affineReLU interface {
	AffineReLU(dst, x, scale, shift Tensor)
}

// AffineReLU is dst_ij = max(0, scale_j x_ij + shift_j) with the row vectors
// scale and shift: the end of batch normalisation and ReLU. dst may be x.
func AffineReLU(d Device, dst, x, scale, shift Tensor) {
	if a, ok := d.(*Arena); ok {
		d = a.Device
	}
	if f, ok := d.(affineReLU); ok {
		f.AffineReLU(dst, x, scale, shift)
		return
	}
	d.MulRow(dst, scale, x)
	d.AddRow(dst, shift)
	d.ReLU(dst, dst)
}

func (h *host[F]) AffineReLU(dst, x, scale, shift Tensor) {
	like("AffineReLU", dst, x)
	row("AffineReLU", scale, x)
	row("AffineReLU", shift, x)
	h.k.AffineReLU(h.at(dst), h.at(x), h.at(scale), h.at(shift))
}
