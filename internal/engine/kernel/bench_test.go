package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// The benchmarks report the fastest call in GFLOP/s, since a machine is seldom
// quiet, and as `x-plain` how many times faster than the plain loop that is.
// Run them with
//
//	go test -run '^$' -bench . ./internal/engine/kernel

// throughput measures run with each implementation, on one thread and on two,
// and plain once: rates are floating-point operations in a second.
func throughput(b *testing.B, name string, work, plainWork float64, plain func(), run func(p *Pool)) {
	before := Using()
	b.Cleanup(func() { _ = Use(before) })
	slow := 0.0
	for _, implementation := range Implementations() {
		for threads := 1; threads <= 2; threads++ {
			p := NewPool(threads)
			b.Run(fmt.Sprintf("%s/%s/%d", name, implementation, threads), func(b *testing.B) {
				if err := Use(implementation); err != nil {
					b.Fatal(err)
				}
				if slow == 0 { // here, where the benchmark is known to be wanted
					start := time.Now()
					plain()
					slow = plainWork / time.Since(start).Seconds()
				}
				best := 0.0
				for b.Loop() {
					start := time.Now()
					run(p)
					best = max(best, work/time.Since(start).Seconds())
				}
				b.ReportMetric(best/1e9, "GFLOP/s")
				b.ReportMetric(best/slow, "x-plain")
			})
		}
	}
}

func random(n int) []float32 {
	r := rand.New(rand.NewPCG(9, 9))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// A layer Y[M,N] = X[M,K] W[N,K]' : forward, the gradients of its input and of its weights.
func BenchmarkGemm(b *testing.B) {
	for _, l := range []Product{{256, 512, 512}, {512, 512, 512}, {1024, 1024, 1024}, {256, 256, 256}, {256, 256, 16384}, {65536, 32, 27}} {
		for _, g := range []struct {
			name, op string
			s        Product
		}{
			{"forward", "NT", l},
			{"input", "NN", Product{l.M, l.K, l.N}},
			{"weights", "TN", Product{l.N, l.K, l.M}},
		} {
			x, y := operands(g.op, g.s, random(g.s.M*g.s.K), random(g.s.K*g.s.N))
			c := make([]float32, g.s.M*g.s.N)
			few := Product{max(1, g.s.M/16), g.s.N, g.s.K}
			throughput(b, fmt.Sprintf("%dx%dx%d/%s", l.M, l.N, l.K, g.name), g.s.FLOPs(), few.FLOPs(),
				func() { Plain[float32]{}.Gemm(few, 1, x, y, false, c) },
				func(p *Pool) { p.Gemm(g.s, 1, x, y, false, c) })
		}
	}
}

// The layers of the reference encoder on one view of a batch of 256, and of a
// small one on 28 x 28 images, of a batch of 128.
func BenchmarkConv(b *testing.B) {
	for _, s := range append(encoder(256), []ConvShape{
		{N: 128, H: 28, W: 28, In: 1, Out: 16, Stride: 1},
		{N: 128, H: 28, W: 28, In: 16, Out: 32, Stride: 2},
		{N: 128, H: 14, W: 14, In: 32, Out: 64, Stride: 2},
		{N: 128, H: 7, W: 7, In: 64, Out: 128, Stride: 2},
		{N: 128, H: 14, W: 14, In: 32, Out: 32, Stride: 1},
	}...) {
		x, y, w := random(s.N*s.H*s.W*s.In), random(s.N*s.OutH()*s.OutW()*s.Out), random(s.Out*9*s.In)
		few := s
		few.N = 4
		for _, k := range convKernels[:3] {
			throughput(b, fmt.Sprintf("%dx%dx%d-%d/%d/%s", s.H, s.W, s.In, s.Out, s.Stride, k.name), s.FLOPs(), few.FLOPs(),
				func() { k.run(Plain[float32]{}, x, y, w, few) },
				func(p *Pool) { k.run(p, x, y, w, s) })
		}
	}
}

// Kernels that wait for memory: work counts one operation an element.
func BenchmarkMatrices(b *testing.B) {
	for _, shape := range [][2]int{{100352, 16}, {6272, 64}, {256, 512}} {
		rows, cols := shape[0], shape[1]
		n := rows * cols
		o, x, y := random(n), random(n), random(n)
		r, s, u, v := random(cols), random(cols), random(rows), random(rows)
		for _, k := range matrices {
			throughput(b, fmt.Sprintf("%dx%d/%s", rows, cols, k.name), float64(n), float64(n),
				func() { k.run(Plain[float32]{}, o, x, y, r, s, u, v) },
				func(p *Pool) { k.run(p, o, x, y, r, s, u, v) })
		}
	}
}
