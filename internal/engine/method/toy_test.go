package method

import (
	"strings"
	"testing"

	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// toy is a method in one screen: half the squared distance between unit rows,
// weighted. It is what the recipe in method.go asks for, and is not in the
// catalogue. Its variant `flipped` makes the commonest mistake.
func toy() Method {
	return Method{
		Name: "toy", Title: "Toy", Family: Unified, Essay: "Toy draws partners together.",
		References: []Reference{{"Nobody, 2026", "https://example.org", "nowhere"}},
		Loss:       `\ell = \frac{\alpha}{2N} \sum_n |u_n - t_n|^2`,
		Rows:       Unit,
		Targets:    []Target{Shared, Stopped, Momentum},
		Predictors: []Predictor{NoPredictor, LinearPredictor, MLPPredictor},
		Terms: []Term{
			{"positive", Positive, `-\frac{\alpha}{N} t`, "Pulls."},
			{"length", Own, `+\frac{\alpha}{N} u`, "Is radial, and so does nothing."},
		},
		Gradients: []Gradient{
			{Name: "loss", Title: "The loss", Doc: "Exact.", Exact: true, Place: AtPredictor, TeX: `\frac{\alpha}{N} (u - t)`},
			{Name: "flipped", Title: "Flipped", Doc: "Pulls the wrong way.", Place: AtPredictor, Mistake: true, TeX: `\frac{\alpha}{N} (t + u)`},
		},
		Defaults: map[string]string{"target": "stopped"},
		New: func(k *knob.Set) Objective {
			alpha := new(float64)
			k.Float(alpha, "alpha", 2, 0, 10, "Weight of the whole.")
			side := func(sign float64) SideFunc {
				return func(a *tensor.Arena, s Side) {
					n := float64(s.X.Rows)
					d := a.New(s.X.Rows, s.X.Cols)
					a.Copy(d, s.X)
					a.AddScaled(d, -1, s.P)
					a.Dot(s.Loss, d, d)
					a.Scale(s.Loss, *alpha/(2*n), s.Loss)
					positive, length := s.Terms[0], s.Terms[1]
					a.AddScaled(positive.X, -sign**alpha/n, s.P)
					a.AddScaled(length.X, *alpha/n, s.X)
					if !positive.P.IsNone() {
						a.AddScaled(positive.P, -sign**alpha/n, s.X)
						a.AddScaled(length.P, *alpha/n, s.P)
					}
				}
			}
			return Objective{
				Sides: map[string]SideFunc{"loss": side(1), "flipped": side(-1)},
				Paper: func(_ *autodiff.Tape, v Views) *autodiff.Node {
					return symmetric(v, func(x, p, _, _ *autodiff.Node) *autodiff.Node {
						n, _ := x.Dims()
						return x.UnitRows().Sub(p.UnitRows()).Square().Sum().Scale(*alpha / (2 * float64(n)))
					})
				},
			}
		},
	}
}

// A method that is added passes through the checks without a line about it anywhere.
func TestToyMethodIsChecked(t *testing.T) {
	rows := finish(toy()).check()
	if len(rows) != 2*3*3 {
		t.Fatalf("%d rows, want 2 gradients x 3 targets x 3 predictors", len(rows))
	}
	for _, r := range rows {
		if !r.Pass {
			t.Errorf("%+v", r)
		}
		if r.Gradient == "flipped" && r.Tape < 0.1 {
			t.Errorf("the flipped gradient is called near to the loss's: %+v", r)
		}
	}
}

// A descriptor with a gap is refused, and the message names the gap.
func TestValidationNamesTheGap(t *testing.T) {
	for _, c := range []struct {
		want   string
		damage func(m *Method)
	}{
		{"no plain name", func(m *Method) { m.Name = "To y" }},
		{"no title", func(m *Method) { m.Title = "" }},
		{"unknown family", func(m *Method) { m.Family = "odd" }},
		{"no essay", func(m *Method) { m.Essay = "" }},
		{"looks at rows", func(m *Method) { m.Rows = AsMethod }},
		{"its loss has no formula", func(m *Method) { m.Loss = "" }},
		{"unbalanced braces", func(m *Method) { m.Loss = `\frac{1}{N` }},
		{"unbalanced braces", func(m *Method) { m.Terms[0].TeX = `}x{` }},
		{"no reference", func(m *Method) { m.References = nil }},
		{"reference with a gap", func(m *Method) { m.References[0].Where = "" }},
		{"no target", func(m *Method) { m.Targets = nil }},
		{"unknown target", func(m *Method) { m.Negatives = []Target{"bank"} }},
		{"no predictor", func(m *Method) { m.Predictors = nil }},
		{"no shared setting", func(m *Method) { m.Defaults = map[string]string{"alpha": "1"} }},
		{"no terms", func(m *Method) { m.Terms = nil }},
		{"name of its own", func(m *Method) { m.Terms[1].Name = "positive" }},
		{"unknown role", func(m *Method) { m.Terms[0].Role = "both" }},
		{"has no sentence", func(m *Method) { m.Terms[0].Doc = "" }},
		{"`loss` first", func(m *Method) { m.Gradients[0].Exact = false }},
		{"no title or no sentence", func(m *Method) { m.Gradients[1].Doc = "" }},
		{"unknown place", func(m *Method) { m.Gradients[1].Place = "" }},
		{"that the method does not", func(m *Method) { m.Gradients[1].Predictors = []Predictor{SpectralPredictor} }},
		{"no side for gradient third", func(m *Method) {
			g := m.Gradients[1]
			g.Name = "third"
			m.Gradients = append(m.Gradients, g)
		}},
		{"does not declare", func(m *Method) { m.Gradients = m.Gradients[:1] }},
		{"no New", func(m *Method) { m.New = nil }},
		{"name of a shared setting", withKnob("momentum", "A sentence.")},
		{"no plain name", withKnob("b.tau", "A sentence.")},
		{"has no sentence", withKnob("tau", "")},
		{"no loss over the tape", func(m *Method) {
			declare := m.New
			m.New = func(k *knob.Set) Objective {
				o := declare(k)
				o.Paper = nil
				return o
			}
		}},
	} {
		m := toy()
		c.damage(&m)
		if err := m.validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one about %q", err, c.want)
		}
	}
	m := toy()
	if err := m.validate(); err != nil {
		t.Errorf("the whole toy is refused: %v", err)
	}
}

func withKnob(name, doc string) func(m *Method) {
	return func(m *Method) {
		declare := m.New
		m.New = func(k *knob.Set) Objective {
			k.Float(new(float64), name, 1, 0, 2, doc)
			return declare(k)
		}
	}
}
