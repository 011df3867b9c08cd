package method

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gradlab/internal/engine/tensor"
)

// A Residual is one row of `lab check`: a gradient variant with a choice of
// targets, predictor and own settings, on a fixed small batch, against its witnesses.
type Residual struct {
	Method    string    `json:"method"`
	Gradient  string    `json:"gradient"`
	Kind      Kind      `json:"kind"`
	Target    Target    `json:"target"`
	Negative  Target    `json:"target.negative"`
	Predictor Predictor `json:"predictor"`
	Own       string    `json:"own,omitempty"` // the method's own settings that are not at their defaults: "bank=16"

	// The three below are residuals (see residual) of an exact variant, and the
	// distance relative to the loss's gradient of one that is not exact.
	Tape        float64 `json:"tape"`        // float64 terms against the derivative of the paper's loss
	Differences float64 `json:"differences"` // float64 terms against central differences of the true loss
	Float32     float64 `json:"float32"`     // float32 terms against the tape, on the same inputs

	Cosine    float64  `json:"cosine"`              // of the float64 terms with the derivative of the paper's loss: what is left of a distance when lengths do not count
	Surrogate *float64 `json:"surrogate,omitempty"` // residual of the terms against the loss that they are the derivative of, where that is another one
	Loss      float64  `json:"loss"`                // |side's loss - paper's loss| / (1 + |paper's loss|), float64
	Pass      bool     `json:"pass"`                // see passes
}

// The bounds of a Residual.
const (
	tapeBound        = 1e-7
	differencesBound = 1e-6
	float32Bound     = 1e-4
	mistakeBound     = 0.1 // a mistake that one cannot see is none
)

// passes says of an exact variant that all is within bounds; of any other that its
// surrogate is, and the rest finite; and of a mistake that it shows.
func (r *Residual) passes() bool {
	ok := r.Loss < tapeBound
	if r.Kind == ExactKind {
		return ok && r.Tape < tapeBound && r.Differences < differencesBound && r.Float32 < float32Bound
	}
	far := r.Tape + r.Differences + r.Float32
	ok = ok && !math.IsNaN(far) && !math.IsInf(far, 0)
	if r.Surrogate != nil {
		ok = ok && *r.Surrogate < tapeBound
	}
	return ok && (r.Kind != MistakeKind || r.Tape > mistakeBound)
}

// Check compares every gradient of the named methods (all where none is named)
// with the tape and with central differences, for every target and predictor
// that they accept. A name that is not in the catalogue panics.
func Check(names ...string) []Residual {
	methods := All()
	if len(names) > 0 {
		methods = nil
		for _, name := range names {
			m, ok := Lookup(name)
			if !ok {
				panic(fmt.Sprintf("method: no method %q", name))
			}
			methods = append(methods, m)
		}
	}
	var rows []Residual
	for _, m := range methods {
		rows = append(rows, m.check()...)
	}
	return rows
}

// check is Check for one method.
func (m *Method) check() []Residual {
	single, double := tensor.NewArena(tensor.CPU(1)), tensor.NewArena(tensor.Reference())
	var rows []Residual
	for _, s := range m.settings() {
		rows = append(rows, m.compare(s, single, double))
	}
	return rows
}

// A setting is one combination that a method accepts.
type setting struct {
	gradient         Gradient
	target, negative Target
	predictor        Predictor
	own              string
}

// settings returns every combination that m accepts.
func (m *Method) settings() []setting {
	var all []setting
	for _, g := range m.Gradients {
		predictors := g.Predictors
		if predictors == nil {
			predictors = m.Predictors
		}
		for _, target := range m.Targets {
			negatives := m.Negatives
			switch {
			case g.Negatives != nil:
				negatives = g.Negatives
			case negatives == nil:
				negatives = []Target{target}
			}
			for _, negative := range negatives {
				for _, predictor := range predictors {
					for _, own := range m.cases(g) {
						all = append(all, setting{g, target, negative, predictor, own})
					}
				}
			}
		}
	}
	return all
}

// cases returns m's cases without what g does not look at.
func (m *Method) cases(g Gradient) []string {
	if m.Cases == nil {
		return []string{""}
	}
	var all []string
	for _, c := range m.Cases {
		seen := slices.DeleteFunc(strings.Fields(c), func(s string) bool {
			name, _, _ := strings.Cut(s, "=")
			gradients, some := m.Serves[name]
			return some && !slices.Contains(gradients, g.Name)
		})
		if own := strings.Join(seen, " "); !slices.Contains(all, own) {
			all = append(all, own)
		}
	}
	return all
}

// compare measures one row, in float32 and in float64.
func (m *Method) compare(s setting, single, double *tensor.Arena) Residual {
	single.Reset()
	double.Reset()
	g, b := s.gradient, fixture(s.target, s.negative, s.predictor)
	r := Residual{
		Method: m.Name, Gradient: g.Name, Kind: g.Kind(),
		Target: s.target, Negative: s.negative, Predictor: s.predictor, Own: s.own,
	}
	rough := b.begin(single, m, s.own, s.predictor)
	o := b.begin(double, m, s.own, s.predictor)

	paper, tape := b.paper(o.Paper, false)
	loss, terms := b.split(double, m, o, g.Name, true)
	_, scales := b.split(double, m, o, g.Name, false)
	_, rounded := b.split(single, m, rough, g.Name, true)

	distance := func(terms [][]float64, reference []float64) float64 {
		if g.Exact {
			return residual(terms, scales, reference)
		}
		return approximation(terms, reference, scales)
	}
	r.Loss = math.Abs(loss-paper) / (1 + math.Abs(paper))
	r.Tape = distance(terms, tape)
	r.Differences = distance(terms, b.differences(double, m, o, g.Name))
	r.Float32 = distance(rounded, tape)
	r.Cosine = cosineBetween(total(terms), tape)
	if surrogate, ok := o.Surrogates[g.Name]; ok {
		_, own := b.paper(surrogate, g.Constant)
		x := residual(terms, scales, own)
		r.Surrogate = &x
	}
	r.Pass = r.passes()
	return r
}
