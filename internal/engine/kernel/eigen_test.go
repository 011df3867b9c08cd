package kernel

import (
	"fmt"
	"math"
	"testing"
)

// symmetric returns an n x n symmetric matrix of fixed numbers and of the given rank.
func symmetric(n, rank int) []float64 {
	a := make([]float64, n*n)
	for k := range rank {
		for i := range n {
			for j := range n {
				a[i*n+j] += math.Sin(float64(1+k+3*i+i*i*k)) * math.Sin(float64(1+k+3*j+j*j*k)) / float64(n)
			}
		}
	}
	return a
}

// The parts make the whole again, the vectors are orthonormal, the values ascend.
func TestSymmetricEigen(t *testing.T) {
	for _, c := range []struct{ n, rank int }{{1, 1}, {2, 2}, {3, 1}, {5, 5}, {8, 3}, {17, 17}, {40, 12}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			n, a := c.n, symmetric(c.n, c.rank)
			values, vectors, work := make([]float64, n), make([]float64, n*n), make([]float64, n*n)
			copy(work, a)
			SymmetricEigen(values, vectors, work, make([]float64, 3*n))
			for i := range n {
				for j := range n {
					var whole, product float64
					for k := range n {
						whole += values[k] * vectors[k*n+i] * vectors[k*n+j]
						product += vectors[i*n+k] * vectors[j*n+k]
					}
					if math.Abs(whole-a[i*n+j]) > 1e-14*float64(n) {
						t.Errorf("element %d, %d: %g, want %g", i, j, whole, a[i*n+j])
					}
					want := 0.0
					if i == j {
						want = 1
					}
					if math.Abs(product-want) > 1e-14*float64(n) {
						t.Errorf("vectors %d and %d: product %g", i, j, product)
					}
				}
				if i > 0 && values[i] < values[i-1] {
					t.Errorf("value %d is %g after %g", i, values[i], values[i-1])
				}
				if i < n-c.rank && math.Abs(values[i]) > 1e-14*float64(n) {
					t.Errorf("rank %d, but value %d of %d is %g", c.rank, i, n, values[i])
				}
			}
		})
	}
}

// Diagonal matrices, zero among them, are their own answer; what is not finite
// comes back as NaN and ends.
func TestSymmetricEigenOfTheSimple(t *testing.T) {
	for _, c := range []struct {
		a, want []float64
	}{
		{[]float64{3, 0, 0, 0, -1, 0, 0, 0, 2}, []float64{-1, 2, 3}},
		{make([]float64, 9), []float64{0, 0, 0}},
		{[]float64{0, 1, 1, 0}, []float64{-1, 1}},
	} {
		values := make([]float64, len(c.want))
		SymmetricEigen(values, make([]float64, len(c.a)), c.a, make([]float64, 3*len(c.want)))
		for i, v := range values {
			if math.Abs(v-c.want[i]) > 1e-15 {
				t.Errorf("values %v, want %v", values, c.want)
				break
			}
		}
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		values, vectors := make([]float64, 2), make([]float64, 4)
		SymmetricEigen(values, vectors, []float64{1, bad, bad, 1}, make([]float64, 6))
		for _, v := range append(values, vectors...) {
			if !math.IsNaN(v) {
				t.Errorf("%g in the matrix: values %v, vectors %v", bad, values, vectors)
			}
		}
	}
}
