package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A running method is watched on a slice of a large batch, with whatever targets
// and predictor it runs.
func TestWatch(t *testing.T) {
	for _, c := range []struct {
		m        *Method
		gradient string
		b        batch
	}{
		{SimCLR, "loss", large(Shared, Momentum, NoPredictor)},
		{BYOL, "loss", large(Momentum, Momentum, MLPPredictor)},
		{BYOL, "closed", large(Stopped, Stopped, LinearPredictor)},
		{Barlow, "loss", large(Shared, Shared, NoPredictor)},
	} {
		a := tensor.NewArena(tensor.CPU(1))
		w := c.m.Watch(a, c.m.New(new(knob.Set)), c.gradient, c.b.pair(a))
		if w.Rows != 64 || w.Cols != 256 {
			t.Errorf("%s: slice %d x %d", c.m.Name, w.Rows, w.Cols)
		}
		if w.Residual == 0 || w.Residual > 1e-5 {
			t.Errorf("%s %s: residual %g", c.m.Name, c.gradient, w.Residual)
		}
		if w.Approximation > 1e-5 || c.gradient == "loss" && w.Approximation != 0 {
			t.Errorf("%s %s: approximation %g", c.m.Name, c.gradient, w.Approximation)
		}
	}
}

// A gradient at the projector and one at the predictor's output cannot be compared
// without the network's way between them, which the witness does not have.
func TestWatchDoesNotCompareAcrossANetwork(t *testing.T) {
	a := tensor.NewArena(tensor.CPU(1))
	for _, c := range []struct {
		predictor Predictor
		compares  bool
	}{{MLPPredictor, false}, {LinearPredictor, true}, {NoPredictor, true}} {
		w := BYOL.Watch(a, BYOL.New(new(knob.Set)), "unified", large(Stopped, Stopped, c.predictor).pair(a))
		if compares := !math.IsNaN(w.Approximation); compares != c.compares || w.Residual > 1e-5 {
			t.Errorf("predictor %s: %+v", c.predictor, w)
		}
	}
}

// What drives training is told apart from the loss when it is another gradient.
func TestWatchMeasuresTheMistake(t *testing.T) {
	m := finish(toy())
	a := tensor.NewArena(tensor.CPU(1))
	w := m.Watch(a, m.New(new(knob.Set)), "flipped", fixture(Shared, Shared, NoPredictor).pair(a))
	if w.Residual > 1e-6 || w.Approximation < 1.99 || w.Approximation > 2.01 {
		t.Errorf("a flipped gradient, twice its length away: %+v", w)
	}
}

// large is a batch above the size of the slice: the fixture, repeated and bent.
func large(positive, negative Target, predictor Predictor) batch {
	b := fixture(positive, negative, predictor)
	grow := func(x []float64, rows int) []float64 {
		if x == nil {
			return nil
		}
		out := make([]float64, rows*260)
		for i := range out {
			out[i] = x[(i*7+i/13)%len(x)] + 0.1*float64(i%17)
		}
		return out
	}
	for i := range 2 {
		b.z[i], b.x[i] = grow(b.z[i], 70), grow(b.x[i], 70)
		b.p[i], b.neg[i] = grow(b.p[i], 70), grow(b.neg[i], 70)
	}
	if predictor == MLPPredictor { // the tape does not know a network's
		b.x, b.hidden, b.w = [2][]float64{grow(b.z[1], 70), grow(b.z[0], 70)}, nil, nil
	}
	b.w = grow(b.w, 260)
	b.n, b.d = 70, 260
	return b
}
