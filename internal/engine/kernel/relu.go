package kernel

// ReLU is dst[i] = max(0, x[i]); NaN stays NaN and -0 stays -0. dst may be x.
func (Plain[F]) ReLU(dst, x []F) {
	for i, v := range x[:len(dst)] {
		if v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

// ReLUGrad is dst[i] = dy[i] where y[i] > 0, else 0; y is ReLU's output, and a
// NaN there lets dy through. dst may be dy.
func (Plain[F]) ReLUGrad(dst, dy, y []F) {
	y = y[:len(dst)]
	for i, v := range dy[:len(dst)] {
		if y[i] <= 0 {
			v = 0
		}
		dst[i] = v
	}
}

// affineReLU is dst[j] = max(0, scale[j]*x[j] + shift[j]): the end of batch
// normalisation and ReLU, with the bits of Mul, a sum and ReLU.
func affineReLU[F Float](dst, x, scale, shift []F) {
	for j := range dst {
		v := F(scale[j]*x[j]) + shift[j]
		if v < 0 {
			v = 0
		}
		dst[j] = v
	}
}

// affineReLUGrad is the gradient through affineReLU of x, of scale*x + shift: dst[j] = dy[j]
// where that is above 0 or NaN, else 0. dst may be dy.
func affineReLUGrad[F Float](dst, dy, x, scale, shift []F) {
	for j, v := range dy[:len(dst)] {
		if F(scale[j]*x[j])+shift[j] <= 0 {
			v = 0
		}
		dst[j] = v
	}
}

// ReLU is Plain.ReLU.
func (p *Pool) ReLU(dst, x []float32) {
	p.each(eachTask{dst: dst, x: x, op: func(t *eachTask, i, j int) { t.im.relu(t.dst[i:j], t.x[i:j]) }})
}

// ReLUGrad is Plain.ReLUGrad.
func (p *Pool) ReLUGrad(dst, dy, y []float32) {
	p.each(eachTask{dst: dst, x: dy, y: y, op: func(t *eachTask, i, j int) { t.im.reluGrad(t.dst[i:j], t.x[i:j], t.y[i:j]) }})
}
