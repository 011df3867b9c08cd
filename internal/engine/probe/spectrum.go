package probe

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// SpectrumFloor is the least value of a Spectrum: a variance that small is the
// rounding noise by which this package calls a matrix collapsed.
const SpectrumFloor = -10

// Spectrum is the variance of the embeddings along its principal directions,
//
//	log10( mu_k / mean_n |z_n|^2 ),   mu_1 >= mu_2 >= ...
//
// with mu_k the eigenvalues of the covariance (divided by N). It has MaxRank(N, D)
// values, all that can differ from zero, and none is below SpectrumFloor; the
// unit of variance makes it blind to scale, and for unit rows it is log10 mu_k
// itself. A healthy embedding falls slowly around Isotropic(D), one that has
// collapsed into a few directions drops to the floor behind them, and one that
// has collapsed to a point is at the floor throughout. The tail of a batch falls
// faster than that of its distribution, all the more the nearer N is to D.
// Source: Jing et al., "Understanding Dimensional Collapse in Contrastive
// Self-supervised Learning", ICLR 2022, section 3.
func Spectrum(z Matrix) []float64 {
	z.check("the spectrum", 1)
	return newScatter(z.wide()).spectrum()
}

// Isotropic is what Spectrum reads in every direction for unit rows that are
// spread evenly over the sphere of dimension d: log10(1/d).
func Isotropic(d int) float64 { return -math.Log10(float64(d)) }

// A scatter is a matrix with what the metrics of its spectrum share.
type scatter struct {
	whole, centred *mat.Dense
	collapsed      bool
	squares        []float64 // squared singular values of centred, falling, MaxRank(N, D) of them; nil where they cannot be had
}

func newScatter(whole *mat.Dense) scatter {
	s := scatter{whole: whole, centred: mat.DenseCopyOf(whole)}
	if !finite(whole) {
		return s
	}
	centre(s.centred)
	s.collapsed = collapsed(whole, s.centred)
	values, ok := squaredSingularValues(s.centred)
	if !ok {
		return s
	}
	rows, cols := whole.Dims()
	s.squares = values[:MaxRank(rows, cols)]
	return s
}

func (s scatter) spectrum() []float64 {
	rows, cols := s.whole.Dims()
	out := make([]float64, MaxRank(rows, cols))
	length := mat.Norm(s.whole, 2)
	for k := range out {
		switch {
		case s.squares == nil:
			out[k] = math.NaN()
		case s.collapsed:
			out[k] = SpectrumFloor
		default: // both are sums over the rows, so that N cancels
			out[k] = max(SpectrumFloor, math.Log10(s.squares[k]/length/length))
		}
	}
	return out
}

// squaredSingularValues returns the eigenvalues of m m' or m' m, whichever is
// smaller, in falling order. What rounding has made negative is 0. ok is false
// where the iteration does not converge.
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
	values = e.Values(nil)
	slices.Reverse(values)
	for k, v := range values {
		values[k] = max(0, v)
	}
	return values, true
}
