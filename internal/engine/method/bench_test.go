package method

import (
	"fmt"
	"math"
	"testing"

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

// The two forms of Barlow Twins as the outputs get wider than the batch is long.
func BenchmarkBarlow(b *testing.B) {
	for _, d := range []int{256, 512, 1024} {
		for name, form := range map[string]correlation{"gram": gramForm, "explicit": explicit} {
			b.Run(fmt.Sprintf("%s/D=%d", name, d), func(b *testing.B) {
				p, a, o := wide(128, d), tensor.NewArena(tensor.CPU(1)), Barlow.New(new(knob.Set))
				o.Sides["loss"] = func(a *tensor.Arena, s Side) { barlow(a, s, 0.02, form) }
				for b.Loop() {
					a.Reset()
					Barlow.Both(a, o, "loss", p)
				}
				b.ReportMetric(float64(a.Len())*4, "arena-bytes")
			})
		}
	}
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
