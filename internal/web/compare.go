package web

import (
	"context"
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

// compare answers how far two runs agree about the same held-out images, at the
// steps from `from` on.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	answer := comparison{Runs: [2]string{chi.URLParam(r, "id"), chi.URLParam(r, "other")}}
	from, err := step(r, "from", 0)
	if err != nil {
		return err
	}
	var specs [2]spec.Spec
	var runs [2]lab.Manifest
	for i, id := range answer.Runs {
		m, ok := h.lab.Run(id)
		if !ok {
			return lab.ErrUnknown
		}
		e, _, err := lenientLink(m.Spec)
		if err != nil {
			return err
		}
		runs[i], specs[i] = m, e.Lanes[0]
	}
	a, b := specs[0], specs[1]
	switch {
	case a.Data != b.Data:
		return &problem{http.StatusUnprocessableEntity, "These runs cannot be compared",
			"data: one has seen " + a.Data + " and the other " + b.Data + "; runs are compared by what they make of the same images."}
	case !engine.Comparable(a, b):
		return &problem{http.StatusUnprocessableEntity, "These runs cannot be compared",
			"probe.knn: 0 leaves out the images by which runs are compared; both need it above 0."}
	}
	until := min(runs[0].Done, runs[1].Done)
	from = max(from, until-comparedSteps*max(a.Probe.KNN, b.Probe.KNN)) // what lies further back would not be compared
	err = h.turn(w, r, func() error {
		var steps [2][]record.Step
		for i, m := range runs {
			var err error
			if steps[i], err = h.measured(r.Context(), m.ID, from, until); err != nil {
				return err
			}
		}
		answer.Steps = engine.Compare(steps[0], steps[1], comparedSteps)
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	h.json(w, r, http.StatusOK, answer)
	return nil
}

// measured returns those of the steps from..until-1 of a run at which the held-out
// images were looked at: of a long run the others would fill the memory.
func (h *Handler) measured(ctx context.Context, id string, from, until int) ([]record.Step, error) {
	var list []record.Step
	err := h.follow(ctx, id, from, until, func(steps []record.Step) error {
		for _, s := range steps {
			if s.Has&record.EachKNN != 0 {
				list = append(list, s)
			}
		}
		return nil
	})
	return list, err
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
