package kernel

// Copy is dst[i] = x[i].
func (Plain[F]) Copy(dst, x []F) { copy(dst, x) }

// Fill is dst[i] = v.
func (Plain[F]) Fill(dst []F, v F) {
	for i := range dst {
		dst[i] = v
	}
}

// Scale is dst[i] = a*x[i]. dst may be x.
func (Plain[F]) Scale(dst []F, a F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] = a * v
	}
}

// AddScaled is dst[i] += a*x[i].
func (Plain[F]) AddScaled(dst []F, a F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] += F(a * v)
	}
}

// Mul is dst[i] = x[i]*y[i]. dst may be x or y.
func (Plain[F]) Mul(dst, x, y []F) {
	y = y[:len(dst)]
	for i, v := range x[:len(dst)] {
		dst[i] = v * y[i]
	}
}

// Lerp is dst[i] = a*dst[i] + b*x[i]: with b = 1-a the exponential moving average.
func (Plain[F]) Lerp(dst []F, a, b F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] = F(a*dst[i]) + F(b*v)
	}
}
