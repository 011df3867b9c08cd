package method

import (
	"fmt"
	"math"
	"testing"
	"time"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// wide returns a batch of n pairs of d channels on the device that trains.
func wide(n, d int) Pair {
	dev := tensor.CPU(1)
	var p Pair
	for i := range 2 {
		data := make([]float32, n*d)
		for k := range data {
			data[k] = float32(math.Sin(float64(i + k*(k%101))))
		}
		z := dev.New(n, d)
		dev.Upload(z, data)
		p.X[i], p.Z[i], p.P[i], p.N[i] = z, z, z, z
	}
	p.Positive, p.Negative = Shared, Shared
	return p
}

// begun returns such a batch with an objective that is ready for it.
func begun(m *Method, n, d int) (Pair, *tensor.Arena, Objective) {
	p, a, o := wide(n, d), tensor.NewArena(tensor.CPU(1)), m.New(new(knob.Set))
	if o.Build != nil {
		o.Build(a.Device, d)
	}
	if o.Init != nil {
		o.Init(a.Device, 1)
	}
	if o.Prepare != nil {
		o.Prepare(a, p.N)
	}
	if o.Predictor != nil {
		p.W = a.Device.New(d, d)
		o.Predictor(a, p.W)
		for i, z := range p.Z {
			p.X[i] = a.Device.New(n, d)
			a.Gemm(p.X[i], tensor.NT, 1, z, p.W, 0)
		}
	}
	return p, a, o
}

func BenchmarkBoth(b *testing.B) {
	for _, m := range All() {
		b.Run(m.Name, func(b *testing.B) {
			p, a, o := begun(m, 128, 256)
			for b.Loop() {
				a.Reset()
				m.Both(a, o, "loss", p)
			}
		})
	}
}

// Barlow Twins and VICReg through the Gram matrices of a batch of 256 against the
// explicit D x D matrix, in turns, as outputs get wider: loss and gradient of both
// views, how many times faster, and the bytes that each takes.
//
//	go test -run '^$' -bench BenchmarkWide -benchtime 1x ./internal/engine/method
func BenchmarkWide(b *testing.B) {
	const n = 256
	for _, m := range []struct {
		name           string
		gram, explicit SideFunc
	}{
		{"barlow", barlowBy(gramForm), barlowBy(explicit)},
		{"vicreg", vicregBy(true), vicregBy(false)},
	} {
		for _, d := range []int{512, 1024, 2048, 4096, 8192, 16384} {
			b.Run(fmt.Sprintf("%s/D=%d", m.name, d), func(b *testing.B) {
				method, _ := Lookup(m.name)
				p := wide(n, d)
				var took [2]time.Duration
				var bytes [2]int
				for b.Loop() {
					for i, side := range []SideFunc{m.gram, m.explicit} {
						a, o := tensor.NewArena(tensor.CPU(1)), method.New(new(knob.Set))
						o.Sides["loss"] = side
						method.Both(a, o, "loss", p) // the first step makes the memory
						a.Reset()
						began := time.Now()
						method.Both(a, o, "loss", p)
						took[i] += time.Since(began)
						bytes[i] = 4 * a.Len()
					}
				}
				b.ReportMetric(float64(took[1])/float64(took[0]), "times-faster")
				b.ReportMetric(float64(took[0].Milliseconds())/float64(b.N), "gram-ms")
				b.ReportMetric(float64(bytes[0]>>20), "gram-MiB")
				b.ReportMetric(float64(bytes[1]>>20), "explicit-MiB")
				b.ReportMetric(0, "ns/op") // of both together: says nothing
			})
		}
	}
}

func barlowBy(form correlation) SideFunc {
	return func(a *tensor.Arena, s Side) { barlow(a, s, 0.02, form) }
}

func vicregBy(gram bool) SideFunc {
	return func(a *tensor.Arena, s Side) { vicreg(a, s, vicregWeights{25, 25, 1, 1}, gram) }
}

func BenchmarkWatch(b *testing.B) {
	for _, m := range All() {
		b.Run(m.Name, func(b *testing.B) {
			p, a, o := begun(m, 128, 256)
			for b.Loop() {
				m.Watch(a, o, "loss", p)
			}
		})
	}
}
