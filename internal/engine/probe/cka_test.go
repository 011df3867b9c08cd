package probe

import (
	"fmt"
	"math"
	"testing"
)

func TestCKAByHand(t *testing.T) {
	// x'x = 2, y'y = diag(2, 8), y'x = (2, 0)': 4 / (2 sqrt 68).
	x, y := of(1, 1, -1, 0, 0), of(2, 1, 0, -1, 0, 0, 2, 0, -2)
	near(t, "by hand", CKA(x, y), 4/(2*math.Sqrt(68)), 1e-12)
	near(t, "symmetric", CKA(y, x), CKA(x, y), 1e-12)
	near(t, "nothing in common", CKA(of(1, 1, -1, 0, 0), of(1, 0, 0, 1, -1)), 0, 1e-12)
}

func TestCKAIsInvariant(t *testing.T) {
	for _, d := range []int{3, 40} { // by the features, by the samples
		x := normal(20, d, "x")
		turned := Matrix{20, d + 1, make([]float32, 20*(d+1))} // columns reversed, reflected, scaled, shifted
		for i := range 20 {
			for j, v := range x.Row(i) {
				turned.Row(i)[d-j] = -8*v + 16
			}
		}
		near(t, fmt.Sprintf("width %d, itself", d), CKA(x, x), 1, 1e-12)
		near(t, fmt.Sprintf("width %d, turned", d), CKA(x, turned), 1, 1e-5)
	}
}

// Unrelated embeddings read the mark, however wide.
func TestCKAOfUnrelated(t *testing.T) {
	for _, c := range []struct{ n, d1, d2 int }{{128, 256, 256}, {200, 8, 64}, {1000, 30, 20}} {
		got := CKA(normal(c.n, c.d1, "x"), normal(c.n, c.d2, "y"))
		near(t, fmt.Sprintf("%v", c), got/CKAByChance(c.n, c.d1, c.d2), 1, 0.05)
	}
}
