package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Directions returns the first k principal directions of the rows of z, k x D, each
// of length 1 and all at right angles: the eigenvectors of z'z, not centred, in the
// falling order of their eigenvalues. No k directions show more of the rows'
// squared length. A direction points to the side of the rows' mean. Where the rows
// use fewer directions than k, axes complete them: of those at right angles to the
// others, the one that is nearest to a channel of its own. ok is false where an element is
// not finite, or the iteration does not converge. It takes k of at most D.
func Directions(z Matrix, k int) (directions Matrix, ok bool) {
	z.check("the principal directions", 1)
	m := z.wide()
	if !finite(m) {
		return Matrix{}, false
	}
	var gram mat.SymDense
	narrow := z.Rows <= z.Cols
	if narrow {
		gram.SymOuterK(1, m)
	} else {
		gram.SymOuterK(1, m.T())
	}
	var e mat.EigenSym
	if !e.Factorize(&gram, true) {
		return Matrix{}, false
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	values := e.Values(nil) // rising
	most := values[len(values)-1]

	var basis [][]float64
	for i := len(values) - 1; i >= 0 && len(basis) < k && values[i] > 1e-10*most; i-- {
		v := make([]float64, z.Cols)
		if narrow {
			mat.NewVecDense(z.Cols, v).MulVec(m.T(), vectors.ColView(i))
		} else {
			mat.Col(v, i, &vectors)
		}
		if !rightAngled(v, basis) {
			continue
		}
		if along(m, v) < 0 {
			for j := range v {
				v[j] = -v[j]
			}
		}
		basis = append(basis, v)
	}
	for len(basis) < k {
		basis = append(basis, freeAxis(z.Cols, basis))
	}
	directions = Matrix{Rows: k, Cols: z.Cols}
	for _, v := range basis {
		for _, x := range v {
			directions.Data = append(directions.Data, float32(x))
		}
	}
	return directions, true
}

// rightAngled brings v to length 1, at right angles to the basis; false where
// nothing but rounding would be left of it.
func rightAngled(v []float64, basis [][]float64) bool {
	before := math.Sqrt(dot(v, v))
	for range 2 { // once leaves what rounding lost
		for _, b := range basis {
			c := dot(v, b)
			for j := range v {
				v[j] -= c * b[j]
			}
		}
	}
	after := math.Sqrt(dot(v, v))
	if !(after > 1e-3*before) {
		return false
	}
	for j := range v {
		v[j] /= after
	}
	return true
}

// along returns the sum of the rows' products with v.
func along(m *mat.Dense, v []float64) float64 {
	rows, _ := m.Dims()
	sum := 0.0
	for i := range rows {
		sum += dot(m.RawRowView(i), v)
	}
	return sum
}

// freeAxis returns the axis of the channel that the basis uses least, taken to
// right angles with it.
func freeAxis(d int, basis [][]float64) []float64 {
	channel, least := 0, math.Inf(1)
	for j := range d {
		used := 0.0
		for _, b := range basis {
			used += b[j] * b[j]
		}
		if used < least {
			channel, least = j, used
		}
	}
	v := make([]float64, d)
	v[channel] = 1
	rightAngled(v, basis)
	return v
}
