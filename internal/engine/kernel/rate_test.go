package kernel

import (
	"slices"
	"testing"
)

// Every implementation has its turn at each pass of each layer, beside its own
// ceiling, and the one in use stays in use.
func TestRates(t *testing.T) {
	before := Using()
	var got []Rate
	Rates(2, func(r Rate) bool {
		got = append(got, r)
		return len(got) < len(Implementations())
	})
	var names []string
	for _, r := range got {
		names = append(names, r.Implementation)
		if r.Kernel != "gemm" || r.Pass != "forward" || r.Shape != "256x512x512" || r.Threads != 2 || !(r.GFLOPS > 0 && r.Ceiling > 0 && r.Plain > 0) {
			t.Errorf("%+v", r)
		}
	}
	if !slices.Equal(names, Implementations()) || Using() != before {
		t.Errorf("measured %v, and %s is in use", names, Using())
	}
}

// What is measured is the product or convolution that its name says: of the right
// operands, in the right number of operations.
func TestMetersCompute(t *testing.T) {
	passes := map[string]int{}
	for range meters {
		passes["all"]++
	}
	if want := 3 * (len(denseLayers) + len(convLayers)); passes["all"] != want {
		t.Errorf("%d passes of all layers, want %d", passes["all"], want)
	}
	clear(passes)
	for _, m := range append(denseMeters(denseLayers[0]), convMeters(convLayers[3])...) {
		passes[m.rate.Kernel+" "+m.rate.Pass]++
		m.call(NewPool(1)) // a wrong shape panics
		if m.work < 1e7 || !(m.plain() > 0) {
			t.Errorf("%+v: %g operations", m.rate, m.work)
		}
	}
	if len(passes) != 6 {
		t.Errorf("passes %v", passes)
	}
}
