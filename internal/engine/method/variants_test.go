package method

import (
	"math"
	"slices"
	"testing"

	"gradlab/internal/engine/tensor"
)

// The terms of a gradient on the fixture with the first of everything that a method
// accepts.
func firstSplit(t *testing.T, m *Method, gradient string, project bool) (float64, [][]float64) {
	t.Helper()
	i := slices.IndexFunc(m.settings(), func(s setting) bool { return s.gradient.Name == gradient })
	s := m.settings()[i]
	b := fixture(s.target, s.negative, s.predictor)
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, m, s.own, s.predictor)
	return b.split(a, m, o, gradient, project)
}

// What is said to flip a term flips it, what is said to drop one drops it, and what
// forgets the normaliser leaves its projection out: each changes nothing else.
func TestDerivedGradients(t *testing.T) {
	for _, m := range All() {
		for _, g := range m.Gradients {
			if g.Of != "loss" || g.Constant {
				continue
			}
			loss, right := firstSplit(t, m, "loss", !g.Detached)
			same, wrong := firstSplit(t, m, g.Name, true)
			if loss != same {
				t.Errorf("%s %s: loss %g, not %g", m.Name, g.Name, same, loss)
			}
			for k, term := range m.Terms {
				factor := 1.0
				if w, ok := g.Weights[term.Role]; ok {
					factor = w
				}
				for i, v := range right[k] {
					if math.Abs(wrong[k][i]-factor*v) > 1e-16 {
						t.Fatalf("%s %s: term %s is not %g times the loss's", m.Name, g.Name, term.Name, factor)
					}
				}
			}
		}
	}
}

// Every method has the unified form, the mistake of a wrong sign and, where it
// normalises, that of a forgotten normaliser.
func TestEveryMethodHasTheCommonVariants(t *testing.T) {
	for _, m := range All() {
		want := []string{"unified", "flip-positive"}
		switch m.Rows {
		case Unit:
			want = append(want, "forget-normaliser")
		case Standardized:
			want = append(want, "forget-standardiser")
		}
		for _, name := range want {
			if _, ok := m.Gradient(name); !ok {
				t.Errorf("%s has no gradient %s", m.Name, name)
			}
		}
	}
}

// The unified form is -u2/N + lambda Neg/N with the family's Neg, by plain sums; its
// terms carry no gradient into a shared target.
func TestUnifiedForms(t *testing.T) {
	const lambda = 3.0
	for _, m := range []*Method{BYOL, SimSiam, Barlow, VICReg} {
		b := fixture(Shared, Shared, NoPredictor)
		a := tensor.NewArena(tensor.Reference())
		o := b.begin(a, m, "unit_lambda=3", NoPredictor)
		_, terms := b.split(a, m, o, "unified", true)
		n, d := b.n, b.d
		f := correlation64(b.z, d)
		for view := range 2 {
			u, inv := unit(b.z[view], d)
			other, _ := unit(b.z[1-view], d)
			pull, push := make([]float64, n*d), times(u, f, d)
			if m.Family == Decorrelation {
				push = make([]float64, n*d)
				for r := range n {
					for v := range n {
						resemble := inner(other[r*d:(r+1)*d], other[v*d:(v+1)*d]) / float64(n)
						for k := range d {
							push[r*d+k] += resemble * u[v*d+k]
						}
					}
				}
			}
			for i := range pull {
				pull[i] = -other[i] / float64(2*n)
				push[i] *= lambda / float64(2*n)
			}
			for k, want := range [][]float64{tangent(pull, u, inv, d), tangent(push, u, inv, d)} {
				if miss := norm(difference(terms[k][view*n*d:(view+1)*n*d], want)); miss > 1e-14 {
					t.Errorf("%s view %d: %s term differs by %g", m.Name, view, m.Terms[k].Name, miss)
				}
			}
		}
	}
}

// What is not exact differs from the loss somewhere, and what is exact points
// along it. UniGrad's unified form is its loss.
func TestKindsOfGradients(t *testing.T) {
	for _, r := range checked() {
		if r.Kind != ExactKind && r.Tape == 0 && r.Gradient != "unified" {
			t.Errorf("%s %s (%s) is no other than the loss", r.Method, r.Gradient, r.Kind)
		}
		if r.Kind == ExactKind && math.Abs(r.Cosine-1) > 1e-12 {
			t.Errorf("%s %s target=%s: cosine %g", r.Method, r.Gradient, r.Target, r.Cosine)
		}
	}
}

// SimSiam is BYOL with another target.
func TestSimSiamIsBYOL(t *testing.T) {
	for _, target := range BYOL.Targets {
		for _, predictor := range BYOL.Predictors {
			b := fixture(target, target, predictor)
			a := tensor.NewArena(tensor.Reference())
			_, byol := b.split(a, BYOL, b.begin(a, BYOL, "", predictor), "loss", true)
			_, simsiam := b.split(a, SimSiam, b.begin(a, SimSiam, "", predictor), "loss", true)
			if miss := norm(difference(total(byol), total(simsiam))); miss > 0 {
				t.Errorf("target %s, predictor %s: they differ by %g", target, predictor, miss)
			}
		}
	}
	if BYOL.Targets[0] == SimSiam.Targets[0] {
		t.Error("they begin with the same target")
	}
}
