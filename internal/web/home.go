package web

import (
	"net/http"

	"gradlab/internal/lab"
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
		Moving: h.moving(),
	}
	for _, f := range families(spec.Experiment{Lanes: []spec.Spec{spec.Default()}}) {
		v.Methods = append(v.Methods, f.Methods...)
	}
	h.page(w, r, http.StatusOK, templates.HomePage(v))
	return nil
}

// worthWatching is how many steps of a run make a picture.
const worthWatching = 20

// moving returns the run that the first page plays: one that is being trained
// now, or else the newest that has something to show.
func (h *Handler) moving() *templates.Moving {
	var best *lab.Manifest
	for _, m := range h.lab.Runs() {
		if m.Done < worthWatching {
			continue
		}
		if m.State == lab.Running {
			best = &m
			break
		}
		if best == nil {
			best = &m
		}
	}
	if best == nil {
		return nil
	}
	settings, err := spec.ParseQuery(best.Spec)
	if err != nil {
		return nil
	}
	e, _ := lenient(settings)
	s := e.Lanes[0]
	v := &templates.Moving{
		Title:   titleOf(s),
		Text:    "Each step's gradient, read at the projector's output: what pulls an image's two views together, and what pushes it from the others.",
		URL:     labURL(e),
		Records: runURL(best.ID) + "/records?wait=0",
		Live:    best.State == lab.Running,
		Figure:  runURL(best.ID) + "/figures/norms.svg",
		Schema:  best.Schema,
		Steps:   best.Steps,
	}
	if v.Live {
		v.Records = runURL(best.ID) + "/records?from=0"
	}
	return v
}

// titleOf names a run in a few words: "SimCLR on Fashion-MNIST".
func titleOf(s spec.Spec) string { return s.Method.Title + " on " + optionTitle(s.Knobs(), "data") }
