package nn

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// Two views that go through a net as one batch have the outputs and gradients of
// each alone, to the bit, statistics of batch normalisation included; and the
// weights' gradient is the sum of both.
func TestViewsInOneBatchAreViewsAlone(t *testing.T) {
	for name, b := range nets(tensor.CPU(2)) {
		a, rows, cols := b.a, b.x.Rows, b.x.Cols
		both, other := a.Device.New(2*rows, cols), numbers(b.x.Len(), "another view")
		a.Copy(both.Part(0, 2), b.x)
		a.Upload64(both.Part(1, 2), other)

		way := func(x tensor.Tensor, views int) (y, dx []float64, weights [][]float64) {
			a.Reset()
			in, trace := a.New(x.Rows, x.Cols), Trace{Views: views}
			a.Copy(in, x)
			out := b.net.Forward(a, &trace, in)
			y = download(a, out)
			dy := a.New(out.Rows, out.Cols)
			for i := range views {
				a.Upload64(dy.Part(i, views), b.c)
			}
			dx = download(a, b.net.Backward(a, &trace, dy, true))
			return y, dx, gradients(b)
		}
		var alone [2]struct {
			y, dx   []float64
			weights [][]float64
		}
		for i := range alone {
			v := &alone[i]
			v.y, v.dx, v.weights = way(both.Part(i, 2), 1)
		}
		y, dx, weights := way(both, 2)
		same := func(what string, got, first, second []float64) {
			for i, want := range append(first, second...) {
				if got[i] != want {
					t.Fatalf("%s: element %d of the %s is %g, of a view alone %g", name, i, what, got[i], want)
				}
			}
		}
		same("output", y, alone[0].y, alone[1].y)
		same("input's gradient", dx, alone[0].dx, alone[1].dx)
		for p, g := range weights {
			scale := math.Sqrt(dot(g, g))
			for i := range g {
				if sum := alone[0].weights[p][i] + alone[1].weights[p][i]; math.Abs(g[i]-sum) > 1e-5*scale {
					t.Fatalf("%s: %s %d has the gradient %g, both views' add up to %g", name, b.net.Params()[p].Name, i, g[i], sum)
				}
			}
		}
	}
}
