package probe

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/mat"
)

// OverlapK is the number of neighbours by which two embeddings are compared
// unless there is a reason for another.
const OverlapK = 10

// NeighbourOverlap is how far two embeddings of the same N samples agree about
// who is near: with S(n) the k samples of the largest cosine to sample n, itself
// left out,
//
//	mean_n |S_x(n) and S_y(n)| / k
//
// It is 1 where all neighbourhoods are the same and OverlapByChance(k, N) where
// the embeddings have nothing to do with each other. It hears the small
// distances, CKA the large ones. Of equal cosines the first sample counts; a
// collapsed embedding has no neighbourhoods and reads 0. k is from 1 to N-1.
// Source: Huh et al., "The Platonic Representation Hypothesis", ICML 2024,
// section 2 (mutual nearest neighbours).
func NeighbourOverlap(x, y Matrix, k int) float64 {
	x.check("the overlap of neighbours", 2)
	y.check("the overlap of neighbours", 2)
	sameRows("the overlap of neighbours", x, y)
	n := x.Rows
	if k < 1 || k >= n {
		panic(fmt.Sprintf("probe: %d neighbours among %d samples", k, n))
	}
	a, aOK := unit32(x)
	b, bOK := unit32(y)
	switch {
	case !aOK || !bOK:
		return math.NaN()
	case oneDirection(x) || oneDirection(y):
		return 0
	}
	cosines, scratch := make([]float32, n), make([]float32, n)
	inX := make([]bool, n)
	shared := 0
	for i := range n {
		clear(inX)
		nearest(a, i, k, cosines, scratch, func(j int) { inX[j] = true })
		nearest(b, i, k, cosines, scratch, func(j int) {
			if inX[j] {
				shared++
			}
		})
	}
	return float64(shared) / float64(n*k)
}

// OverlapByChance is what NeighbourOverlap reads for unrelated embeddings of n
// samples: k/(n-1).
func OverlapByChance(k, n int) float64 { return float64(k) / float64(n-1) }

// oneDirection reports whether all rows of z point the same way up to rounding.
func oneDirection(z Matrix) bool {
	u := unit(z)
	centred := mat.DenseCopyOf(u)
	centre(centred)
	return collapsed(u, centred)
}

// nearest calls visit for the k rows of u, at length 1, that are nearest to row i.
func nearest(u blas32.General, i, k int, cosines, scratch []float32, visit func(j int)) {
	row := blas32.Vector{N: u.Cols, Inc: 1, Data: u.Data[i*u.Stride : i*u.Stride+u.Cols]}
	blas32.Gemv(blas.NoTrans, 1, u, row, 0, blas32.Vector{N: u.Rows, Inc: 1, Data: cosines})
	cosines[i] = float32(math.Inf(-1))
	copy(scratch, cosines)
	largest(cosines, kth(scratch, k), k, visit)
}
