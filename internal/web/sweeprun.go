package web

import (
	"errors"
	"fmt"
	"net/http"

	"gradlab/internal/grid"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// runSweep starts what of a sweep is missing here and leads to its page, which shows it come. Each
// run is a submission of its own, as those of lab sweep are: it counts in its visitor's quota, takes
// turns, and goes on without viewers. Where the quota ends, the page says how many were taken
// and why no more; the same request later finds these, and asks for the rest.
func (h *Handler) runSweep(w http.ResponseWriter, r *http.Request) error {
	v, err := h.swept(r.URL.RawQuery)
	switch {
	case err != nil:
		return asSweepProblem(err)
	case v.grid == nil:
		return badRequest("The query of a sweep is its grid, such as projector.depth=1,2,3&seed=1..5.")
	}
	runs, _ := h.runsOf(v.grid)
	wanted := wantedOf(v.grid, runs)
	taken := 0
	if err = h.planPoints(v.grid, wanted); err == nil {
		taken, err = h.begin(r, wanted)
	}
	if err != nil {
		return h.sweepRefused(w, r, v, err, taken, len(wanted)-taken)
	}
	h.greet(w, r)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, v.place("/sweep"), http.StatusSeeOther)
	return nil
}

// wantedOf are the missing runs of a grid, each once: the first seed of every point, then the
// second of each, so that a part of them is something to be seen in every chart.
func wantedOf(g *grid.Grid, runs map[*grid.Run]*lab.Manifest) []*grid.Run {
	var list []*grid.Run
	listed := map[*grid.Run]bool{}
	for seed, more := 0, true; more; seed++ {
		more = false
		for _, p := range g.Points {
			if seed >= len(p.Runs) {
				continue
			}
			more = true
			if of := p.Runs[seed]; missing(runs[of]) && !listed[of] {
				listed[of], list = true, append(list, of)
			}
		}
	}
	return list
}

// planPoints checks that all of the runs can be computed here, before the first one is started. The
// error names the point. Seeds do not change what a run costs.
func (h *Handler) planPoints(g *grid.Grid, wanted []*grid.Run) error {
	among := map[*grid.Run]bool{}
	for _, of := range wanted {
		among[of] = true
	}
	for _, p := range g.Points {
		for _, of := range p.Runs {
			if !among[of] {
				continue
			}
			err := h.plan(spec.Experiment{Lanes: []spec.Spec{of.Spec}})
			if err == nil {
				_, err = h.lab.ID(of.Spec) // which needs the images
			}
			switch {
			case err != nil && len(g.Keys) > 0:
				return fmt.Errorf("%s: %w", p.Name(g.Keys), err)
			case err != nil:
				return err
			}
			break
		}
	}
	return nil
}

// begin asks the lab for runs, one by one, until it has all or refuses one, and returns how many it
// has taken.
func (h *Handler) begin(r *http.Request, wanted []*grid.Run) (taken int, err error) {
	asked := h.submission(r)
	asked.Keep = true
	for _, of := range wanted {
		if _, err := h.lab.Compare(r.Context(), []spec.Spec{of.Spec}, asked); err != nil {
			return taken, err
		}
		taken++
	}
	return taken, nil
}

// sweepRefused answers a request for runs of which some were not taken: the sweep's page, with what
// is under way, and why the rest is not.
func (h *Handler) sweepRefused(w http.ResponseWriter, r *http.Request, v sweepView, refused error, taken, left int) error {
	p := asProblem(refused)
	var later *lab.Refused
	errors.As(refused, &later)
	if !wantsPage(r) || later == nil && p.status != http.StatusUnprocessableEntity {
		return refused
	}
	page := h.sweepPage(r, v)
	runs, _ := h.runsOf(v.grid)
	table, err := h.table(w, r, v, runs)
	if err != nil {
		return err
	}
	page.Sweep = table
	page.Started = &templates.SweepStarted{Refusal: templates.Refusal{Title: p.title, Text: p.message}, Taken: taken, Left: left}
	w.Header().Set("Cache-Control", "no-store")
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter(later))
	}
	h.page(w, r, p.status, templates.SweepPage(page))
	return nil
}
