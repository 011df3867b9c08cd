package tensor

import "testing"

func TestArena(t *testing.T) {
	a := NewArena(CPU(1))
	x := a.Zeros(3, 5)
	y := a.New(2, 2)
	if x.Same(y) || y.off%align != 0 {
		t.Errorf("y starts at %d", y.off)
	}
	mark := a.Mark()
	z := a.New(7, 7)
	a.Release(mark)
	if w := a.New(7, 7); !w.Same(z) {
		t.Error("Release does not give the buffer back")
	}
	big := a.New(3, chunkLen)
	if a.Len() != 4*chunkLen {
		t.Errorf("the arena holds %d elements", a.Len())
	}
	a.Fill(big, 1)
	a.Reset()
	if again := a.New(3, 5); !again.Same(x) {
		t.Error("Reset does not start anew")
	}
}

// After the first step of a shape an arena allocates nothing, even where buffers
// of several chunks are taken and released.
func TestArenaAllocatesOnce(t *testing.T) {
	a := NewArena(CPU(1))
	step := func() {
		a.Reset()
		for range 3 {
			a.New(1000, 700)
			m := a.Mark()
			a.New(5000, 700)
			a.Release(m)
			a.Zeros(10, 10)
		}
	}
	step()
	held := a.Len()
	if n := testing.AllocsPerRun(5, step); n > 0 || a.Len() != held {
		t.Errorf("a step allocates %v times and the arena grows from %d to %d", n, held, a.Len())
	}
}
