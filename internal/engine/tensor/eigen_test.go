package tensor

import (
	"math"
	"testing"
)

// On every device the parts make the whole again.
func TestSymmetricEigen(t *testing.T) {
	x := []float64{2, 1, 0.5, 1, 3, -1, 0.5, -1, 1}
	for _, d := range []Device{CPU(1), Reference()} {
		a := NewArena(d)
		m, values, vectors := a.New(3, 3), a.New(3, 1), a.New(3, 3)
		a.Upload64(m, x)
		SymmetricEigen(a, values, vectors, m)
		scaled, whole := a.New(3, 3), a.New(3, 3)
		a.MulCol(scaled, values, vectors)
		a.Gemm(whole, TN, 1, vectors, scaled, 0)
		got := make([]float64, 9)
		a.Download64(got, whole)
		for i, v := range got {
			if math.Abs(v-x[i]) > 1e-6 {
				t.Fatalf("%s: %v, want %v", d.Name(), got, x)
			}
		}
	}
}
