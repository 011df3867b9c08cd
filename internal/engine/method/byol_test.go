package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

func byolSplit(gradient string, target Target, predictor Predictor) (batch, float64, [][]float64) {
	b := fixture(target, target, predictor)
	loss, terms := b.split(tensor.NewArena(tensor.Reference()), BYOL, BYOL.New(new(knob.Set)), gradient, true)
	return b, loss, terms
}

// The terms at the predictor are -t/|p| and cos p/|p|^2, halved by the mean of
// both sides, and the loss is the mean of -cos.
func TestBYOLTermsAtThePredictor(t *testing.T) {
	b := fixture(Momentum, Momentum, NoPredictor)
	for i, z := range b.z { // a prediction of its own: what the method sees of a predictor
		for k, v := range z {
			b.x[i] = append(b.x[i], v+0.5*math.Sin(float64(k)))
		}
	}
	loss, terms := b.split(tensor.NewArena(tensor.Reference()), BYOL, BYOL.New(new(knob.Set)), "loss", true)
	var want float64
	for i := range 2 {
		p, invP := unit(b.x[i], b.d)
		target, _ := unit(b.p[1-i], b.d)
		for r := range b.n {
			var cos float64
			for k := range b.d {
				cos += p[r*b.d+k] * target[r*b.d+k]
			}
			want -= cos / float64(2*b.n)
			for k := range b.d {
				at := (2+i)*b.n*b.d + r*b.d + k
				c := invP[r] / float64(2*b.n)
				if math.Abs(terms[0][at]+c*target[r*b.d+k]) > 1e-15 || math.Abs(terms[1][at]-c*cos*p[r*b.d+k]) > 1e-15 {
					t.Fatalf("view %d row %d: terms %g and %g", i, r, terms[0][at], terms[1][at])
				}
			}
		}
	}
	if math.Abs(loss-want) > 1e-15 {
		t.Errorf("loss %g, want %g", loss, want)
	}
}

// Each term of the closed form is the loss's term, pulled back through the
// linear predictor.
func TestBYOLClosedIsThePullback(t *testing.T) {
	for _, target := range BYOL.Targets {
		_, l1, pulled := byolSplit("loss", target, LinearPredictor)
		_, l2, closed := byolSplit("closed", target, LinearPredictor)
		if math.Abs(l1-l2) > 1e-15 {
			t.Errorf("target %s: losses %g and %g", target, l1, l2)
		}
		for k := range closed {
			if miss := norm(difference(pulled[k], closed[k])); miss > 1e-14 {
				t.Errorf("target %s: %s term differs by %g", target, BYOL.Terms[k].Name, miss)
			}
		}
	}
}

// The cosine does not see the length of z: the closed form is orthogonal to z,
// although neither of its terms is.
func TestBYOLClosedIsTangent(t *testing.T) {
	b, _, terms := byolSplit("closed", Stopped, LinearPredictor)
	z := append(append([]float64(nil), b.z[0]...), b.z[1]...)
	sum := total(terms)
	for r := 0; r < len(z); r += b.d {
		dot := func(g []float64) (s float64) {
			for k := range b.d {
				s += g[r+k] * z[r+k]
			}
			return s
		}
		if s := dot(sum); math.Abs(s) > 1e-15 {
			t.Errorf("row %d: radial part %g", r/b.d, s)
		}
		if math.Abs(dot(terms[0])) < 1e-6 {
			t.Errorf("row %d: the positive term alone is tangent", r/b.d)
		}
	}
}

// Without a predictor nothing pushes: the negative term has no tangent part.
func TestBYOLWithoutPredictorHasNoNegative(t *testing.T) {
	b, _, terms := byolSplit("loss", Stopped, NoPredictor)
	u, inv := unit(append(append([]float64(nil), b.z[0]...), b.z[1]...), b.d)
	if left := norm(tangent(terms[1], u, inv, b.d)); left > 1e-15 {
		t.Errorf("tangent part of the negative term %g", left)
	}
	if norm(terms[1]) < 1e-3 {
		t.Error("there is no negative term at all")
	}
}
