package probe

import (
	"math"
	"testing"
)

// The directions are orthonormal, show as much as any three can, and point to where the mean is.
func TestDirections(t *testing.T) {
	for _, shape := range [][2]int{{40, 12}, {6, 30}, {5, 3}} {
		z := normal(shape[0], shape[1], "directions")
		for i := range z.Rows { // a mean, and channels of falling strength
			for j := range z.Row(i) {
				z.Row(i)[j] = (z.Row(i)[j] + 1) / float32(j+1)
			}
		}
		v, ok := Directions(z, 3)
		if !ok || v.Rows != 3 || v.Cols != z.Cols {
			t.Fatalf("%v: %d x %d, %v", shape, v.Rows, v.Cols, ok)
		}
		product := func(a, b []float32) float64 {
			sum := 0.0
			for j := range a {
				sum += float64(a[j]) * float64(b[j])
			}
			return sum
		}
		values, _ := squaredSingularValues(z.wide())
		for k := range 3 {
			for l := range k + 1 {
				want := 0.0
				if k == l {
					want = 1
				}
				near(t, "product of two directions", product(v.Row(k), v.Row(l)), want, 1e-6)
			}
			squares, sum := 0.0, 0.0
			for i := range z.Rows {
				c := product(z.Row(i), v.Row(k))
				squares += c * c
				sum += c
			}
			near(t, "squared length along a direction", squares, values[k], 1e-5*values[0])
			if sum < 0 {
				t.Errorf("%v: direction %d points away from the mean", shape, k)
			}
		}
	}
}

// Outputs that use one direction alone get two more, at right angles; what is not
// a number gets none.
func TestDirectionsOfALine(t *testing.T) {
	v, ok := Directions(of(4, 0, 2, 0, 0, 0, -1, 0, 0, 0, 3, 0, 0), 3)
	if !ok || v.Row(0)[1] != 1 {
		t.Fatalf("%v %v", v, ok)
	}
	for k, want := range []int{1, 0, 2} {
		for j, x := range v.Row(k) {
			if (math.Abs(float64(x)) == 1) != (j == want) {
				t.Errorf("direction %d: %v", k, v.Row(k))
			}
		}
	}
	if _, ok := Directions(of(3, float32(math.NaN()), 0, 0), 3); ok {
		t.Error("what is not a number has directions")
	}
}
