package probe

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Likeness says how much N samples look like each other in an embedding: the
// cosines between their rows after the mean row is taken away, N x N, and the
// lengths of these rows, so that lengths and cosines together are the centred Gram
// matrix. Two networks that saw the same samples can be compared by it, whatever
// their widths. A collapsed embedding has no directions: all cosines and lengths
// are 0. A NaN anywhere makes all cosines NaN.
func Likeness(z Matrix) (cosines Square, lengths []float64) {
	z.check("the likeness", 1)
	whole := z.wide()
	centred := mat.DenseCopyOf(whole)
	centre(centred)
	cosines = Square{N: z.Rows, Data: make([]float64, z.Rows*z.Rows)}
	lengths = make([]float64, z.Rows)
	switch {
	case !finite(whole):
		cosines.fill(math.NaN())
		return cosines, lengths
	case collapsed(whole, centred):
		return cosines, lengths
	}
	for i := range lengths {
		row := centred.RawRowView(i)
		if lengths[i] = math.Sqrt(dot(row, row)); lengths[i] > 0 {
			for j := range row {
				row[j] /= lengths[i]
			}
		}
	}
	mat.NewDense(z.Rows, z.Rows, cosines.Data).Mul(centred, centred.T())
	return cosines, lengths
}

// GramCKA is linear CKA of two embeddings from their Gram matrices, with the
// unbiased estimate of each inner product,
//
//	HSIC(K, L) = 1/(N(N-3)) ( tr(KL) + 1'K1 1'L1/((N-1)(N-2)) - 2/(N-2) 1'KL1 ),   diagonals of K and L set to 0
//	CKA = HSIC(K, L) / sqrt( HSIC(K, K) HSIC(L, L) )
//
// It is 1 where both are the same up to rotation and scale and, unlike the plain
// estimate (see CKA), 0 on average where they have nothing to do with each other,
// however wide they are; it may fall below. 0 where either has no structure. The
// Gram matrices may be centred or not. N is at least 4. Sources: Kornblith et al.,
// ICML 2019, section 3; Song et al., "Feature Selection via Dependence
// Maximization", JMLR 2012, theorem 2 (the unbiased estimate); Nguyen, Raghu,
// Kornblith, ICLR 2021, section 3.1 (in CKA).
func GramCKA(k, l Square) float64 {
	if k.N != l.N || k.N < 4 {
		panic(fmt.Sprintf("probe: CKA of Gram matrices of %d and %d samples", k.N, l.N))
	}
	kk, ll := hsic(k, k), hsic(l, l)
	if !(kk > 0) || !(ll > 0) {
		return 0
	}
	return hsic(k, l) / math.Sqrt(kk*ll)
}

// hsic is HSIC(K, L) of GramCKA.
func hsic(k, l Square) float64 {
	n := k.N
	var trace, sumK, sumL, cross float64
	for i := range n {
		var rowK, rowL float64
		for j := range n {
			if i == j {
				continue
			}
			a, b := k.At(i, j), l.At(i, j)
			trace += a * b
			rowK += a
			rowL += b
		}
		sumK += rowK
		sumL += rowL
		cross += rowK * rowL
	}
	m := float64(n)
	return (trace + sumK*sumL/((m-1)*(m-2)) - 2*cross/(m-2)) / (m * (m - 3))
}

// GramOverlap is NeighbourOverlap from the likenesses of two embeddings: of the
// most samples that are most like each one, the share that both agree on. Of equal
// likenesses the first samples count. 0 where either is 0 throughout.
func GramOverlap(k, l Square, most int) float64 {
	if k.N != l.N || most < 1 || most >= k.N {
		panic(fmt.Sprintf("probe: %d neighbours among %d and %d samples", most, k.N, l.N))
	}
	empty := func(s Square) bool { return !slices.ContainsFunc(s.Data, func(v float64) bool { return v != 0 }) }
	if empty(k) || empty(l) {
		return 0
	}
	shared := 0
	for i := range k.N {
		a, b := k.nearest(i, most), l.nearest(i, most)
		for _, j := range a {
			if slices.Contains(b, j) {
				shared++
			}
		}
	}
	return float64(shared) / float64(k.N*most)
}

// nearest returns the most samples that are most like sample i, itself left out.
func (s Square) nearest(i, most int) []int {
	order := make([]int, 0, s.N-1)
	for j := range s.N {
		if j != i {
			order = append(order, j)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := s.At(i, a), s.At(i, b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return order[:most]
}
