package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// longest is how many characters a link may have: chat programs and mail cut what
// is longer. Whoever needs more makes a short link.
const longest = 1500

// shareView is what the panel Share has for an experiment in a view. runs and steps are
// those of the lanes; nil where a lane has not been run here.
func (h *Handler) shareView(r *http.Request, v view, e spec.Experiment, runs []*lab.Manifest, steps [][]record.Step) templates.Share {
	if v.Embed { // what leads out of a frame leads to the whole
		v.Lesson = templates.Lesson{}
	}
	if made := witnesses(runs, steps); made != nil { // or the hash stays that of the link
		v.witnesses = made
	}
	bare := v
	bare.hash = ""
	v.hash = hashes(v.witnesses)
	place := v.place(e)
	if len(absolute(r, place)) > longest { // checks first: whether it is the same curve matters more than where it differs
		v.witnesses = slices.Clone(v.witnesses)
		for i := range v.witnesses {
			v.witnesses[i] = v.witnesses[i].Short()
		}
		v.hash = hashes(v.witnesses)
		place = v.place(e)
	}
	if len(absolute(r, place)) > longest {
		place = bare.place(e)
	}
	presents := bare
	presents.Theme = templates.Projector
	presents.Query = presents.lesson()
	s := templates.Share{
		Link:     absolute(r, place),
		Presents: absolute(r, presents.place(e)),
		Longest:  longest,
		Command:  e.Command(),
		Embed:    absolute(r, "/embed?"+e.Query()),
		Settings: e.Settings(),
		Lessons:  true,
		Hash:     v.hash,
		Lesson:   v.Lesson,
		Panels:   tickable(),
		Knobs:    knobParts(e.Lanes[len(e.Lanes)-1]),
	}
	for i, m := range runs {
		if m == nil {
			continue
		}
		c := citation(*m, e.Lanes[i].Title(), absolute(r, labURL(spec.Experiment{Lanes: e.Lanes[i : i+1]})))
		if c.URL = runURL(m.ID); len(e.Lanes) > 1 {
			c.Letter = letter(i)
		}
		s.Citations = append(s.Citations, c)
	}
	if len(s.Citations) == 0 {
		s.Citations = append(s.Citations, program(r, time.Now().Year()))
	}
	return s
}

// witnesses are those of runs that have all ended; they stand in the order of the
// lanes, so none may be missing.
func witnesses(runs []*lab.Manifest, steps [][]record.Step) []record.Witness {
	var list []record.Witness
	for i, m := range runs {
		if m == nil || m.CurveHash == "" || len(steps[i]) == 0 {
			return nil
		}
		list = append(list, record.NewWitness(m.Engine, m.Class, m.Schema, steps[i]))
	}
	return list
}

// tickable are the figures, panels and parts that a lesson may hide.
func tickable() []templates.Part {
	var list []templates.Part
	for _, f := range report.Figures() {
		if len(f.Panels) < 2 {
			list = append(list, templates.Part{Name: f.Name, Title: f.Title})
			continue
		}
		for _, p := range f.Panels {
			list = append(list, templates.Part{Name: p.Lines[0].Field, Title: p.Title})
		}
	}
	return append(list, templates.Parts...)
}

// knobParts are the settings of the form that a lesson may hide or lock.
func knobParts(s spec.Spec) []templates.Part {
	list := []templates.Part{{Name: "method", Title: "Method"}}
	for _, k := range s.Knobs().All() {
		if k.Name != "method" && k.Name != "v" && k.Name != "at" {
			list = append(list, templates.Part{Name: k.Name, Title: k.Title})
		}
	}
	return list
}

// readLink reads a link of the lab: the view, the nearest valid experiment, and
// what is to be said about both.
func readLink(query string) (view, spec.Experiment, []note) {
	settings, unread := spec.ParseQuery(query)
	v, settings, bad := takeView(settings)
	e, notes := lenient(settings)
	for _, k := range bad {
		notes = append(notes, note{k.Key, k.Error() + "."})
	}
	if unread != nil { // not even key=value
		notes = append(notes, note{"", unread.Error()})
	}
	if n := len(v.witnesses); n > len(e.Lanes) {
		notes = append(notes, note{"hash", "hash: the link has more curve hashes than lanes; the last ones are left out."})
		v.witnesses = v.witnesses[:len(e.Lanes)]
		v.hash = hashes(v.witnesses)
	}
	return v, e, notes
}

// onRun is the address of a run's page in this view.
func (v view) onRun(id string) string {
	path := runURL(id)
	if q := strings.Join(nonEmpty(v.Query, query("hash", v.hash)), "&"); q != "" {
		path += "?" + q
	}
	return path
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
