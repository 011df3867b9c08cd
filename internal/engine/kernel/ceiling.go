package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Ceiling returns how many thousand million floating-point operations a second
// (GFLOP/s) that number of threads can do at most with the implementation in use:
// multiply-adds between registers, two operations each, and nothing to wait for.
// It takes a tenth of a second and gives the best of its short samples, since a
// machine is seldom quiet and the clock goes up and down: measure it again beside
// whatever is compared with it.
//
// What it says is the machine's, not the program's. In class `plain` it is that of
// a plain Go loop, which is far below.
func Ceiling(threads int) float64 {
	im := current.Load()
	rounds := 1
	for took := time.Duration(0); took < sample/2; rounds *= 2 {
		began := time.Now()
		im.multiplyAdds(rounds)
		took = time.Since(began)
	}
	best := 0.0
	for range ceilingSamples {
		work := 2 * float64(im.aRound) * float64(rounds) * float64(max(threads, 1))
		best = max(best, work/together(max(threads, 1), func() { im.multiplyAdds(rounds) }).Seconds())
	}
	return best / 1e9
}

const (
	sample         = 2 * time.Millisecond // of a ceiling
	ceilingSamples = 40
)

// together runs f once on each of that many goroutines, which start at the same
// moment, and returns how long it took until the last was done.
func together(threads int, f func()) time.Duration {
	var there atomic.Int32
	var done sync.WaitGroup
	for range threads - 1 {
		done.Go(func() {
			there.Add(1)
			awaitCount(&there, threads)
			f()
		})
	}
	awaitCount(&there, threads-1)
	began := time.Now()
	there.Add(1)
	f()
	done.Wait()
	return time.Since(began)
}

// awaitCount returns when n is that large. It stays awake, so that all who wait go
// on at once, and lets others run only where they seem to have no processor.
func awaitCount(n *atomic.Int32, least int) {
	for i := 0; n.Load() < int32(least); i++ {
		if i > 1<<16 {
			runtime.Gosched()
		}
	}
}

// multiplyAdds is the loop without assembly: eight chains side by side. Each tends
// to 1, so nothing overflows however often it runs.
func multiplyAdds(rounds int) {
	var a, b, c, d, e, f, g, h float32
	x, y := twoHalves[0], twoHalves[1]
	for range rounds {
		a, b = float32(a*x)+y, float32(b*x)+y
		c, d = float32(c*x)+y, float32(d*x)+y
		e, f = float32(e*x)+y, float32(f*x)+y
		g, h = float32(g*x)+y, float32(h*x)+y
	}
	if a+b+c+d+e+f+g+h < 0 {
		panic("kernel: a sum of positive numbers is negative") // so that the loop is not idle
	}
}

// twoHalves holds the factor and the summand, where the compiler cannot know them.
var twoHalves = [2]float32{0.5, 0.5}
