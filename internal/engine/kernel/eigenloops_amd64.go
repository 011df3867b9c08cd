package kernel

// eigenAVX2 takes fours in vectors and what is left over in the plain loops.
var eigenAVX2 = &eigenLoops{
	inners: func(sums, x []float64, stride int, y []float64) {
		fours, at := len(y)&^3, 0
		for ; fours > 0 && at+4 <= len(sums); at += 4 {
			rows := x[at*stride:][:3*stride+len(y)]
			var s [4][4]float64
			innersAVX2(&s[0][0], &rows[0], 8*stride, &y[0], fours/4)
			for r := range s {
				sums[at+r] = innerFrom(&s[r], rows[r*stride+fours:][:len(y)-fours], y[fours:])
			}
		}
		plainEigen.inners(sums[at:], x[min(at*stride, len(x)):], stride, y)
	},
	addScaled: func(dst []float64, a float64, x []float64) {
		dst = dst[:len(x)]
		fours := len(x) &^ 3
		if fours > 0 {
			addScaled64AVX2(&dst[0], a, &x[0], fours/4)
		}
		addScaled(dst[fours:], a, x[fours:])
	},
	addTwo: func(dst []float64, a float64, x []float64, b float64, y []float64) {
		dst, y = dst[:len(x)], y[:len(x)]
		fours := len(x) &^ 3
		if fours > 0 {
			addTwo64AVX2(&dst[0], a, &x[0], b, &y[0], fours/4)
		}
		addTwo(dst[fours:], a, x[fours:], b, y[fours:])
	},
	rotate: func(x, y []float64, c, s float64) {
		y = y[:len(x)]
		fours := len(x) &^ 3
		if fours > 0 {
			rotate64AVX2(&x[0], &y[0], c, s, fours/4)
		}
		rotate(x[fours:], y[fours:], c, s)
	},
}
