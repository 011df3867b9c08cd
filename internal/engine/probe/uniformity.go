package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Uniformity says how evenly embeddings fill the unit sphere:
//
//	log mean_{i<j} exp( -2 |u_i - u_j|^2 )
//
// over all pairs of one view. It is 0 for a collapsed embedding and near
// UniformSphere(D) for an even one; it can fall below that, since a fixed set of
// points can be spread better than by chance. Fewer than two rows give NaN.
// Source: Wang and Isola, ICML 2020, with t = 2.
func Uniformity(z Matrix) float64 {
	z.check("the uniformity", 1)
	return uniformity(unit(z))
}

// uniformity is Uniformity of unit rows: |u - v|^2 = |u|^2 + |v|^2 - 2 <u, v>, the
// products block by block, so that no N x N matrix is made.
func uniformity(u *mat.Dense) float64 {
	const block = 64
	n, _ := u.Dims()
	squares := make([]float64, n)
	for i := range squares {
		squares[i] = dot(u.RawRowView(i), u.RawRowView(i))
	}
	sum := 0.0
	var products mat.Dense
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		products.Reset()
		products.Mul(rows(u, from, to), rows(u, 0, to).T())
		for i := from; i < to; i++ {
			for j, p := range products.RawRowView(i - from)[:i] {
				sum += math.Exp(-2 * max(0, squares[i]+squares[j]-2*p))
			}
		}
	}
	return math.Log(sum / (float64(n) * float64(n-1) / 2))
}

// UniformSphere is the uniformity of infinitely many points spread evenly by
// chance on the unit sphere of dimension d: with <u, v> of two such points,
//
//	log E exp(-4 + 4 <u, v>) = -4 + log 0F1(; d/2; 4) = -4 + log sum_k 4^k / (k! (d/2)_k)
//
// -1.575 at d = 2, -2.080 at 3, -3.875 at 64.
func UniformSphere(d int) float64 {
	sum, term := 1.0, 1.0
	for k := 1; term > 1e-17*sum; k++ {
		term *= 4 / (float64(k) * (float64(d)/2 + float64(k-1)))
		sum += term
	}
	return -4 + math.Log(sum)
}
