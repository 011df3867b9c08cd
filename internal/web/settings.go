package web

import "gradlab/internal/spec"

func runURL(id string) string { return "/runs/" + id }

func labURL(e spec.Experiment) string { return "/lab?" + e.Query() }

// A note is a remark about one setting, or about none.
type note struct{ key, text string }

// lenient makes the nearest valid experiment of settings, with a note for each
// setting that is not as it was said.
func lenient(settings []spec.Setting) (spec.Experiment, []note) {
	e, notices, errs := spec.ParseLenient(settings)
	var notes []note
	for _, k := range errs {
		notes = append(notes, note{k.Key, k.Error()})
	}
	for _, n := range notices {
		notes = append(notes, note{n.Key, n.Text})
	}
	return e, notes
}

// lenientLink is lenient of a run's or a link's query. Where that is none the experiment is
// that of the defaults, and the error is knob.Errors.
func lenientLink(query string) (spec.Experiment, []note, error) {
	settings, err := spec.ParseQuery(query)
	e, notes := lenient(settings)
	return e, notes, err
}
