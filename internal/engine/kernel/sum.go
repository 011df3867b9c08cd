package kernel

// stripes is the number of partial sums that a sum along a row runs in: one
// AVX-512 register, two of AVX2, four of NEON. Element j goes to stripe j%16.
const stripes = 16

// fold adds the stripes in a fixed tree: halves, quarters, eighths.
func fold[F Float](s *[stripes]F) F {
	for h := stripes / 2; h > 0; h /= 2 {
		for i := range h {
			s[i] += s[i+h]
		}
	}
	return s[0]
}

// sum is the sum of x in stripes.
func sum[F Float](x []F) F {
	var s [stripes]F
	for i, v := range x {
		s[i%stripes] += v
	}
	return fold(&s)
}

// dot is the sum of x[i]*y[i] in stripes.
func dot[F Float](x, y []F) F {
	var s [stripes]F
	y = y[:len(x)]
	for i, v := range x {
		s[i%stripes] += F(v * y[i])
	}
	return fold(&s)
}

// sumPart is the length of the parts that a sum over a whole matrix is cut in.
const sumPart = 1 << 14

// Sum is the sum of x: in stripes within parts of 1<<14 elements, whose sums are added in order.
func (Plain[F]) Sum(x []F) F {
	var s F
	for from := 0; from < len(x); from += sumPart {
		s += sum(x[from:min(from+sumPart, len(x))])
	}
	return s
}

// Dot is the sum of x[i]*y[i], in the order of Sum.
func (Plain[F]) Dot(x, y []F) F {
	var s F
	for from := 0; from < len(x); from += sumPart {
		to := min(from+sumPart, len(x))
		s += dot(x[from:to], y[from:to])
	}
	return s
}

// RowDot is dst[i] = sum over j of x[i][j]*y[i][j] for matrices of len(dst) rows, in stripes.
func (Plain[F]) RowDot(dst, x, y []F) {
	for i := range dst {
		c := len(x) / len(dst)
		dst[i] = dot(x[i*c:(i+1)*c], y[i*c:(i+1)*c])
	}
}
