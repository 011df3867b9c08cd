package probe

import "math"

// EffectiveRank is the number of directions that the embeddings use, counted by
// the entropy of the singular values sigma_k of the centred matrix z:
//
//	exp( - sum_k p_k log p_k ),   p_k = sigma_k / sum sigma
//
// It is 1 for a single direction and at most min(N-1, D), which MaxRank gives:
// divide by that to compare sizes. It looks at the matrix as it is; Measure
// hands it unit rows. Singular values below 1e-6 of the largest count as zero:
// they come from eigenvalues of the smaller Gram matrix, which know no more.
//
// Collapsed embeddings have rank 1, by the rule of this package: their rounding
// noise would read 42 of 64. After a collapse to nearly a point the rank of what
// is left stays high too, so never read it alone. Source: Roy and Vetterli, "The
// effective rank", EUSIPCO 2007.
func EffectiveRank(z Matrix) float64 {
	z.check("the effective rank", 1)
	return newScatter(z.wide()).effectiveRank()
}

// MaxRank is the largest effective rank that n embeddings of width d can have
// after centring.
func MaxRank(n, d int) int { return max(1, min(n-1, d)) }

// effectiveRank is EffectiveRank of a matrix whose singular values are known.
func (s scatter) effectiveRank() float64 {
	switch {
	case s.squares == nil:
		return math.NaN()
	case s.collapsed:
		return 1
	}
	return entropyRank(singular(s.squares), 0)
}

// singular returns the singular values in units of the largest, given their
// squares in falling order. Those below 1e-6 are zero.
func singular(squares []float64) []float64 {
	out := make([]float64, len(squares))
	for k, v := range squares {
		if v >= 1e-12*squares[0] {
			out[k] = math.Sqrt(v / squares[0])
		}
	}
	return out
}

// entropyRank is exp(-sum p log p) of the weights w, p = w / sum w + eps.
func entropyRank(w []float64, eps float64) float64 {
	sum, entropy := 0.0, 0.0
	for _, v := range w {
		sum += v
	}
	for _, v := range w {
		if p := v/sum + eps; p > 0 {
			entropy -= p * math.Log(p)
		}
	}
	return math.Exp(entropy)
}
