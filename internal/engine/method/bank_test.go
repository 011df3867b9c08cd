package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// fullBank returns a bank of that size for d channels, on a.
func fullBank(a *tensor.Arena, size, d int) *bank {
	b := &bank{size: size}
	b.build(a.Device, d)
	b.init(a.Device, 1)
	return b
}

// The bank begins with unit vectors that the seed decides, and takes the outputs of
// both views at length 1, the first view's first, in the place of the oldest.
func TestBank(t *testing.T) {
	const n, d, size = 4, 3, 10
	a := tensor.NewArena(tensor.Reference())
	b := fullBank(a, size, d)
	rows := func() []float64 { return b.outputs() }
	start := rows()
	for i := range size {
		if l := norm(start[i*d : (i+1)*d]); math.Abs(l-1) > 1e-12 {
			t.Errorf("row %d has length %g", i, l)
		}
	}
	if miss := norm(difference(start, fullBank(a, size, d).outputs())); miss > 0 {
		t.Errorf("the same seed draws another bank: %g", miss)
	}

	oldest := 0
	for step := range 3 { // 24 outputs into a bank of 10: twice around
		var views [2]tensor.Tensor
		for v := range views {
			data := make([]float64, n*d)
			for i := range data {
				data[i] = math.Sin(float64(1 + step*100 + v*10 + i))
			}
			views[v] = a.New(n, d)
			a.Upload64(views[v], data)
			u, _ := unit(data, d)
			for i := range n {
				copy(start[oldest*d:], u[i*d:(i+1)*d])
				oldest = (oldest + 1) % size
			}
		}
		b.push(a, views)
		if miss := norm(difference(start, rows())); miss > 1e-12 {
			t.Errorf("step %d: the bank differs by %g", step, miss)
		}
	}
}

// A random bank is spread evenly: its vectors' mean is as short as chance makes it.
func TestRandomBankIsEven(t *testing.T) {
	const size, d = 4096, 16
	bank := fullBank(tensor.NewArena(tensor.Reference()), size, d).outputs()
	mean := make([]float64, d)
	for i, v := range bank {
		mean[i%d] += v / size
	}
	if l := norm(mean) * math.Sqrt(size); l > 2 { // 1 is expected
		t.Errorf("the mean is %g times as long as expected", l)
	}
}

// What Watch sees of a bank is its first outputs and channels, at length 1.
func TestPartOfABank(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	whole := fullBank(a, 1200, 6)
	for _, width := range []int{6, 4} {
		part := whole.part(a, width)
		if part.size != WatchedBank || part.rows.Cols != width {
			t.Errorf("%d outputs of %d channels", part.size, part.rows.Cols)
		}
		cut, _ := unit(corner(a, whole.rows.Slice(0, WatchedBank), width), width)
		if miss := norm(difference(part.outputs(), cut)); miss > 1e-12 {
			t.Errorf("width %d: they differ by %g", width, miss)
		}
	}
	if part := (&bank{}).part(a, 4); part.size != 0 || !part.rows.IsNone() {
		t.Errorf("a part of nothing is %+v", part)
	}
}
