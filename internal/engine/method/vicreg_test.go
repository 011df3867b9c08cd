package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

func vicregSplit(b batch, own, gradient string) (float64, [][]float64) {
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, VICReg, own, NoPredictor)
	return b.split(a, VICReg, o, gradient, true)
}

// The loss is that of the published code: 25 mean (v1-v2)^2 + 12.5 (h1+h2)/c +
// (o1+o2)/c, with plain loops.
func TestVICRegIsThePublishedLoss(t *testing.T) {
	b := fixture(Shared, Shared, NoPredictor)
	n, c := b.n, b.d
	var want float64
	for i := range b.z[0] {
		want += 25 * math.Pow(b.z[0][i]-b.z[1][i], 2) / float64(n*c)
	}
	for _, v := range b.z {
		mean := make([]float64, c)
		for i, x := range v {
			mean[i%c] += x / float64(n)
		}
		for i := range c {
			for j := range c {
				var s float64
				for r := range n {
					s += (v[r*c+i] - mean[i]) * (v[r*c+j] - mean[j]) / float64(n-1)
				}
				if i == j {
					want += 12.5 * max(0, 1-math.Sqrt(s+1e-4)) / float64(c)
				} else {
					want += s * s / float64(c)
				}
			}
		}
	}
	if got, _ := vicregSplit(b, "", "loss"); math.Abs(got-want) > 1e-12 {
		t.Errorf("loss %.15g, want %.15g", got, want)
	}
}

// Above the hinge the variance term is nothing, below it stretches: it points along
// what a feature deviates by.
func TestVICRegVarianceHinge(t *testing.T) {
	b := fixture(Shared, Shared, NoPredictor)
	const variance = 4
	if VICReg.Terms[variance].Name != "variance" {
		t.Fatal("the terms have moved")
	}
	if _, terms := vicregSplit(b, "gamma=0.01", "loss"); norm(terms[variance]) != 0 {
		t.Errorf("above the hinge its norm is %g", norm(terms[variance]))
	}
	_, terms := vicregSplit(b, "gamma=10", "loss")
	for view := range 2 {
		for j := range b.d {
			var along float64
			for r := range b.n {
				along += terms[variance][(view*b.n+r)*b.d+j] * b.z[view][r*b.d+j]
			}
			if along >= 0 {
				t.Errorf("view %d, feature %d: a step down the gradient does not stretch it: %g", view, j, along)
			}
		}
	}
}

// Through the Gram matrix or the covariance, the same.
func TestVICRegGramEqualsExplicit(t *testing.T) {
	for _, target := range VICReg.Targets {
		b := fixture(target, target, NoPredictor)
		a := tensor.NewArena(tensor.Reference())
		results := func(gram bool) (float64, [][]float64) {
			o := VICReg.New(new(knob.Set))
			o.Sides["loss"] = func(a *tensor.Arena, s Side) { vicreg(a, s, vicregWeights{25, 25, 1, 1}, gram) }
			return b.split(a, VICReg, o, "loss", true)
		}
		l1, gram := results(true)
		l2, explicit := results(false)
		if math.Abs(l1-l2) > 1e-13 {
			t.Errorf("target %s: losses %g and %g", target, l1, l2)
		}
		for k := range gram {
			if miss := norm(difference(gram[k], explicit[k])); miss > 1e-13 {
				t.Errorf("target %s: %s term differs by %g", target, VICReg.Terms[k].Name, miss)
			}
		}
	}
}

// Stopping the target halves the terms of the invariance alone and so turns the
// gradient, where Barlow's keeps its direction.
func TestVICRegStoppedTurns(t *testing.T) {
	_, shared := vicregSplit(fixture(Shared, Shared, NoPredictor), "", "loss")
	_, stopped := vicregSplit(fixture(Stopped, Stopped, NoPredictor), "", "loss")
	for k, term := range VICReg.Terms {
		want := 1.0
		if term.Name == "positive" || term.Name == "length" {
			want = 0.5
		}
		for i, v := range shared[k] {
			if math.Abs(stopped[k][i]-want*v) > 1e-15 {
				t.Fatalf("%s term, number %d: stopped %g, shared %g", term.Name, i, stopped[k][i], v)
			}
		}
	}
	if c := cosineBetween(total(shared), total(stopped)); c > 0.999 {
		t.Errorf("the gradient does not turn: cosine %g", c)
	}
}

// Without its own terms the gradient is the positive and the negative of the loss.
func TestVICRegDropOwn(t *testing.T) {
	b := fixture(Shared, Shared, NoPredictor)
	_, whole := vicregSplit(b, "", "loss")
	_, dropped := vicregSplit(b, "", "drop-own")
	for k, term := range VICReg.Terms {
		want := whole[k]
		if term.Role == Own {
			want = make([]float64, len(whole[k]))
		}
		if miss := norm(difference(dropped[k], want)); miss > 0 {
			t.Errorf("%s term differs by %g", term.Name, miss)
		}
	}
}
