package web

import (
	"log/slog"
	"net/http"

	"gradlab/experiments"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// home answers with the first page: the experiments, and a run that moves.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) error {
	v := templates.Home{
		Page: templates.Page{
			Description: "A laboratory for the gradients of siamese self-supervised learning: train small networks live and see what pulls and what pushes.",
			Canonical:   "/", Assets: h.assets.links,
		},
		Moving:      h.moving(),
		Experiments: cards(),
	}
	for _, f := range families(nil) {
		for _, m := range f.Methods {
			e, _ := lenient([]spec.Setting{{Key: "method", Value: m.Name}})
			m.URL = labURL(e)
			v.Methods = append(v.Methods, m)
		}
	}
	h.page(w, r, http.StatusOK, templates.HomePage(v))
	return nil
}

// worthWatching is how many steps of a run make a picture.
const worthWatching = 20

// moving returns what the first page plays: a run that is being trained now, or
// else the one that comes with the program.
func (h *Handler) moving() *templates.Moving {
	for _, m := range h.lab.Runs() {
		if m.State == lab.Running && m.Done >= worthWatching {
			v := movingView(m.Spec, m.Schema, m.Steps)
			v.Live, v.Records, v.Figure = true, runURL(m.ID)+"/records?from=0", runURL(m.ID)+"/figures/norms.svg"
			return v
		}
	}
	f, _, err := experiments.Recorded(firstRecorded)
	if err != nil { // it is tested; a page without it is better than none
		h.log.Error("the recorded run cannot be read", slog.Any("error", err))
		return nil
	}
	v := movingView(f.Spec, f.Schema, len(f.Steps))
	v.Records, v.Figure = recordedURL(firstRecorded)+"/records", recordedURL(firstRecorded)+"/figures/norms.svg"
	return v
}

func movingView(query string, schema record.Schema, steps int) *templates.Moving {
	e, _, _ := lenientLink(query) // of a run that took place
	return &templates.Moving{
		Title:  e.Lanes[0].Title(),
		Text:   "Each step's gradient, read at the projector's output: what pulls the two views of an image together, and what pushes them away from the others.",
		URL:    labURL(e),
		Schema: schema,
		Steps:  steps,
	}
}
