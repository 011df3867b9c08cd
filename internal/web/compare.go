package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// comparedSteps is how many steps one answer compares at most: a second of computing.
const comparedSteps = 256

// comparison answers a program that compares two runs.
type comparison struct {
	Runs  [2]string      `json:"runs"`
	Steps []engine.Alike `json:"steps"` // the last ones at which both have been measured so far
}

// compare answers how far two runs agree about the same held-out images.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	answer := comparison{Runs: [2]string{chi.URLParam(r, "id"), chi.URLParam(r, "other")}}
	var specs [2]spec.Spec
	var steps [2][]record.Step
	for i, id := range answer.Runs {
		m, ok := h.lab.Run(id)
		if !ok {
			return lab.ErrUnknown
		}
		e, _, err := lenientLink(m.Spec)
		if err != nil {
			return err
		}
		specs[i] = e.Lanes[0]
		if steps[i], err = h.steps(r.Context(), m); err != nil {
			return err
		}
	}
	switch a, b := specs[0], specs[1]; {
	case a.Data != b.Data:
		return &problem{http.StatusUnprocessableEntity, "These runs cannot be compared",
			"data: one has seen " + a.Data + " and the other " + b.Data + "; runs are compared by what they make of the same images."}
	case !engine.Comparable(a, b):
		return &problem{http.StatusUnprocessableEntity, "These runs cannot be compared",
			"probe.knn: 0 leaves out the images by which runs are compared; both need it above 0."}
	}
	err := h.turn(w, r, func() error { answer.Steps = engine.Compare(steps[0], steps[1], comparedSteps); return nil })
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	h.json(w, r, http.StatusOK, answer)
	return nil
}

// alike says in words how far a lane agrees with the first one; "" where that is
// not known.
func alike(first, steps []record.Step) string {
	last := engine.Compare(first, steps, 1)
	if len(last) == 0 {
		return ""
	}
	return templates.Agreement(letter(0), last[0].CKA, last[0].Overlap, last[0].Step)
}
