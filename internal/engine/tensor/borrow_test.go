package tensor

import "testing"

// Borrowed elements are the caller's own; another slice for the same tensor allocates nothing.
func TestBorrow(t *testing.T) {
	x, y := []float32{1, 2, 3, 4, 5, 6}, []float32{7, 8}
	var b Tensor
	d := CPU(1)
	if !Borrow(NewArena(d), &b, x, 2, 3) || b.Rows != 2 || b.Cols != 3 {
		t.Fatalf("borrowed as %v", b)
	}
	x[5] = 60
	if got := values(d, b); got[0] != 1 || got[5] != 60 {
		t.Errorf("%v of %v", got, x)
	}
	if n := testing.AllocsPerRun(1, func() { Borrow(d, &b, y, 1, 2) }); n != 0 || values(d, b)[1] != 8 {
		t.Errorf("%g allocations, and %v of %v", n, values(d, b), y)
	}
	var none Tensor
	if Borrow(Reference(), &none, x, 2, 3) || !none.IsNone() {
		t.Error("float64 lies in float32")
	}
}
