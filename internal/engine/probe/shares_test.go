package probe

import (
	"math"
	"testing"
)

func TestSharesOfKnownWeights(t *testing.T) {
	// One alone; four alike, one of which pulls; nobody.
	w := Matrix{Rows: 2, Cols: 4, Data: []float32{0, 3, 0, 0, 2, 2, -2, 2}}
	rooted, effective := Shares(w)
	want := []float32{0, 1, 0, 0, 0.5, 0.5, -0.5, 0.5}
	for i, v := range rooted.Data {
		if v != want[i] {
			t.Errorf("element %d is %g, want %g", i, v, want[i])
		}
	}
	if effective != 2.5 { // the mean of 1 and 4
		t.Errorf("%g samples push, want 2.5", effective)
	}
	if rooted, effective := Shares(Matrix{Rows: 1, Cols: 2, Data: []float32{0, 0}}); rooted.Data[0] != 0 || effective != 0 {
		t.Errorf("nobody pushes: %v, %g", rooted.Data, effective)
	}
	if _, effective := Shares(Matrix{Rows: 1, Cols: 2, Data: []float32{1, float32(math.NaN())}}); effective == effective {
		t.Errorf("a weight that is no number counts: %g", effective)
	}
}
