package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"gradlab/experiments"
	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

// labPreview draws what a posted link to the lab shows: the curves of its runs, or
// where there are none its settings.
func (h *Handler) labPreview(w http.ResponseWriter, r *http.Request) error {
	settings, err := spec.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	_, settings, _ = takeView(settings)
	e, _ := lenient(settings)
	return h.preview(w, r, "", e, nil)
}

// runPreview draws what a posted link to a run shows.
func (h *Handler) runPreview(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	e, _, err := lenientLink(m.Spec)
	if err != nil {
		return err
	}
	return h.preview(w, r, "", e, &m)
}

// experimentPreview draws what a posted link to an experiment shows.
func (h *Handler) experimentPreview(w http.ResponseWriter, r *http.Request) error {
	slug := chi.URLParam(r, "slug")
	p, ok := experiments.Lookup(slug)
	if !ok {
		return noExperiment(slug)
	}
	return h.preview(w, r, p.Title, p.Experiment, nil)
}

// preview answers with the card of an experiment. Where only is not nil it is the
// run of the one lane.
func (h *Handler) preview(w http.ResponseWriter, r *http.Request, title string, e spec.Experiment, only *lab.Manifest) error {
	runs := make([]*lab.Manifest, len(e.Lanes))
	version := []any{h.started, title, e.Query()}
	known := true
	for i, s := range e.Lanes {
		if runs[i] = only; only == nil {
			runs[i] = h.runOf(s)
		}
		if known = known && runs[i] != nil && runs[i].Done > 0; known {
			version = append(version, runs[i].ID, runs[i].Attempt, runs[i].Done)
		}
	}
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // it is there for other sites
	tag, answered := fresh(w, r, version...)
	if answered {
		return nil
	}
	picture, ok := h.cards.get(tag)
	if !ok {
		c := report.Card{Title: title, Facts: facts(e, !known)}
		if title == "" {
			c.Title = headline(e)
		}
		for i, s := range e.Lanes {
			l := report.Lane{Letter: letter(i), Title: s.Method.Title}
			if known { // half a comparison would mislead
				steps, err := h.steps(r.Context(), *runs[i])
				if err != nil {
					return err
				}
				l = laneOf(i, *runs[i], steps)
				l.Title = s.Method.Title
			}
			c.Lanes = append(c.Lanes, l)
		}
		var b bytes.Buffer
		if err := h.turn(w, r, func() error { return report.DrawCard(&b, c) }); err != nil {
			return err
		}
		picture = b.Bytes()
		h.cards.put(tag, picture)
	}
	w.Header().Set("Content-Security-Policy", figurePolicy)
	w.Header().Set("Content-Type", report.PNG.ContentType())
	w.Write(picture)
	return nil
}

// headline names an experiment for a link that is posted: "SimCLR, BYOL on Fashion-MNIST".
func headline(e spec.Experiment) string {
	if len(e.Lanes) == 1 {
		return e.Lanes[0].Title()
	}
	var names []string
	for _, s := range e.Lanes {
		if n := s.Method.Title; len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ") + " on " + optionTitle(e.Lanes[0].Knobs(), "data")
}

// basics are the settings that a card names whether they are defaults or not, where
// it has room for them.
var basics = []string{"batch", "steps", "lr", "encoder", "projector.depth", "projector.width", "target", "seed"}

// facts are what is not a default in the first lane, and what is different in the others.
func facts(e spec.Experiment, room bool) []string {
	var list []string
	said := map[string]bool{}
	for i, s := range e.Lanes {
		prefix := ""
		if i > 0 {
			list = append(list, letter(i)+": "+s.Method.Title)
			prefix = letter(i) + ": "
		}
		for _, c := range chips(e, i) {
			list = append(list, prefix+c.Title+" "+c.Value)
			said[c.Key] = said[c.Key] || i == 0
		}
	}
	if !room {
		return list
	}
	knobs := e.Lanes[0].Knobs()
	for _, key := range basics {
		k := knobs.Lookup(key)
		if k == nil || said[key] {
			continue
		}
		value := k.Value()
		if k.Kind == knob.Choice {
			value = optionOf(k, value)
		}
		list = append(list, k.Title+" "+value)
	}
	return list
}

// shelvedCards is how many pictures are kept, some 40 kB each: sites that show previews ask
// for the same one again and again, without saying what they have.
const shelvedCards = 64
