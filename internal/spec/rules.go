package spec

import (
	"fmt"
	"slices"
	"strconv"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// A rule refuses settings that are each in range and together impossible. Its
// error's Nearest, where the rule sets it on its Key, mends it.
type rule func(d *draft) *knob.Error

// rules run in this order, each on what those before it have mended.
var rules = []rule{batchFitsData, warmupFitsSteps, bankHoldsBatch, gradientFitsPredictor, gradientFitsNegatives}

// check applies the rules to d.
func (r *reading) check(d *draft, prefix string) {
	for _, rule := range rules {
		if e := rule(d); e != nil {
			r.mend(d, prefix, e)
		}
	}
}

func batchFitsData(d *draft) *knob.Error {
	info, _ := data.Lookup(d.Data)
	if d.Batch <= info.Train {
		return nil
	}
	return &knob.Error{Key: "batch", Value: strconv.Itoa(d.Batch), With: []string{"data"},
		Problem: fmt.Sprintf("is more than data=%s has:", d.Data), Range: fmt.Sprintf("2..%d", info.Train), Nearest: strconv.Itoa(info.Train)}
}

func warmupFitsSteps(d *draft) *knob.Error {
	if d.Optim.Warmup <= d.Steps {
		return nil
	}
	return &knob.Error{Key: "warmup", Value: strconv.Itoa(d.Optim.Warmup), With: []string{"steps"},
		Problem: fmt.Sprintf("is longer than steps=%d:", d.Steps), Range: fmt.Sprintf("0..%d", d.Steps), Nearest: strconv.Itoa(d.Steps)}
}

// bankHoldsBatch: a step's targets are pushed at once, so a bank that is smaller
// than a batch would hold a part of it that nobody chose. No method but one that
// keeps a bank has a knob of that name.
func bankHoldsBatch(d *draft) *knob.Error {
	k := d.knobs.Lookup("bank")
	if k == nil {
		return nil
	}
	bank, err := strconv.Atoi(k.Value())
	if err != nil || bank == 0 || bank >= d.Batch {
		return nil
	}
	nearest := "0"
	if float64(d.Batch) <= k.Max {
		nearest = strconv.Itoa(d.Batch)
	}
	return &knob.Error{Key: "bank", Value: k.Value(), With: []string{"batch"},
		Problem: fmt.Sprintf("is smaller than batch=%d:", d.Batch), Range: fmt.Sprintf("0, or %d and more", d.Batch), Nearest: nearest}
}

func gradientFitsPredictor(d *draft) *knob.Error {
	var fit []string
	for i := range d.Method.Gradients {
		if g := &d.Method.Gradients[i]; g.Predictors == nil || slices.Contains(g.Predictors, method.Predictor(d.Predictor.Kind)) {
			fit = append(fit, g.Name)
		}
	}
	if slices.Contains(fit, d.Gradient) {
		return nil
	}
	return &knob.Error{Key: "gradient", Value: d.Gradient, With: []string{"predictor", "method"},
		Problem: fmt.Sprintf("does not go with method=%s and predictor=%s, which take", d.Method.Name, d.Predictor.Kind), Range: knob.List(fit), Nearest: fit[0]}
}

func gradientFitsNegatives(d *draft) *knob.Error {
	g, _ := d.Method.Gradient(d.Gradient)
	negative := d.negativeTarget()
	if g.Negatives == nil || slices.Contains(g.Negatives, negative) {
		return nil
	}
	return &knob.Error{Key: "gradient", Value: d.Gradient, With: []string{"target", "target.negative", "method"},
		Problem: fmt.Sprintf("does not go with target.negative=%s:", negative), Range: "it takes " + knob.List(texts(g.Negatives)), Nearest: d.Method.Gradients[0].Name}
}

// idle says why a setting has no effect, or "" where it has one. Such settings
// are put back to their defaults, so that runs that are equal have equal links.
func idle(d *draft, key string) string {
	switch key {
	case "projector.width":
		if d.Projector.Depth == 0 {
			return "without a projector (projector.depth=0)"
		}
	case "predictor.width":
		if d.Predictor.Kind != "mlp" {
			return "with predictor=" + d.Predictor.Kind
		}
	case "momentum", "momentum.schedule":
		if d.Target != method.Momentum && d.negativeTarget() != method.Momentum {
			return "without a momentum target"
		}
	}
	if serves, some := d.Method.Serves[key]; some && !slices.Contains(serves, d.Gradient) {
		return "with gradient=" + d.Gradient
	}
	return ""
}

// Idle says why a setting has no effect on s, neither before nor after a branch:
// "without a momentum target". It is "" for one that has an effect.
func (s Spec) Idle(key string) string {
	if b, ok := s.Branch(); ok && idle(b.draft(), key) == "" {
		return ""
	}
	return idle(s.draft(), key)
}
