package probe

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// LiDAR as its formula stands, with the roots of the matrices.
func slowLiDAR(z1, z2 Matrix) float64 {
	n, d := z1.Rows, z1.Cols
	one, two := z1.wide(), z2.wide()
	mean := make([]float64, d)
	squares := 0.0
	for i := range n {
		for j := range d {
			a, b := one.At(i, j), two.At(i, j)
			mean[j] += (a + b) / float64(2*n)
			squares += (a*a + b*b) / float64(2*n)
		}
	}
	between, within := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil)
	for j := range d {
		for k := range j + 1 {
			b, w := 0.0, 0.0
			for i := range n {
				mj, mk := (one.At(i, j)+two.At(i, j))/2, (one.At(i, k)+two.At(i, k))/2
				b += (mj - mean[j]) * (mk - mean[k]) / float64(n)
				w += ((one.At(i, j)-mj)*(one.At(i, k)-mk) + (two.At(i, j)-mj)*(two.At(i, k)-mk)) / float64(2*n)
			}
			between.SetSym(j, k, b)
			if j == k {
				w += 1e-4 * squares
			}
			within.SetSym(j, k, w)
		}
	}
	var e mat.EigenSym
	e.Factorize(within, true)
	var v, root, out mat.Dense
	e.VectorsTo(&v)
	inverse := mat.NewDiagDense(d, nil)
	for k, value := range e.Values(nil) {
		inverse.SetDiag(k, 1/math.Sqrt(value))
	}
	root.Product(&v, inverse, v.T())
	out.Product(&root, between, &root)
	symmetric := mat.NewSymDense(d, nil)
	for j := range d {
		for k := range j + 1 {
			symmetric.SetSym(j, k, out.At(j, k))
		}
	}
	e.Factorize(symmetric, false)
	return entropyRank(e.Values(nil), 0)
}

func TestLiDARIsItsFormula(t *testing.T) {
	for _, c := range []struct{ n, d int }{{40, 6}, {12, 12}, {10, 25}, {5, 60}} {
		z1, z2 := normal(c.n, c.d, "1"), normal(c.n, c.d, "2")
		for i := range z2.Data {
			z2.Data[i] = 0.3*z2.Data[i] + z1.Data[i] + float32(i%c.d) // alike, around a mean
		}
		got, want := LiDAR(z1, z2), slowLiDAR(z1, z2)
		near(t, fmt.Sprintf("%d x %d", c.n, c.d), got/want, 1, 1e-6)
		for i := range z1.Data {
			z1.Data[i], z2.Data[i] = 64*z1.Data[i], 64*z2.Data[i]
		}
		near(t, fmt.Sprintf("%d x %d, scaled", c.n, c.d), LiDAR(z1, z2), got, 1e-9)
	}
}

func TestLiDARByHand(t *testing.T) {
	// Images on three axes with variances 4, 1, 1. Views that coincide leave
	// S_w = delta I; views that differ along the first axis alone hide it.
	z := diagonal(2, 1, 1)
	p := []float64{4. / 6, 1. / 6, 1. / 6}
	near(t, "views that coincide", LiDAR(z, z), entropyRank(p, 0), 1e-9)
	one, two := diagonal(2, 1, 1), diagonal(2, 1, 1)
	for i := range one.Rows {
		one.Row(i)[0] += 100
		two.Row(i)[0] -= 100
	}
	near(t, "a direction in which views differ", LiDAR(one, two), 2, 1e-2)

	// The mean of an image's views says nothing where views are opposites.
	opposite := Matrix{z.Rows, z.Cols, nil}
	for _, v := range z.Data {
		opposite.Data = append(opposite.Data, -v)
	}
	near(t, "images without a mean", LiDAR(z, opposite), 1, 0)
}
