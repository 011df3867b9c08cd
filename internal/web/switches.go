package web

import (
	"slices"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// switches are what the picture of the two branches can change of the last lane: settings of
// the form, under the names of what the picture shows. What the method leaves no choice about
// has none, and neither has what a lesson has taken away or fixed.
func switches(e spec.Experiment, lesson templates.Lesson) []templates.Switch {
	if lesson.Embed || !lesson.Offers("settings") {
		return nil
	}
	last := len(e.Lanes) - 1
	s := e.Lanes[last]
	knobs, settings := s.Knobs(), e.Settings()
	var list []templates.Switch
	add := func(name, title, key string, options ...templates.SwitchOption) {
		if len(options) < 2 || !lesson.Offers(key) || lesson.Locks(key) {
			return
		}
		rest := slices.DeleteFunc(slices.Clone(settings), func(x spec.Setting) bool { return x.Key == spec.LanePrefix(last)+key })
		list = append(list, templates.Switch{Name: name, Title: title, Key: key, Field: spec.LanePrefix(last) + key, Rest: rest, Options: options})
	}
	for _, t := range []struct {
		name, title string
		off, on     []method.Target // the first that is set, or that there is
	}{
		{"stop", "stop-gradient", []method.Target{method.Shared}, []method.Target{method.Stopped, method.Momentum}},
		{"ema", "slow copy (EMA)", []method.Target{method.Stopped, method.Shared}, []method.Target{method.Momentum}},
	} {
		on, off := either(s, t.on), either(s, t.off)
		if on.Value != "" && off.Value != "" {
			on.Title, off.Title = "on", "off"
			add(t.name, t.title, "target", on, off)
		}
	}
	add("predictor", "predictor", "predictor", choices(knobs.Lookup("predictor"))...)
	add("negatives", "negatives from", "target.negative", slices.DeleteFunc(choices(knobs.Lookup("target.negative")), func(o templates.SwitchOption) bool {
		return o.Value == string(s.Target) // is what follows the positive anyway
	})...)
	return list
}

// either is the target of these that a run has, or else the first that its method accepts.
func either(s spec.Spec, targets []method.Target) templates.SwitchOption {
	if slices.Contains(targets, s.Target) {
		return templates.SwitchOption{Value: string(s.Target), Chosen: true}
	}
	for _, t := range targets {
		if slices.Contains(s.Method.Targets, t) {
			return templates.SwitchOption{Value: string(t)}
		}
	}
	return templates.SwitchOption{}
}

// choices are the options of a knob.
func choices(k *knob.Knob) []templates.SwitchOption {
	var list []templates.SwitchOption
	for _, o := range k.Options {
		list = append(list, templates.SwitchOption{Value: o.Value, Title: optionOf(k, o.Value), Doc: o.Doc, Chosen: o.Value == k.Value()})
	}
	return list
}
