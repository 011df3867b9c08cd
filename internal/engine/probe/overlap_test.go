package probe

import (
	"math"
	"testing"
)

func TestOverlapByHand(t *testing.T) {
	// Directions at 0, 10, 40 and 90 degrees: the nearest neighbours are 1, 0, 1, 2.
	at := func(degrees ...float64) Matrix {
		z := Matrix{len(degrees), 2, nil}
		for i, a := range degrees {
			length := float64(i + 1) // which does not matter
			z.Data = append(z.Data, float32(length*math.Cos(a*math.Pi/180)), float32(length*math.Sin(a*math.Pi/180)))
		}
		return z
	}
	x := at(0, 10, 40, 90)
	near(t, "itself", NeighbourOverlap(x, x, 1), 1, 0)
	near(t, "turned", NeighbourOverlap(x, at(100, 110, 140, 190), 2), 1, 0)
	near(t, "the last ones exchanged", NeighbourOverlap(x, at(0, 10, 90, 40), 1), 0.5, 0) // 1, 0, 3, 1
	near(t, "the middle ones exchanged", NeighbourOverlap(x, at(0, 40, 10, 90), 1), 0, 0) // 2, 2, 0, 1
	near(t, "all of them", NeighbourOverlap(x, at(0, 40, 10, 90), 3), 1, 0)
}

// Of unrelated embeddings the mark is what is left.
func TestOverlapOfUnrelated(t *testing.T) {
	const n, k = 400, 20
	x, y := normal(n, 10, "x"), normal(n, 30, "y")
	near(t, "unrelated", NeighbourOverlap(x, y, k)/OverlapByChance(k, n), 1, 0.1)
	for i := range n { // half of y's directions are those of x
		copy(y.Row(i), x.Row(i))
	}
	if got := NeighbourOverlap(x, y, k); got < 3*OverlapByChance(k, n) {
		t.Errorf("related embeddings overlap by %g", got)
	}
}
