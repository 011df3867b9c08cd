package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// CKA is the linear centred kernel alignment of two embeddings of the same N
// samples, which may differ in width: with x and y centred,
//
//	|y'x|_F^2 / ( |x'x|_F |y'y|_F )
//
// It is 1 where they are the same up to rotation, reflection and one scale, and
// CKAByChance where they have nothing to do with each other, far from 0 for wide
// embeddings of few samples. The directions of largest variance decide, so use it
// with NeighbourOverlap, which hears the small ones. A collapsed embedding has
// nothing in common with any: 0. Source: Kornblith et al., "Similarity of Neural
// Network Representations Revisited", ICML 2019, section 3.
func CKA(x, y Matrix) float64 {
	x.check("CKA", 1)
	y.check("CKA", 1)
	sameRows("CKA", x, y)
	a, b := newPair(x), newPair(y)
	switch {
	case !finite(a.whole) || !finite(b.whole):
		return math.NaN()
	case collapsed(a.whole, a.centred) || collapsed(b.whole, b.centred):
		return 0
	}
	return crossSquares(a.centred, b.centred) / math.Sqrt(crossSquares(a.centred, a.centred)*crossSquares(b.centred, b.centred))
}

// CKAByChance is what CKA reads for two unrelated embeddings of n samples with d1
// and d2 independent channels of one variance: sqrt( d1 d2 / ((n+d1)(n+d2)) ),
// from E |y'x|^2 = (n-1) d1 d2 and E |x'x|^2 = (n-1) d1 (n+d1).
func CKAByChance(n, d1, d2 int) float64 {
	share := func(d int) float64 { return float64(d) / float64(n+d) }
	return math.Sqrt(share(d1) * share(d2))
}

// A pair is a matrix as it is and centred, in units of its own length.
type pair struct{ whole, centred *mat.Dense }

func newPair(z Matrix) pair {
	p := pair{whole: z.wide()}
	if length := mat.Norm(p.whole, 2); length > 0 {
		p.whole.Scale(1/length, p.whole) // fourth powers of it follow
	}
	p.centred = mat.DenseCopyOf(p.whole)
	centre(p.centred)
	return p
}

// crossSquares returns |y'x|_F^2 = <x x', y y'>, whichever side needs fewer
// multiplications.
func crossSquares(x, y *mat.Dense) float64 {
	n, dx := x.Dims()
	_, dy := y.Dims()
	if dx*dy <= n*(dx+dy) {
		var m mat.Dense
		m.Mul(y.T(), x)
		length := mat.Norm(&m, 2)
		return length * length
	}
	var gx, gy mat.Dense
	gx.Mul(x, x.T())
	gy.Mul(y, y.T())
	sum := 0.0
	for i := range n {
		sum += dot(gx.RawRowView(i), gy.RawRowView(i))
	}
	return sum
}
