package method

import (
	"fmt"
	"strings"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// In steady state a step costs the heap nothing.
func TestBothAllocatesNothing(t *testing.T) {
	everySituation(t, func(t *testing.T, s situation) {
		a := emptied(tensor.CPU(1))
		o := s.begin(a)
		p := s.batch.pair(a)
		mark := a.Mark()
		step := func() {
			a.Release(mark)
			s.m.Both(a, o, s.gradient.Name, p)
		}
		if n := testing.AllocsPerRun(5, step); n > 0 {
			t.Errorf("%v allocations a step", n)
		}
	})
}

// Gradient goes where the network can take it, and nowhere else.
func TestRouting(t *testing.T) {
	for _, c := range []struct {
		method, gradient       string
		target                 Target
		predictor              Predictor
		atPredictor, projector bool
	}{
		{"byol", "loss", Momentum, MLPPredictor, true, false},
		{"byol", "loss", Stopped, LinearPredictor, true, false},
		{"byol", "loss", Shared, MLPPredictor, true, true},
		{"byol", "loss", Shared, NoPredictor, false, true},
		{"byol", "closed", Momentum, LinearPredictor, false, true},
		{"simclr", "loss", Stopped, NoPredictor, false, true},
	} {
		m, _ := Lookup(c.method)
		a := tensor.NewArena(tensor.Reference())
		p := fixture(c.target, c.target, c.predictor).pair(a)
		for k, term := range m.Both(a, m.New(new(knob.Set)), c.gradient, p).Terms {
			for i := range 2 {
				if got := !term.AtPredictor[i].IsNone(); got != c.atPredictor {
					t.Errorf("%+v: term %d at the predictor: %v", c, k, got)
				}
				if got := !term.AtProjector[i].IsNone(); got != c.projector {
					t.Errorf("%+v: term %d at the projector: %v", c, k, got)
				}
			}
		}
	}
}

// Scales are terms without the normaliser's projection: never shorter than the terms.
func TestScalesAreUnprojectedTerms(t *testing.T) {
	b := fixture(Shared, Shared, NoPredictor)
	a := tensor.NewArena(tensor.Reference())
	o := SimCLR.New(new(knob.Set))
	_, terms := b.split(a, SimCLR, o, "loss", true)
	_, scales := b.split(a, SimCLR, o, "loss", false)
	for k := range terms {
		for r := range 2 * b.n {
			row := func(x []float64) []float64 { return x[r*b.d : (r+1)*b.d] }
			if norm(row(terms[k])) >= norm(row(scales[k])) {
				t.Errorf("term %d row %d: %g projected, %g before", k, r, norm(row(terms[k])), norm(row(scales[k])))
			}
		}
	}
}

func TestUnknownGradientPanics(t *testing.T) {
	defer func() {
		if msg, ok := recover().(string); !ok || !strings.HasPrefix(msg, "method: ") {
			t.Errorf("panic %q", msg)
		}
	}()
	a := tensor.NewArena(tensor.Reference())
	SimCLR.Both(a, SimCLR.New(new(knob.Set)), "closed", fixture(Shared, Shared, NoPredictor).pair(a))
}

// The two terms of SimCLR for a batch of two images with two channels.
func ExampleMethod_Both() {
	a := tensor.NewArena(tensor.Reference())
	p := Pair{Positive: Stopped, Negative: Stopped}
	for i, rows := range [][]float32{{1, 0, 0, 2}, {3, 4, -1, 1}} {
		z := a.New(2, 2)
		a.Upload(z, rows)
		p.X[i], p.Z[i], p.P[i], p.N[i] = z, z, z, z
	}
	objective := SimCLR.New(new(knob.Set))
	s := SimCLR.Both(a, objective, "loss", p)

	fmt.Printf("loss %.3f\n", download(a, s.Loss)[0])
	for k, term := range s.Terms {
		fmt.Printf("%s %.3f\n", SimCLR.Terms[k].Name, download(a, term.AtProjector[0]))
	}
	// Output:
	// loss 0.603
	// positive [0.000 -1.000 0.442 0.000]
	// negative [0.000 1.012 0.066 0.000]
}
