package web

import (
	"strings"
	"sync"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// sweepable are the settings that a grid may say, those of all methods by their headings and then each
// method's own.
var sweepable = sync.OnceValue(func() []templates.SweepGroup {
	var groups []templates.SweepGroup
	add := func(title string, k *knob.Knob) {
		if k.Name == "v" || k.Name == "at" { // the link's, and a moment of a run
			return
		}
		last := len(groups) - 1
		if last < 0 || groups[last].Title != title {
			groups, last = append(groups, templates.SweepGroup{Title: title}), last+1
		}
		values := k.Range()
		if k.Kind == knob.Choice {
			names := make([]string, len(k.Options))
			for i, o := range k.Options {
				names[i] = o.Value
			}
			values = strings.Join(names, ", ")
		}
		groups[last].Settings = append(groups[last].Settings, templates.SweepSetting{Key: k.Name, Title: k.Title, Unit: k.Unit, Values: values, Default: k.Default})
	}
	shared := spec.Shared()
	for _, group := range spec.Groups() {
		for _, k := range shared {
			if k.Group == group {
				add(strings.ToUpper(group[:1])+group[1:], k)
			}
		}
	}
	for _, m := range method.All() {
		var own knob.Set
		m.New(&own)
		for _, k := range own.All() {
			add(m.Title+" alone", k)
		}
	}
	return groups
})
