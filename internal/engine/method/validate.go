package method

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gradlab/internal/knob"
)

// sharedKeys are the settings that every method has. A method's own knob may not
// be named like one, and its Defaults speak of no other.
var sharedKeys = strings.Fields(`
	v method gradient data batch steps seed device
	encoder encoder.width encoder.depth projector.depth projector.width predictor predictor.width
	target target.negative momentum momentum.schedule
	lr schedule warmup weight_decay optimizer optimizer.momentum
	augment.crop augment.flip augment.jitter augment.grey augment.blur augment.erase
	probe.every probe.knn at then keep`)

// plainName is a name that is safe in a link, a JSON key and an HTML id. It has
// no dot, because b.tau belongs to the second lane.
var plainName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// validate returns all gaps and contradictions in m.
func (m *Method) validate() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(m.Name+" "+format, args...))
		}
	}
	need(plainName.MatchString(m.Name), "has no plain name: %q", m.Name)
	need(m.Title != "", "has no title")
	need(slices.Contains(families, m.Family), "is of an unknown family %q", m.Family)
	need(m.Essay != "", "has no essay: a doc comment directly above `var Name = add(Method{`")
	need(m.Rows != AsMethod, "does not say how it looks at rows")
	needTeX(need, "its loss", m.Loss)

	need(len(m.References) > 0, "has no reference")
	for _, r := range m.References {
		need(r.Text != "" && r.URL != "" && r.Where != "", "has a reference with a gap: %+v", r)
	}
	need(len(m.Targets) > 0, "accepts no target")
	for _, t := range slices.Concat(m.Targets, m.Negatives) {
		need(slices.Contains([]Target{Shared, Stopped, Momentum}, t), "accepts an unknown target %q", t)
	}
	need(len(m.Predictors) > 0, "accepts no predictor, not even none")
	for key := range maps.Keys(m.Defaults) {
		need(slices.Contains(sharedKeys, key), "has a default for %q, which is no shared setting", key)
	}
	m.validateTerms(need)
	m.validateGradients(need)
	if m.New == nil {
		need(false, "has no New")
	} else {
		m.validateObjective(need)
	}
	return errors.Join(errs...)
}

func (m *Method) validateTerms(need func(bool, string, ...any)) {
	need(len(m.Terms) > 0, "has no terms")
	seen := map[string]bool{}
	for _, t := range m.Terms {
		need(plainName.MatchString(t.Name) && !seen[t.Name], "has a term without a name of its own: %q", t.Name)
		need(slices.Contains([]Role{Positive, Negative, Own}, t.Role), "term %s has an unknown role %q", t.Name, t.Role)
		need(t.Doc != "", "term %s has no sentence", t.Name)
		needTeX(need, "term "+t.Name, t.TeX)
		seen[t.Name] = true
	}
}

func (m *Method) validateGradients(need func(bool, string, ...any)) {
	need(len(m.Gradients) > 0 && m.Gradients[0].Name == "loss" && m.Gradients[0].Exact,
		"does not offer the exact gradient `loss` first")
	seen := map[string]bool{}
	for _, g := range m.Gradients {
		need(plainName.MatchString(g.Name) && !seen[g.Name], "has a gradient without a name of its own: %q", g.Name)
		need(g.Title != "" && g.Doc != "", "gradient %s has no title or no sentence", g.Name)
		need(g.Place == AtPredictor || g.Place == AtProjector, "gradient %s is at an unknown place %q", g.Name, g.Place)
		needTeX(need, "gradient "+g.Name, g.TeX)
		for _, p := range g.Predictors {
			need(slices.Contains(m.Predictors, p), "gradient %s accepts a predictor %q that the method does not", g.Name, p)
		}
		for _, n := range g.Negatives {
			need(slices.Contains(m.Negatives, n), "gradient %s accepts negatives from %q and the method does not", g.Name, n)
		}
		need(!g.Exact || !g.Mistake, "gradient %s is exact and a mistake", g.Name)
		if g.Of != "" {
			of, ok := m.Gradient(g.Of)
			need(ok && of.Of == "", "gradient %s uses the side of %q, which has none", g.Name, g.Of)
		}
		seen[g.Name] = true
	}
}

func (m *Method) validateObjective(need func(bool, string, ...any)) {
	var knobs knob.Set
	o := m.New(&knobs)
	for _, k := range knobs.All() {
		need(plainName.MatchString(k.Name), "knob %q has no plain name", k.Name)
		need(!slices.Contains(sharedKeys, k.Name), "knob %s has the name of a shared setting", k.Name)
		need(k.Doc != "", "knob %s has no sentence", k.Name)
		if k.Kind == knob.Int || k.Kind == knob.Float {
			need(k.Min < k.Max, "knob %s has an empty range", k.Name)
		}
	}
	need(o.Paper != nil, "has no loss over the tape")
	if o.Shares != nil || m.Shares != (Shares{}) {
		_, ok := m.Gradient(m.Shares.Of)
		need(ok, "takes its shares from a gradient %q that it does not declare", m.Shares.Of)
		need(o.Shares != nil && m.Shares.Doc != "", "has shares with a gap: no function or no sentence")
		needTeX(need, "its shares", m.Shares.TeX)
	}
	sides := 0
	for _, g := range m.Gradients {
		if g.Of == "" {
			need(o.Sides[g.Name] != nil, "has no side for gradient %s", g.Name)
			sides++
		}
	}
	need(len(o.Sides) == sides, "has a side for a gradient that it does not declare")
	for name := range o.Surrogates {
		g, ok := m.Gradient(name)
		need(ok && !g.Exact, "has a surrogate for %q, which is no gradient or an exact one", name)
	}
	need(o.Build == nil || o.Part != nil, "has a state of which it gives no part")
	need(o.Build == nil || o.Kept != nil, "has a state that no checkpoint would keep")
	for name, gradients := range m.Serves {
		need(knobs.Lookup(name) != nil, "says what knob %s serves and does not have it", name)
		for _, g := range gradients {
			_, ok := m.Gradient(g)
			need(ok, "knob %s serves a gradient %q that it does not declare", name, g)
		}
	}
	for _, c := range m.Cases {
		need(setAll(&knobs, c) == nil, "has a case %q that its knobs refuse", c)
	}
}

// setAll sets own knobs as a case says: "bank=16 tau=0.5".
func setAll(k *knob.Set, settings string) error {
	for _, s := range strings.Fields(settings) {
		name, value, _ := strings.Cut(s, "=")
		if err := k.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// needTeX asks for a formula with balanced braces.
func needTeX(need func(bool, string, ...any), what, tex string) {
	depth := 0
	for i, c := range tex {
		if i > 0 && tex[i-1] == '\\' {
			continue
		}
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	need(tex != "" && depth == 0, "%s has no formula, or one with unbalanced braces: %q", what, tex)
}
