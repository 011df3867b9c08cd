package engine

import (
	"math"
	"slices"
	"testing"
)

// The frame of the shares, from the outputs by hand: a softmax row for SimCLR, a
// row of F for BYOL.
func TestSharesFrame(t *testing.T) {
	const tau = 0.2
	weight := map[string]func(cos float64) float64{
		"method=simclr tau=0.2":                     func(cos float64) float64 { return math.Exp(cos / tau) },
		"method=byol target=stopped":                func(cos float64) float64 { return cos },
		"method=unigrad target=stopped":             func(cos float64) float64 { return cos },
		"method=moco bank=0 target=stopped tau=0.2": func(cos float64) float64 { return math.Exp(cos / tau) },
	}
	for x, weight := range weight {
		tr, r := stepped(t, x)
		f, n := framed(t, r, sharesName), tr.spec.Batch
		u := tr.unit(byView(tr.pass.Z))
		views := 2 * n
		if tr.spec.Method.Name == "moco" {
			views = n
		}
		if f.Rows != min(n, shareAnchors) || f.Cols != views {
			t.Fatalf("%s: a frame of %d x %d", x, f.Rows, f.Cols)
		}
		effective := 0.0
		for i := range f.Rows {
			row, sum, squares := make([]float64, f.Cols), 0.0, 0.0
			for j := range row {
				other := (j + n) % (2 * n) // the other view comes first
				cos := 0.0
				for k, v := range u.Row(i) {
					cos += float64(v) * float64(u.Row(other)[k])
				}
				if row[j] = weight(cos); other == i && tr.spec.Method.Name == "simclr" {
					row[j] = 0
				}
				sum += math.Abs(row[j])
			}
			for j, w := range row {
				share := math.Abs(w) / sum
				squares += share * share
				if got, want := float64(f.At(i, j)), math.Copysign(math.Sqrt(share), w); math.Abs(got-want) > 0.5/127+1e-4 {
					t.Fatalf("%s: anchor %d, sample %d: %g, want %g", x, i, j, got, want)
				}
			}
			effective += 1 / squares / float64(f.Rows)
		}
		if got := value(t, tr.spec, r, "effective_negatives"); math.Abs(got-effective) > 1e-3*effective {
			t.Errorf("%s: %g samples push, want %g", x, got, effective)
		}
	}
}

// Of a bank the heaviest members are shown, falling.
func TestSharesOfABankFall(t *testing.T) {
	_, r := stepped(t, "method=moco bank=300")
	f := framed(t, r, sharesName)
	if f.Cols != shareBank {
		t.Fatalf("%d columns", f.Cols)
	}
	for i := range f.Rows {
		if row := f.Data[i*f.Cols : (i+1)*f.Cols]; !slices.IsSortedFunc(row, func(x, y int8) int { return int(y) - int(x) }) || row[0] == 0 {
			t.Fatalf("anchor %d: %v", i, row)
		}
	}
}
