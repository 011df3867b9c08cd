package tensor_test

import (
	"fmt"
	"testing"
	"time"

	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
)

// BenchmarkStep is the network's share of a training step: two views of 128
// images of 28 x 28 forward and backward through four convolutions (16 to 128
// channels) and a projector of three layers of 256, and the momentum step. It
// reports the fastest step.
//
//	go test -run '^$' -bench Step ./internal/engine/tensor
func BenchmarkStep(b *testing.B) {
	for threads := 1; threads <= 2; threads++ {
		b.Run(fmt.Sprint(threads), func(b *testing.B) {
			d := tensor.CPU(threads)
			a := tensor.NewArena(d)
			m := nn.Build(d, nn.Encoder{Kind: nn.ConvEncoder, Width: 16, Depth: 4}, nn.Projector{Depth: 3, Width: 256},
				nn.Predictor{Kind: nn.NoPredictor}, 28, 28, 1)
			m.Init(d, 1)
			x := d.New(2*128*28*28, 1)
			pixels := make([]float32, x.Len())
			source := random.New(1, random.Named("bench"), 0, 0)
			for i := range pixels {
				pixels[i] = float32(source.Normal())
			}
			d.Upload(x, pixels)
			var velocity []tensor.Tensor
			for _, p := range m.Params() {
				velocity = append(velocity, d.New(p.W.Rows, p.W.Cols))
			}
			pass := nn.NewPass(2)
			best := time.Hour
			for b.Loop() {
				start := time.Now()
				a.Reset()
				m.Forward(a, &pass, x)
				dz := a.New(2*128, 256)
				a.Scale(dz, 1e-3, pass.Z)
				m.Backward(a, &pass, dz)
				for i, p := range m.Params() {
					a.Momentum(p.W, velocity[i], p.G, 1e-3, 0.9, 1e-4)
				}
				best = min(best, time.Since(start))
			}
			b.ReportMetric(best.Seconds()*1e3, "ms/step")
		})
	}
}
