package web

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/palette"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// A view is what a link says about the page and not about the runs: what is
// shown, what may be changed, and what the curves were when it was made. These
// keys stand beside the settings in the query, because the server acts on them; what
// only a browser can act on, such as the step, stands in the fragment.
type view struct {
	templates.Lesson
	witnesses []record.Witness // of the lanes, in their order; may be fewer
	hash      string           // the same as in the link
}

// viewKeys are the keys of a query that are no settings.
var viewKeys = []string{"hide", "show", "lock", "theme", "embed", "hash"}

// takeView takes the view out of settings. The errors say what of it was not
// understood and is left out.
func takeView(settings []spec.Setting) (view, []spec.Setting, knob.Errors) {
	var v view
	var rest []spec.Setting
	var errs knob.Errors
	for _, s := range settings {
		switch s.Key {
		case "hide":
			errs = append(errs, take(s, &v.Hide, visible(), "")...)
		case "show":
			errs = append(errs, take(s, &v.Show, panelNames(), "")...)
		case "lock":
			errs = append(errs, take(s, &v.Lock, append([]string{"all"}, settingNames()...), "-")...)
		case "theme":
			if s.Value != palette.Light.Name && s.Value != palette.Dark.Name && s.Value != templates.Projector {
				errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not one of", Range: "light, dark or projector"})
				continue
			}
			v.Theme = s.Value
		case "embed":
			if v.Embed = s.Value == "1"; !v.Embed && s.Value != "0" {
				errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not one of", Range: "0 or 1"})
			}
		case "hash":
			v.witnesses, v.hash = nil, ""
			for text := range strings.SplitSeq(s.Value, ".") {
				w, err := record.ParseWitness(text)
				if err != nil || len(v.witnesses) == spec.MaxLanes {
					problem := "is more than a hash for each lane"
					if err != nil {
						problem = "is no hash of a curve: " + err.Error()
					}
					errs = append(errs, &knob.Error{Key: s.Key, Value: text, Problem: problem})
					break
				}
				v.witnesses = append(v.witnesses, w)
			}
			v.hash = hashes(v.witnesses)
		default:
			rest = append(rest, s)
		}
	}
	if len(v.Lock) > 0 && !slices.Contains(v.Lock, "all") { // there is nothing to take a setting from
		v.Lock = slices.DeleteFunc(v.Lock, func(n string) bool { return n[0] == '-' })
	}
	v.Query = v.lesson()
	return v, rest, errs
}

// lesson is what the view fixes, as a part of a link.
func (v view) lesson() string {
	return query("hide", strings.Join(v.Hide, ","), "show", strings.Join(v.Show, ","), "lock", strings.Join(v.Lock, ","), "theme", v.Theme)
}

// listedWhere says where all names of a lesson are: they are too many for a sentence.
const listedWhere = "the names of figures, texts, controls and settings, which all stand under “Make a lesson of it” in the panel Share, those of the method at hand"

// take adds the names of a list, separated by commas, each once. A name may
// have one of the marks before it.
func take(s spec.Setting, to *[]string, known []string, marks string) (errs knob.Errors) {
	for name := range strings.SplitSeq(s.Value, ",") {
		bare := strings.TrimLeft(name, marks)
		switch {
		case name == "":
		case !slices.Contains(known, bare) || len(name) > len(bare)+1:
			errs = append(errs, &knob.Error{Key: s.Key, Value: name, Problem: "is not one of", Range: listedWhere, Nearest: knob.Closest(bare, known)})
		case !slices.Contains(*to, name):
			*to = append(*to, name)
		}
	}
	return errs
}

// query writes keys and values that are not empty as a part of a link. Commas stay
// as people read them.
func query(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			parts = append(parts, pairs[i]+"="+strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "%2C", ","))
		}
	}
	return strings.Join(parts, "&")
}

func hashes(witnesses []record.Witness) string {
	parts := make([]string, len(witnesses))
	for i, w := range witnesses {
		parts[i] = w.String()
	}
	return strings.Join(parts, ".")
}

// panelNames are what can be shown alone: figures, the panels of those that have several, parts.
var panelNames = sync.OnceValue(func() []string {
	names := report.Names()
	for _, p := range templates.Parts {
		names = append(names, p.Name)
	}
	return names
})

// settingNames are the keys of the form, those of every method's own settings among them.
var settingNames = sync.OnceValue(func() []string {
	names := []string{"method"}
	for _, m := range method.All() {
		s, err := spec.Parse([]spec.Setting{{Key: "method", Value: m.Name}})
		if err != nil {
			panic("web: " + err.Error()) // a method's own defaults are valid
		}
		for _, k := range s.Knobs().All() {
			if !slices.Contains(names, k.Name) && k.Name != "v" && k.Name != "at" {
				names = append(names, k.Name)
			}
		}
	}
	return names
})

// visible are all names that can be hidden.
var visible = sync.OnceValue(func() []string {
	var controls []string
	for _, c := range templates.Controls {
		controls = append(controls, c.Name)
	}
	return slices.Concat(panelNames(), controls, settingNames())
})

// shown leaves of the figures what is to be shown; one of several panels may lose some.
func (v view) shown(figures []report.Figure) []report.Figure {
	var out []report.Figure
	for _, f := range figures {
		if len(f.Panels) > 1 {
			name := f.Whole()
			f.Panels = slices.DeleteFunc(slices.Clone(f.Panels), func(p report.Panel) bool {
				field := p.Lines[0].Field
				return slices.Contains(v.Hide, name) || slices.Contains(v.Hide, field) || !v.Shows(name) && !v.Shows(field)
			})
			if len(f.Panels) > 0 {
				out = append(out, f)
			}
		} else if v.Shows(f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// place is the address of the lab with an experiment in this view. The hash is a
// part of it: the experiment is the one whose curve it is.
func (v view) place(e spec.Experiment) string {
	path := labURL(e)
	if v.Embed {
		path = "/embed?" + e.Query()
	}
	return strings.Join(nonEmpty(path, v.Query, query("hash", v.hash)), "&")
}
