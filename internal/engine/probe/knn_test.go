package probe

import (
	"math"
	"slices"
	"testing"

	"gradlab/internal/engine/random"
)

func TestKthIsTheSortedOne(t *testing.T) {
	r := random.New(1, random.Named("kth"), 0, 0)
	for n := 1; n < 60; n++ {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.Intn(10)) // many equal ones
		}
		want := slices.Clone(x)
		slices.Sort(want)
		slices.Reverse(want)
		for k := 1; k <= n; k++ {
			if got := kth(slices.Clone(x), k); got != want[k-1] {
				t.Fatalf("%v: number %d is %g, want %g", x, k, got, want[k-1])
			}
		}
	}
}

// KNN against sorting all cosines in float64.
func TestKNNAgainstSorting(t *testing.T) {
	const n, m, d, classes = 500, 150, 12, 4
	bank, queries := normal(n, d, "bank"), normal(m, d, "queries")
	bankLabels, labels := make([]uint8, n), make([]uint8, m)
	for i := range bankLabels {
		bankLabels[i] = uint8(i % classes)
		bank.Row(i)[i%classes] += 1
	}
	for i := range labels {
		labels[i] = uint8(i * 7 % classes)
		queries.Row(i)[labels[i]] += 1
	}
	right := 0
	for i := range m {
		type neighbour struct {
			cosine float64
			label  uint8
		}
		var all []neighbour
		for j := range n {
			var dot, qq, bb float64
			for c := range d {
				q, b := float64(queries.Row(i)[c]), float64(bank.Row(j)[c])
				dot, qq, bb = dot+q*b, qq+q*q, bb+b*b
			}
			all = append(all, neighbour{dot / math.Sqrt(qq*bb), bankLabels[j]})
		}
		slices.SortFunc(all, func(a, b neighbour) int {
			if a.cosine > b.cosine {
				return -1
			}
			return 1
		})
		var votes [classes]float64
		for _, a := range all[:5] { // a hundredth of 500
			votes[a.label] += math.Exp(a.cosine / 0.1)
		}
		if slices.Index(votes[:], slices.Max(votes[:])) == int(labels[i]) {
			right++
		}
	}
	want := float64(right) / m
	if got := KNN(bank, bankLabels, queries, labels, classes); got != want {
		t.Errorf("accuracy %g, want %g", got, want)
	}
	if want < 0.4 || want > 0.95 {
		t.Errorf("an accuracy of %g tests nothing", want)
	}
}

func TestKNNKnowsItsNeighbours(t *testing.T) {
	// Two directions, two classes; lengths do not matter, and none but the nearest four vote.
	const n = 400
	bank := Matrix{n, 2, make([]float32, 2*n)}
	labels := make([]uint8, n)
	for i := range n {
		labels[i] = uint8(i % 2)
		bank.Row(i)[i%2] = float32(1 + i%7)
	}
	queries := of(2, 5, 1, 1, 5, 0.1, 0)
	if got := KNN(bank, labels, queries, []uint8{0, 1, 0}, 2); got != 1 {
		t.Errorf("accuracy %g, want 1", got)
	}
	if got := KNN(bank, labels, queries, []uint8{1, 1, 0}, 2); got != 2./3 {
		t.Errorf("accuracy %g, want 2/3", got)
	}
	// A collapsed bank: all cosines equal, the first K in the bank vote, and a tie goes to the first class.
	flat := Matrix{n, 2, slices.Repeat([]float32{1, 0}, n)}
	if got := KNN(flat, labels, of(2, 1, 0, 1, 0), []uint8{0, 1}, 2); got != 0.5 {
		t.Errorf("accuracy on a collapsed bank is %g, want 1/2", got)
	}
	for i := range labels { // four say 1, all that come after them 0
		labels[i] = 0
		if i < K(n) {
			labels[i] = 1
		}
	}
	if got := KNN(flat, labels, of(2, 1, 0), []uint8{1}, 2); got != 1 {
		t.Error("more than K equal neighbours vote")
	}
	if got := KNN(bank, labels, Matrix{0, 2, nil}, nil, 2); !math.IsNaN(got) {
		t.Errorf("accuracy without queries is %g", got)
	}
}

func TestK(t *testing.T) {
	for n, want := range map[int]int{1: 1, 10: 1, 400: 4, 2000: 20, 10000: 100, 20000: 200, 50000: 200} {
		if got := K(n); got != want {
			t.Errorf("K(%d) = %d, want %d", n, got, want)
		}
	}
}
