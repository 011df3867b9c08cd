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
// machine is seldom quiet and its clock goes up and down: whoever compares
// something with it measures it beside that, and again (as Rates does).
//
// In class `plain` it is the ceiling of a plain Go loop, far below the machine's.
func Ceiling(threads int) float64 {
	best, c := 0.0, newCeiling(threads)
	for range 40 {
		best = max(best, c.sample())
	}
	return best
}

// A ceiling measures one implementation on a number of threads.
type ceiling struct {
	run           func(rounds int)
	rounds        int // of a sample: some two milliseconds
	threads, work int // work: operations of a round
}

func newCeiling(threads int) *ceiling {
	im := current.Load()
	c := &ceiling{im.multiplyAdds, 1, max(threads, 1), 2 * im.aRound}
	for took := time.Duration(0); took < time.Millisecond; c.rounds *= 2 {
		began := time.Now()
		c.run(c.rounds)
		took = time.Since(began)
	}
	return c
}

// sample returns the GFLOP/s of one sample.
func (c *ceiling) sample() float64 {
	took := together(c.threads, func() { c.run(c.rounds) })
	return float64(c.work) * float64(c.rounds) * float64(c.threads) / took.Seconds() / 1e9
}

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
