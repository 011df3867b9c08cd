package data

import "math"

// maxRadius is the largest radius of the blur's kernel: twice the largest sigma.
const maxRadius = 4

// blur convolves the picture with a Gaussian of standard deviation sigma pixels,
//
//	dst(y, x) = sum_ij w_i w_j src(y+i, x+j),   w_i = exp(-i^2 / (2 sigma^2)) / sum,   |i|, |j| <= 2 sigma,
//
// first along columns, then along rows, each sum from the middle outwards, and
// lays it into rows. The image is mirrored at its borders (without repeating the
// border's pixels), which must be more than maxRadius apart.
func (a *artist) blur(sigma float64) {
	var radius int
	a.weights, radius = gaussian(sigma)
	weights := a.weights[:radius+1]

	// Columns of the margin, then all columns into rows, then rows of the margin.
	column := a.c * a.run
	for k := 1; k <= radius; k++ {
		copyColumn := func(to, from int) {
			copy(a.margins[(maxRadius+to)*column:][:column], a.margins[(maxRadius+from)*column:])
		}
		copyColumn(-k, k)
		copyColumn(a.w-1+k, a.w-1-k)
	}
	s := a.stride
	sheet := a.sheet[maxRadius*s:] // from row 0 on
	pixels.Transpose(sheet, s, a.margins, a.run, s, a.run)
	for k := 1; k <= radius; k++ {
		copy(a.sheet[(maxRadius-k)*s:][:s], sheet[k*s:])
		copy(sheet[(a.h-1+k)*s:][:s], sheet[(a.h-1-k)*s:])
	}

	pixels.Taps(a.blurred[:a.h*s], a.sheet[(maxRadius-radius)*s:], s, weights)
	edge := maxRadius * a.c
	n := a.h*s - 2*edge
	pixels.Taps(sheet[edge:edge+n], a.blurred[edge-radius*a.c:], a.c, weights)
}

// gaussian returns the weights of distances 0..radius; both sides sum to 1.
func gaussian(sigma float64) (weights [maxRadius + 1]float32, radius int) {
	radius = min(int(math.Ceil(2*sigma)), maxRadius)
	var w [maxRadius + 1]float64
	w[0] = 1
	sum := 1.0
	rate := 1 / float64(2*float64(sigma*sigma))
	for k := 1; k <= radius; k++ {
		w[k] = exp(-float64(rate * float64(k*k)))
		sum += 2 * w[k]
	}
	for k := range w {
		weights[k] = float32(w[k] / sum)
	}
	return weights, radius
}
