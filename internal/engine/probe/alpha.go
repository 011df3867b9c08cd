package probe

import "math"

// Alpha is the alpha of alpha-ReQ, the exponent at which the eigenvalues mu_k of
// the covariance fall:
//
//	mu_k ~ k^-alpha,   alpha = - slope of log mu_k against log k
//
// by least squares with weight 1/k, so that every octave of k counts alike and
// the many small eigenvalues do not decide alone. It is useful near 1: below,
// variance is spread over many weak directions; far above, few directions hold
// all of it. Eigenvalues below 1e-12 of the largest are rounding and left out. A
// batch's smallest eigenvalues are below those of its distribution, so compare
// batches of one size. Collapsed embeddings have no exponent: NaN, as have fewer
// than two eigenvalues. Source: Agrawal et al., "alpha-ReQ: Assessing
// Representation Quality in Self-Supervised Learning by measuring
// eigenspectrum decay", NeurIPS 2022; the weights as in Stringer et al.,
// "High-dimensional geometry of population responses in visual cortex", Nature 2019.
func Alpha(z Matrix) float64 {
	z.check("alpha-ReQ", 1)
	return newScatter(z.wide()).alpha()
}

func (s scatter) alpha() float64 {
	if s.squares == nil || s.collapsed {
		return math.NaN()
	}
	var w, x, y, xx, xy float64 // weighted sums of 1, log k, log mu and their products
	n := 0
	for k, v := range s.squares {
		if v < 1e-12*s.squares[0] {
			break
		}
		n = k + 1
		weight, logK, logMu := 1/float64(n), math.Log(float64(n)), math.Log(v/s.squares[0])
		w += weight
		x += weight * logK
		y += weight * logMu
		xx += weight * logK * logK
		xy += weight * logK * logMu
	}
	if n < 2 {
		return math.NaN()
	}
	return -(w*xy - x*y) / (w*xx - x*x)
}
