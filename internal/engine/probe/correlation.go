package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Square is an N x N matrix, row-major.
type Square struct {
	N    int
	Data []float64
}

// At returns element (i, j).
func (s Square) At(i, j int) float64 { return s.Data[i*s.N+j] }

// Channels returns min(d, most) channels of d, spread evenly: what a picture of
// a wide layer shows.
func Channels(d, most int) []int {
	most = min(d, most)
	c := make([]int, most)
	for i := range c {
		c[i] = i * d / most
	}
	return c
}

// Correlation is Barlow Twins' C, the correlation over the batch between channel
// i of one view and channel j of the other, for the given channels:
//
//	C_ij = mean_b q_i(b) k_j(b),   q, k: the channels of a and b at mean 0 and variance 1
//
// With a and b the same it is the autocorrelation. A channel that is constant up
// to rounding correlates with nothing: 0. Where a or b is collapsed as a whole,
// all channels move as one: C is 1 throughout, by the rule of this package. A NaN
// anywhere makes all of it NaN. Source: Zbontar et al., "Barlow Twins", ICML
// 2021, equation 2.
func Correlation(a, b Matrix, channels []int) Square {
	a.check("the correlation", 1)
	b.check("the correlation", 1)
	same("the correlation", a, b)
	c := Square{N: len(channels), Data: make([]float64, len(channels)*len(channels))}
	if c.N == 0 {
		return c
	}
	q, qCollapsed := standardized(a, channels)
	k, kCollapsed := standardized(b, channels)
	switch {
	case q == nil || k == nil:
		c.fill(math.NaN())
	case qCollapsed || kCollapsed:
		c.fill(1)
	default:
		m := mat.NewDense(c.N, c.N, c.Data)
		m.Mul(q.T(), k)
		m.Scale(1/float64(a.Rows), m)
	}
	return c
}

func (s Square) fill(v float64) {
	for i := range s.Data {
		s.Data[i] = v
	}
}

// standardized returns the given channels of z at mean 0 and variance 1, constant
// ones at 0, and whether all of z is collapsed; nil where z is not finite.
func standardized(z Matrix, channels []int) (q *mat.Dense, isCollapsed bool) {
	whole := z.wide()
	if !finite(whole) {
		return nil, false
	}
	centred := mat.DenseCopyOf(whole)
	centre(centred)
	if collapsed(whole, centred) {
		return whole, true
	}
	q = mat.NewDense(z.Rows, len(channels), nil)
	for to, from := range channels {
		var all, moved float64
		for b := range z.Rows {
			w, c := whole.At(b, from), centred.At(b, from)
			all += w * w
			moved += c * c
		}
		if moved <= noise*noise*all {
			continue
		}
		sd := math.Sqrt(moved / float64(z.Rows))
		for b := range z.Rows {
			q.Set(b, to, centred.At(b, from)/sd)
		}
	}
	return q, false
}

// OffDiagonal is the mean of |C_ij| over i != j: how far channels repeat each
// other. It is 0 for independent channels, 1 where all say the same; a single
// channel has none and gives 0. Unrelated channels read NoiseFloor, not 0.
// Source: the second term of Barlow Twins; Hua et al., "On Feature Decorrelation
// in Self-Supervised Learning", ICCV 2021.
func (s Square) OffDiagonal() float64 {
	if s.N < 2 {
		return 0
	}
	sum := 0.0
	for i := range s.N {
		for j := range s.N {
			if i != j {
				sum += math.Abs(s.At(i, j))
			}
		}
	}
	return sum / float64(s.N*(s.N-1))
}

// NoiseFloor is what OffDiagonal reads for unrelated channels in a batch of n:
// sqrt(2 / (pi (n-1))), the mean size of a normal number of variance 1/(n-1).
func NoiseFloor(n int) float64 { return math.Sqrt(2 / (math.Pi * float64(n-1))) }
