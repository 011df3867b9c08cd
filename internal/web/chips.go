package web

import (
	"cmp"
	"strings"

	"gradlab/internal/knob"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// chips are what lane number i says beside the first, its method aside; the first
// lane's are what is not a default.
func chips(e spec.Experiment, i int) []templates.Chip {
	var list []templates.Chip
	knobs := e.Lanes[i].Knobs()
	for _, x := range e.Settings() {
		lane, name := spec.CutLane(x.Key)
		if lane != i || name == "method" || name == "v" {
			continue
		}
		if name == "target.negative" && x.Value == string(e.Lanes[i].Target) {
			continue // it follows the target, which has a chip of its own
		}
		chip := templates.Chip{Key: name, Title: name, Value: x.Value}
		bare, then := strings.CutPrefix(name, "then.")
		if k := knobs.Lookup(bare); k != nil {
			if chip.Title = k.Title; then {
				chip.Title = "then " + k.Title
			}
			if k.Kind == knob.Choice {
				chip.Value = optionOf(k, x.Value)
			}
		}
		list = append(list, chip)
	}
	return list
}

// optionTitle returns the title of the option that a choice has.
func optionTitle(knobs *knob.Set, name string) string {
	k := knobs.Lookup(name)
	return optionOf(k, k.Value())
}

func optionOf(k *knob.Knob, value string) string {
	for _, o := range k.Options {
		if o.Value == value {
			return cmp.Or(o.Title, o.Value)
		}
	}
	return value
}
