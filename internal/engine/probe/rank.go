package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

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
	whole := z.wide()
	centred := mat.DenseCopyOf(whole)
	centre(centred)
	return effectiveRank(whole, centred)
}

// MaxRank is the largest effective rank that n embeddings of width d can have
// after centring.
func MaxRank(n, d int) int { return max(1, min(n-1, d)) }

// effectiveRank is EffectiveRank of a matrix that is also given centred.
func effectiveRank(whole, centred *mat.Dense) float64 {
	if !finite(whole) {
		return math.NaN()
	}
	if collapsed(whole, centred) {
		return 1
	}
	values, ok := squaredSingularValues(centred)
	if !ok {
		return math.NaN()
	}
	largest := 0.0
	for _, v := range values {
		largest = max(largest, v)
	}
	sum, weighted := 0.0, 0.0 // sum of sigma and of sigma log sigma
	for _, v := range values {
		if v < 1e-12*largest {
			continue
		}
		sigma := math.Sqrt(v / largest)
		sum += sigma
		weighted += sigma * math.Log(sigma)
	}
	return math.Exp(math.Log(sum) - weighted/sum)
}

// squaredSingularValues returns the eigenvalues of m m' or m' m, whichever is
// smaller. ok is false where the iteration does not converge.
func squaredSingularValues(m *mat.Dense) (values []float64, ok bool) {
	rows, cols := m.Dims()
	var gram mat.SymDense
	if rows <= cols {
		gram.SymOuterK(1, m)
	} else {
		gram.SymOuterK(1, m.T())
	}
	var e mat.EigenSym
	if !e.Factorize(&gram, false) {
		return nil, false
	}
	return e.Values(nil), true
}
