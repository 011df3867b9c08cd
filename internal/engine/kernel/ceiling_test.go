package kernel

import (
	"runtime"
	"testing"
)

// The ceiling is measured with every implementation, also where there are fewer
// processors than threads. What it is depends on the machine; that it is above
// what a product reaches is for `lab bench` to show.
func TestCeiling(t *testing.T) {
	before := Using()
	defer func() { _ = Use(before) }()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, name := range Implementations() {
		if err := Use(name); err != nil {
			t.Fatal(err)
		}
		for threads := 0; threads <= 3; threads++ {
			if got := Ceiling(threads); !(got > 0.01 && got < 1e5) {
				t.Errorf("%s on %d threads: %g GFLOP/s", name, threads, got)
			}
		}
	}
}
