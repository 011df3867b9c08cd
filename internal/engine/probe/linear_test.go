package probe

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// classified returns n rows of c classes: the first c channels say the class, with
// noise, the rest nothing.
func classified(n, d, c int, noise float32, name string) (Matrix, []uint8) {
	z, labels := normal(n, d, name), make([]uint8, n)
	for i := range labels {
		labels[i] = uint8(i * 7 % c)
		for j := range c {
			z.Row(i)[j] *= noise
		}
		z.Row(i)[labels[i]]++
	}
	return z, labels
}

func TestLinearProbeLearnsWhatIsLinear(t *testing.T) {
	bank, bankLabels := classified(300, 20, 4, 0.3, "bank")
	queries, labels := classified(200, 20, 4, 0.3, "queries")
	if got := LinearProbe(bank, bankLabels, queries, labels, 4); got < 0.9 {
		t.Errorf("accuracy %g where one layer tells all", got)
	}
	shuffled := slices.Clone(labels)
	for i := range shuffled {
		shuffled[i] = labels[(i+1)%len(labels)] // i+1 is another class
	}
	if got := LinearProbe(bank, bankLabels, queries, shuffled, 4); got > 0.1 {
		t.Errorf("accuracy %g on wrong labels", got)
	}
	// Scale and shift of a channel do not matter.
	want := LinearProbe(bank, bankLabels, queries, labels, 4)
	for _, z := range []Matrix{bank, queries} {
		for i := range z.Rows {
			z.Row(i)[2] = 64*z.Row(i)[2] - 3
		}
	}
	near(t, "scaled", LinearProbe(bank, bankLabels, queries, labels, 4), want, 0.01)
}

// Two ways to one solution: by features where they are few, by samples where those are.
func TestRidgeRegressionSolvesItsEquation(t *testing.T) {
	for _, c := range []struct{ n, d int }{{30, 8}, {8, 30}, {12, 12}} {
		x, y := normal(c.n, c.d, "x").wide(), normal(c.n, 3, "y").wide()
		w, ok := ridgeRegression(x, y, 0.7)
		if !ok {
			t.Fatalf("%v: no solution", c)
		}
		var miss, xw mat.Dense // x'(x w - y) + c w = 0
		xw.Mul(x, w)
		xw.Sub(&xw, y)
		miss.Mul(x.T(), &xw)
		var scaled mat.Dense
		scaled.Scale(0.7, w)
		miss.Add(&miss, &scaled)
		near(t, fmt.Sprintf("%v", c), mat.Norm(&miss, 2), 0, 1e-10)
	}
}

// Features that say nothing leave the commonest class.
func TestLinearProbeOfConstantFeatures(t *testing.T) {
	for _, relative := range []float64{0, 1e-7, 1e-6} {
		bank, labels := constant(100, 16, relative), make([]uint8, 100)
		for i := range labels {
			labels[i] = []uint8{0, 2, 1, 2}[i%4]
		}
		if got := LinearProbe(bank, labels, bank, labels, 3); got != 0.5 {
			t.Errorf("noise %g: accuracy %g, want that of the commonest class", relative, got)
		}
	}
	z := normal(4, 2, "z")
	if got := LinearProbe(z, make([]uint8, 4), Matrix{0, 2, nil}, nil, 2); !math.IsNaN(got) {
		t.Errorf("accuracy without queries is %g", got)
	}
}
