package kernel

// eigenLoops are the inner loops of SymmetricEigen, in float64. All implementations give the same bits.
type eigenLoops struct {
	inners    func(sums, x []float64, stride int, y []float64)                    // sums[r] = the inner product of y and a row of x; rows are stride apart
	addScaled func(dst []float64, a float64, x []float64)                         // dst += a x
	addTwo    func(dst []float64, a float64, x []float64, b float64, y []float64) // dst += a x, then b y
	rotate    func(x, y []float64, c, s float64)                                  // x, y = c x - s y, s x + c y
}

var plainEigen = &eigenLoops{
	inners: func(sums, x []float64, stride int, y []float64) {
		for r := range sums {
			sums[r] = inner(x[r*stride:][:len(y)], y)
		}
	},
	addScaled: addScaled,
	addTwo:    addTwo,
	rotate:    rotate,
}

// inner returns the inner product of x and y in four chains, so that additions need not wait for each other.
func inner(x, y []float64) float64 {
	var s [4]float64
	return innerFrom(&s, x, y)
}

// innerFrom goes on with four chains that stand at s. The next product is the first one's.
func innerFrom(s *[4]float64, x, y []float64) float64 {
	y = y[:len(x)]
	for ; len(x) >= 4; x, y = x[4:], y[4:] {
		s[0] += float64(x[0] * y[0])
		s[1] += float64(x[1] * y[1])
		s[2] += float64(x[2] * y[2])
		s[3] += float64(x[3] * y[3])
	}
	for i, v := range x {
		s[i] += float64(v * y[i])
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

func addScaled(dst []float64, a float64, x []float64) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] += float64(a * v)
	}
}

func addTwo(dst []float64, a float64, x []float64, b float64, y []float64) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = dst[i] + float64(a*v) + float64(b*y[i])
	}
}

// rotate turns the rows x and y by the angle with cosine c and sine s.
func rotate(x, y []float64, c, s float64) {
	y = y[:len(x)]
	for k, u := range x {
		v := y[k]
		y[k] = float64(s*u) + float64(c*v)
		x[k] = float64(c*u) - float64(s*v)
	}
}
