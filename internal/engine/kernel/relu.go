package kernel

// ReLU is dst[i] = max(0, x[i]); NaN stays NaN and -0 becomes 0. dst may be x.
func (Plain[F]) ReLU(dst, x []F) {
	for i, v := range x[:len(dst)] {
		if v <= 0 {
			v = 0
		}
		dst[i] = v
	}
}

// ReLUGrad is dst[i] = dy[i] where y[i] > 0, else 0; y is ReLU's output. A NaN
// in y counts as positive, so that the gradient shows it. dst may be dy.
func (Plain[F]) ReLUGrad(dst, dy, y []F) {
	y = y[:len(dst)]
	for i, v := range dy[:len(dst)] {
		switch {
		case y[i] > 0:
			dst[i] = v
		case y[i] <= 0:
			dst[i] = 0
		default:
			dst[i] = y[i]
		}
	}
}
