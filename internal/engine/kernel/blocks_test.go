package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// BenchmarkBlocks is the calibration of blocks: for each of them it tries sizes
// around the one in use, interleaved, on one thread, and reports the rates
// of the products or convolutions that it matters for, in GFLOP/s: the median of
// each, and of these the geometric mean. Run it on a quiet machine, with
//
//	go test -run '^$' -bench Blocks -benchtime 1x ./internal/engine/kernel
func BenchmarkBlocks(b *testing.B) {
	before := blocks
	b.Cleanup(func() { blocks = before })
	products, convs := productJobs(), convJobs()
	for _, sweep := range []struct {
		name  string
		size  *int
		sizes []int
		jobs  []job
	}{
		{"inner", &blocks.inner, []int{192, 256, 384, 512, 768}, products},
		{"outer", &blocks.outer, []int{60, 96, 120, 192, 264}, products},
		{"again", &blocks.again, []int{0, 256, 512, 768, 1024}, products},
		{"group", &blocks.group, []int{1 << 13, 1 << 14, 1 << 15, 1 << 16, 1 << 18}, products},
		{"packed", &blocks.packed, []int{1 << 18, 1 << 19, 1 << 20, 1 << 21}, products},
		{"patch", &blocks.patch, []int{1 << 13, 1 << 14, 1 << 15, 1 << 16, 1 << 17}, convs},
		{"pixels", &blocks.pixels, []int{64, 96, 128, 192, 256, 512}, convs},
	} {
		b.Run(sweep.name, func(b *testing.B) {
			p := NewPool(1)
			was := *sweep.size
			defer func() { *sweep.size = was }()
			rates := make([][][]float64, len(sweep.sizes)) // of a size, of a job
			for i := range rates {
				rates[i] = make([][]float64, len(sweep.jobs))
			}
			for b.Loop() {
				for range 9 {
					for j, job := range sweep.jobs {
						for i, size := range sweep.sizes {
							*sweep.size = size
							start := time.Now()
							job.run(p)
							rates[i][j] = append(rates[i][j], job.flops/time.Since(start).Seconds()/1e9)
						}
					}
				}
			}
			for i, size := range sweep.sizes {
				sum := 0.0
				for _, r := range rates[i] {
					slices.Sort(r)
					sum += math.Log(r[len(r)/2])
				}
				b.ReportMetric(math.Exp(sum/float64(len(sweep.jobs))), fmt.Sprintf("GFLOP/s@%d", size))
			}
		})
	}
}

// A job is a call of a kernel with its operands.
type job struct {
	flops float64
	run   func(p *Pool)
}

// productJobs are the layers of a perceptron on a batch of 256, and of 512.
func productJobs() []job {
	var jobs []job
	for _, l := range []Product{{256, 512, 512}, {512, 512, 512}, {1024, 1024, 1024}, {256, 512, 3072}} {
		for _, g := range []struct {
			op string
			s  Product
		}{{"NT", l}, {"NN", Product{l.M, l.K, l.N}}, {"TN", Product{l.N, l.K, l.M}}} {
			x, y := operands(g.op, g.s, random(g.s.M*g.s.K), random(g.s.K*g.s.N))
			c := make([]float32, g.s.M*g.s.N)
			jobs = append(jobs, job{g.s.FLOPs(), func(p *Pool) { p.Gemm(g.s, 1, x, y, false, c) }})
		}
	}
	return jobs
}

// convJobs are the layers of the reference encoder on a batch of 64.
func convJobs() []job {
	var jobs []job
	for _, s := range encoder(64) {
		x, y, w := random(s.N*s.H*s.W*s.In), random(s.N*s.OutH()*s.OutW()*s.Out), random(s.Out*9*s.In)
		for _, k := range convKernels[:3] {
			jobs = append(jobs, job{s.FLOPs(), func(p *Pool) { k.run(p, x, y, w, s) }})
		}
	}
	return jobs
}

// encoder is the convolutions 3-32-64-128-256 on n images of 32 x 32.
func encoder(n int) []ConvShape {
	return []ConvShape{
		{N: n, H: 32, W: 32, In: 3, Out: 32, Stride: 1},
		{N: n, H: 32, W: 32, In: 32, Out: 64, Stride: 2},
		{N: n, H: 16, W: 16, In: 64, Out: 128, Stride: 2},
		{N: n, H: 8, W: 8, In: 128, Out: 256, Stride: 2},
	}
}
