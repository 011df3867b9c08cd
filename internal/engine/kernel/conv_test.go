package kernel

import (
	"fmt"
	"math"
	"testing"
)

func convolutions() []ConvShape {
	var s []ConvShape
	for _, stride := range []int{1, 2} {
		for _, hw := range [][2]int{{1, 1}, {1, 4}, {2, 2}, {3, 5}, {5, 3}, {7, 7}, {8, 6}} {
			for _, c := range [][2]int{{1, 3}, {3, 16}, {16, 17}, {5, 1}} {
				s = append(s, ConvShape{N: 2, H: hw[0], W: hw[1], In: c[0], Out: c[1], Stride: stride})
			}
		}
		if testing.Short() {
			s = s[len(s)-9:]
		}
		s = append(s, ConvShape{N: 5, H: 9, W: 11, In: 16, Out: 32, Stride: stride},
			ConvShape{N: 11, H: 14, W: 14, In: 1, Out: 16, Stride: stride},
			ConvShape{N: 40, H: 16, W: 16, In: 3, Out: 4, Stride: stride},
			ConvShape{N: 1, H: 4, W: 4, In: 130, Out: 40, Stride: stride},
			ConvShape{N: 2, H: 42, W: 43, In: 20, Out: 9, Stride: stride}, // bands of an image
			ConvShape{N: 17, H: 6, W: 7, In: 12, Out: 33, Stride: stride}, // several images to a part
			ConvShape{N: 2, H: 5, W: 5, In: 260, Out: 30, Stride: stride}) // several passes over K
	}
	return append(s, ConvShape{N: 0, H: 4, W: 4, In: 2, Out: 3, Stride: 1})
}

// near fails the test where an element is further from the plain loop's than
// the roundings of a chain of n links can put it, given the chain of absolute values.
func near(t *testing.T, what string, got, want, size []float32, n int) {
	t.Helper()
	const unit = 1.0 / (1 << 24)
	for i := range want {
		if bound := 2 * float64(n+2) * unit * float64(size[i]); !(math.Abs(float64(got[i])-float64(want[i])) <= bound) {
			t.Fatalf("%s: element %d of %d is %v, want %v within %v", what, i, len(want), got[i], want[i], bound)
		}
	}
}

func absolute(x []float32) []float32 {
	y := clone(x)
	for i, v := range y {
		y[i] = float32(math.Abs(float64(v)))
	}
	return y
}

var convKernels = []struct {
	name string
	run  func(k api, x, y, w []float32, s ConvShape)
	out  int // which of x, y, w is written
}{
	{"Conv", func(k api, x, y, w []float32, s ConvShape) { k.Conv(y, x, w, s) }, 1},
	{"ConvInputGrad", func(k api, x, y, w []float32, s ConvShape) { k.ConvInputGrad(x, y, w, s) }, 0},
	{"ConvWeightGrad", func(k api, x, y, w []float32, s ConvShape) { k.ConvWeightGrad(w, y, x, s, false) }, 2},
	{"ConvWeightGrad added", func(k api, x, y, w []float32, s ConvShape) { k.ConvWeightGrad(w, y, x, s, true) }, 2},
}

// Convolutions equal the plain loop: to the bit in class plain, within the
// roundings of a chain in class fma, where all implementations share their bits.
func TestConv(t *testing.T) {
	first := map[string][]float32{} // results of class fma
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(7)
		for _, s := range convolutions() {
			for _, k := range convKernels {
				what := fmt.Sprintf("%s %+v", k.name, s)
				o := [][]float32{f.slice(s.N * s.H * s.W * s.In), f.slice(s.N * s.OutH() * s.OutW() * s.Out), f.slice(s.Out * 9 * s.In)}
				want := [][]float32{clone(o[0]), clone(o[1]), clone(o[2])}
				size := [][]float32{absolute(o[0]), absolute(o[1]), absolute(o[2])}
				k.run(Plain[float32]{}, want[0], want[1], want[2], s)
				k.run(Plain[float32]{}, size[0], size[1], size[2], s)
				k.run(p, o[0], o[1], o[2], s)
				f.intact(t, what)
				if Class() == "plain" {
					same(t, what, o[k.out], want[k.out])
					continue
				}
				near(t, what, o[k.out], want[k.out], size[k.out], max(9*s.In, 9*s.Out, s.N*s.OutH()*s.OutW()))
				if bits, ok := first[what]; ok {
					same(t, what, o[k.out], bits)
				} else {
					first[what] = o[k.out]
				}
			}
		}
	})
}

// The input's gradient and the weights' are transposes of the convolution:
// <dy, conv(x, w)> = <dx, x> = <dw, w>. In float64, where the plain loops are the reference.
func TestConvTransposes(t *testing.T) {
	for _, s := range convolutions() {
		f := newField(8)
		wide := func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = f.random.NormFloat64()
			}
			return x
		}
		k := Plain[float64]{}
		x, dy, w := wide(s.N*s.H*s.W*s.In), wide(s.N*s.OutH()*s.OutW()*s.Out), wide(s.Out*9*s.In)
		y, dx, dw := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(w))
		k.Conv(y, x, w, s)
		k.ConvInputGrad(dx, dy, w, s)
		k.ConvWeightGrad(dw, dy, x, s, false)
		a, b, c := k.Dot(dy, y), k.Dot(dx, x), k.Dot(dw, w)
		if scale := 1e-12 * (1 + math.Abs(a)) * 100; math.Abs(a-b) > scale || math.Abs(a-c) > scale {
			t.Errorf("%+v: <dy,y> = %v, <dx,x> = %v, <dw,w> = %v", s, a, b, c)
		}
	}
}
