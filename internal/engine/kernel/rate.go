package kernel

import (
	"fmt"
	"time"
)

// A Rate is how fast one implementation of a kernel is at one shape, in GFLOP/s,
// beside two yardsticks that were measured in turns with it.
type Rate struct {
	Kernel         string // "gemm" or "conv"
	Pass           string // "forward", "input" or "weights": the gradient of which
	Shape          string // of the layer: "256x512x512" is Y (256 x 512) = X W' over 512, "32x32x3-32/1" height, width, channels in and out, stride
	Implementation string
	Threads        int
	GFLOPS         float64 // the best call
	Ceiling        float64 // of that implementation on those threads
	Plain          float64 // of the plain loop on one thread
}

// The layers whose passes are measured: squares as in projectors, and what long
// batches of narrow layers look like; then the convolutions of the conv job.
var (
	denseLayers = []Product{{256, 512, 512}, {512, 512, 512}, {1024, 1024, 1024}, {65536, 32, 27}}
	convLayers  = []ConvShape{
		{N: 256, H: 32, W: 32, In: 3, Out: 32, Stride: 1},
		{N: 256, H: 32, W: 32, In: 32, Out: 64, Stride: 2},
		{N: 256, H: 16, W: 16, In: 64, Out: 128, Stride: 2},
		{N: 256, H: 8, W: 8, In: 128, Out: 256, Stride: 2},
	}
)

// Rates measures products and convolutions with each implementation that the
// machine has and hands every figure to emit, until that says no. No other kernel
// may run meanwhile, since it changes the implementation in use.
func Rates(threads int, emit func(Rate) bool) {
	before := Using()
	defer func() { _ = Use(before) }()
	for m := range meters {
		slow := m.plain()
		for _, name := range Implementations() {
			if Use(name) != nil {
				panic("kernel: an implementation that is there is not")
			}
			r := m.rate
			r.Implementation, r.Threads, r.Plain = name, max(threads, 1), slow
			r.GFLOPS, r.Ceiling = m.measure(threads)
			if !emit(r) {
				return
			}
		}
	}
}

// A meter measures one pass of a layer.
type meter struct {
	rate  Rate
	work  float64 // operations of a call
	call  func(p *Pool)
	plain func() float64 // the plain loop's GFLOP/s
}

const (
	meterRounds = 8
	meterCalls  = 6 * time.Millisecond   // of calls in a round, at least one
	meterLimit  = 400 * time.Millisecond // no further round begins
)

// measure takes samples of the kernel and of its ceiling in turns, and returns the best of each.
func (m *meter) measure(threads int) (best, ceiling float64) {
	c, p := newCeiling(threads), NewPool(threads)
	m.call(p) // memory grows to its size
	for round, began := 0, time.Now(); round < meterRounds && (round == 0 || time.Since(began) < meterLimit); round++ {
		for range 3 {
			ceiling = max(ceiling, c.sample())
		}
		for start := time.Now(); ; {
			call := time.Now()
			m.call(p)
			now := time.Now()
			best = max(best, m.work/now.Sub(call).Seconds()/1e9)
			if now.Sub(start) > meterCalls {
				break
			}
		}
	}
	return best, ceiling
}

// meters yields the passes of all layers, one layer's memory at a time.
func meters(yield func(meter) bool) {
	for _, l := range denseLayers {
		for _, m := range denseMeters(l) {
			if !yield(m) {
				return
			}
		}
	}
	for _, s := range convLayers {
		for _, m := range convMeters(s) {
			if !yield(m) {
				return
			}
		}
	}
}

// timed returns the GFLOP/s of one call of the plain loop.
func timed(work float64, f func()) float64 {
	began := time.Now()
	f()
	return work / time.Since(began).Seconds() / 1e9
}

// denseMeters measures Y = X W', with W N x K, and its gradients.
func denseMeters(l Product) []meter {
	x, w, y := numbers(l.M*l.K), numbers(l.N*l.K), numbers(l.M*l.N)
	straight := func(s []float32, cols int) Strided[float32] { return Strided[float32]{s, cols, 1} }
	turned := func(s []float32, cols int) Strided[float32] { return Strided[float32]{s, 1, cols} }
	var all []meter
	for _, g := range []struct {
		pass string
		s    Product
		a, b Strided[float32]
	}{
		{"forward", l, straight(x, l.K), turned(w, l.K)},
		{"input", Product{l.M, l.K, l.N}, straight(y, l.N), straight(w, l.K)},
		{"weights", Product{l.N, l.K, l.M}, turned(y, l.N), straight(x, l.K)},
	} {
		c, few := make([]float32, g.s.M*g.s.N), g.s
		few.M = max(1, g.s.M/16) // rows for the plain loop, which takes its time
		all = append(all, meter{
			rate: Rate{Kernel: "gemm", Pass: g.pass, Shape: fmt.Sprintf("%dx%dx%d", l.M, l.N, l.K)},
			work: g.s.FLOPs(),
			call: func(p *Pool) { p.Gemm(g.s, 1, g.a, g.b, false, c) },
			plain: func() float64 {
				return timed(few.FLOPs(), func() { Plain[float32]{}.Gemm(few, 1, g.a, g.b, false, c) })
			},
		})
	}
	return all
}

// convMeters measures a convolution and its gradients.
func convMeters(s ConvShape) []meter {
	x, y, w := numbers(s.N*s.H*s.W*s.In), numbers(s.N*s.OutH()*s.OutW()*s.Out), numbers(s.Out*9*s.In)
	dx, dy, dw := make([]float32, len(x)), make([]float32, len(y)), make([]float32, len(w))
	few := s
	few.N = 4 // images for the plain loop
	var all []meter
	for _, g := range []struct {
		pass  string
		call  func(p *Pool)
		plain func(k Plain[float32])
	}{
		{"forward", func(p *Pool) { p.Conv(dy, x, w, s) }, func(k Plain[float32]) { k.Conv(dy, x, w, few) }},
		{"input", func(p *Pool) { p.ConvInputGrad(dx, y, w, s) }, func(k Plain[float32]) { k.ConvInputGrad(dx, y, w, few) }},
		{"weights", func(p *Pool) { p.ConvWeightGrad(dw, y, x, s, false) },
			func(k Plain[float32]) { k.ConvWeightGrad(dw, y, x, few, false) }},
	} {
		all = append(all, meter{
			rate:  Rate{Kernel: "conv", Pass: g.pass, Shape: fmt.Sprintf("%dx%dx%d-%d/%d", s.H, s.W, s.In, s.Out, s.Stride)},
			work:  s.FLOPs(),
			call:  g.call,
			plain: func() float64 { return timed(few.FLOPs(), func() { g.plain(Plain[float32]{}) }) },
		})
	}
	return all
}

// numbers returns n numbers between -1 and 1 that repeat only after a while.
func numbers(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i*7919%2003)/1001 - 1
	}
	return x
}
