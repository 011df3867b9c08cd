package data

import "math"

// maxRadius is the largest radius of the blur's kernel: twice the largest sigma.
const maxRadius = 4

// blur convolves a view with a Gaussian of standard deviation sigma pixels,
//
//	dst(y, x) = sum_ij w_i w_j src(y+i, x+j),   w_i = exp(-i^2 / (2 sigma^2)) / sum,   |i|, |j| <= 2 sigma,
//
// first along columns, then along rows; the image is mirrored at its borders
// (without repeating the border's pixels), which must be more than 2 maxRadius apart.
func (a *artist) blur(dst []float32, sigma float64) {
	weights, radius := gaussian(sigma)
	n := a.w * a.c
	for y := range a.h {
		out := a.canvas[y*n:][:n]
		middle := dst[y*n:][:n]
		for x, v := range middle {
			out[x] = weights[0] * v
		}
		for k := 1; k <= radius; k++ {
			up, down := dst[mirror(y-k, a.h)*n:][:n], dst[mirror(y+k, a.h)*n:][:n]
			addBoth(out, weights[k], up, down)
		}
	}
	for y := range a.h {
		in, out := a.canvas[y*n:][:n], dst[y*n:][:n]
		for x, v := range in {
			out[x] = weights[0] * v
		}
		for k := 1; k <= radius; k++ {
			inner := out[k*a.c : n-k*a.c] // columns whose two neighbours exist
			addBoth(inner, weights[k], in[:len(inner)], in[2*k*a.c:][:len(inner)])
			for x := range k {
				a.addMirrored(out, in, weights[k], x, k)
				a.addMirrored(out, in, weights[k], a.w-1-x, k)
			}
		}
	}
}

// addBoth: dst_i += w (u_i + v_i).
func addBoth(dst []float32, w float32, u, v []float32) {
	u, v = u[:len(dst)], v[:len(dst)]
	for i := range dst {
		dst[i] += float32(w * (u[i] + v[i]))
	}
}

// addMirrored adds to column x its two neighbours at distance k, at least one of them mirrored.
func (a *artist) addMirrored(dst, row []float32, w float32, x, k int) {
	l, r := mirror(x-k, a.w)*a.c, mirror(x+k, a.w)*a.c
	for c := range a.c {
		dst[x*a.c+c] += float32(w * (row[l+c] + row[r+c]))
	}
}

// mirror reflects i into 0..n-1; i is less than n outside.
func mirror(i, n int) int {
	if i < 0 {
		return -i
	}
	if i >= n {
		return 2*(n-1) - i
	}
	return i
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
