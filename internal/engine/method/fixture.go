package method

import (
	"slices"

	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
)

// fixture is the batch of Check: 8 pairs of 6 channels, the views of an image
// alike and a momentum branch's outputs near both. Its numbers are float32, so
// that both devices start from the same.
func fixture(positive, negative Target, predictor Predictor) batch {
	b := batch{n: 8, d: 6, positive: positive, negative: negative}
	draw := func(name string, rows int, scale float64) []float64 {
		s := random.New(1, random.Named("check/"+name), 0, 0)
		x := make([]float64, rows*b.d)
		for i := range x {
			x[i] = float64(float32(scale * s.Normal()))
		}
		return x
	}
	near := func(x []float64, name string) []float64 {
		y := draw(name, b.n, 0.5)
		for i := range y {
			y[i] = float64(float32(x[i] + y[i]))
		}
		return y
	}
	image := draw("image", b.n, 1)
	slow := [2][]float64{near(image, "slow 1"), near(image, "slow 2")}
	b.z = [2][]float64{near(image, "view 1"), near(image, "view 2")}
	switch predictor {
	case NoPredictor, SpectralPredictor: // the latter is made by begin
	case MLPPredictor:
		b.hidden = draw("predictor's first layer", b.d, 0.5)
		fallthrough
	default:
		b.w = draw("predictor", b.d, 0.5)
	}
	if positive == Momentum {
		b.p = slow
	}
	if negative == Momentum {
		b.neg = slow
	}
	return b
}

// step is the step of the central differences.
const step = 1e-5

// differences returns the derivative of the side's loss by all leaves of b by
// central differences. Targets without gradient stay where they are.
func (b batch) differences(a *tensor.Arena, m *Method, o Objective, gradient string) []float64 {
	moved := b
	for i := range 2 {
		moved.z[i] = slices.Clone(b.z[i])
		if b.x[i] != nil {
			moved.x[i] = slices.Clone(b.x[i])
		}
		if b.positive == Stopped {
			moved.p[i] = b.z[i]
		}
		if b.negative == Stopped {
			moved.neg[i] = b.z[i]
		}
	}
	grad := make([]float64, b.leaves())
	for k := range grad {
		x := moved.leaf(k)
		at := *x
		*x = at + step
		up, _ := moved.split(a, m, o, gradient, true)
		*x = at - step
		down, _ := moved.split(a, m, o, gradient, true)
		*x = at
		grad[k] = (up - down) / (2 * step)
	}
	return grad
}
