package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/engine"
	"gradlab/internal/grid"
	"gradlab/internal/lab"
	"gradlab/internal/palette"
	"gradlab/internal/report"
	"gradlab/templates"
)

// sweep answers with the small multiples of a sweep: what of it has been computed here. It
// starts nothing, which is for runSweep. A grid from the form is led to its own address.
func (h *Handler) sweep(w http.ResponseWriter, r *http.Request) error {
	var v sweepView
	var err error
	if text := r.URL.Query().Get("grid"); text != "" {
		var to string
		if to, err = sweepOfText(text, r); err == nil {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
	} else {
		v, err = h.swept(r.URL.RawQuery)
	}
	page := h.sweepPage(r, v)
	status := http.StatusOK
	switch {
	case err != nil && !wantsPage(r):
		return asSweepProblem(err)
	case err != nil:
		status = http.StatusUnprocessableEntity
		page.Problems = strings.Split(err.Error(), "\n")
		w.Header().Set("Cache-Control", "no-store")
	case v.grid != nil:
		runs, version := h.runsOf(v.grid)
		if _, answered := fresh(w, r, h.started, absolute(r, r.URL.RawQuery), version); answered {
			return nil
		}
		if page.Sweep, err = h.table(w, r, v, runs); err != nil {
			return err
		}
	}
	h.page(w, r, status, templates.SweepPage(page))
	return nil
}

// table describes the table of a sweep, when it is its turn to be drawn.
func (h *Handler) table(w http.ResponseWriter, r *http.Request, v sweepView, runs map[*grid.Run]*lab.Manifest) (s *templates.Sweep, err error) {
	m, err := h.matrix(r, v, runs)
	if err != nil {
		return nil, err
	}
	err = h.turn(w, r, func() error { s = sweptView(v, absolute(r, ""), m, runs); return nil })
	return s, err
}

// asSweepProblem gives an error of a grid its status: it names settings, but may be of many points.
func asSweepProblem(err error) error {
	if p := asProblem(err); p.status != http.StatusInternalServerError {
		return err
	}
	return &problem{http.StatusUnprocessableEntity, "This sweep does not work", err.Error()}
}

// runsOf looks up what of a grid has been run here, and returns what changes when it goes on.
func (h *Handler) runsOf(g *grid.Grid) (map[*grid.Run]*lab.Manifest, []any) {
	runs := map[*grid.Run]*lab.Manifest{}
	var version []any
	for _, p := range g.Points {
		for _, of := range p.Runs {
			if _, known := runs[of]; known {
				continue
			}
			m := h.runOf(of.Spec)
			runs[of] = m
			if m != nil {
				version = append(version, m.ID, m.Attempt, m.Done, m.State)
			} else {
				version = append(version, "")
			}
		}
	}
	return runs, version
}

// matrix reads the records of a grid's runs.
func (h *Handler) matrix(r *http.Request, v sweepView, runs map[*grid.Run]*lab.Manifest) (report.Matrix, error) {
	f, ok := metricOf(v.metric)
	if !ok {
		f, _ = metricOf(usualMetric(v.grid))
	}
	f.Each = v.each
	t := v.grid.Table(v.across)
	m := report.Matrix{Figure: f, Keys: v.grid.Keys}
	for _, column := range t.Columns {
		m.Columns = append(m.Columns, strings.TrimPrefix(t.Across+"="+column, "="))
	}
	lanes := map[*grid.Run]report.Lane{}
	for i, row := range t.Cells {
		m.Rows = append(m.Rows, t.RowName(i))
		var cells []report.MatrixCell
		for _, p := range row {
			c := report.MatrixCell{Name: p.Name(v.grid.Keys), Values: p.Values, Ended: true}
			for _, of := range p.Runs {
				c.Ended = c.Ended && runs[of] != nil && runs[of].State.Ended()
				if runs[of] == nil {
					continue
				}
				l, read := lanes[of]
				if !read {
					steps, err := h.steps(r.Context(), *runs[of])
					if err != nil {
						return m, err
					}
					for i := range steps { // hundreds of runs of which a number a step is wanted
						steps[i].Frames = nil
					}
					l = laneOf(0, *runs[of], steps)
					lanes[of] = l
				}
				c.Lanes = append(c.Lanes, l)
			}
			cells = append(cells, c)
		}
		m.Cells = append(m.Cells, cells)
	}
	return m, nil
}

// usualMetric is what a sweep is looked at for unless something is asked for: what the
// neighbours say, where the runs ask them.
func usualMetric(g *grid.Grid) string {
	if first := g.Points[0].Runs[0].Spec; engine.Schema(first).Index("knn_accuracy") >= 0 {
		return "knn_accuracy"
	}
	return "loss"
}

// sweepFigure answers with the whole table as a file.
func (h *Handler) sweepFigure(w http.ResponseWriter, r *http.Request) error {
	v, err := h.swept(r.URL.RawQuery)
	switch {
	case err != nil:
		return asSweepProblem(err)
	case v.grid == nil:
		return badRequest("The query of a sweep's figure is its grid, such as projector.depth=1,2,3&seed=1..5.")
	}
	theme := palette.Light
	format := report.Format(chi.URLParam(r, "format"))
	runs, version := h.runsOf(v.grid)
	if _, answered := fresh(w, r, h.started, r.URL.RawQuery, format, version); answered {
		return nil
	}
	m, err := h.matrix(r, v, runs)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := h.turn(w, r, func() error { return m.Draw(&b, format, theme) }); err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", figurePolicy)
	w.Header().Set("Content-Type", format.ContentType())
	if format == report.CSV {
		w.Header().Set("Content-Disposition", `attachment; filename="gradlab-sweep.csv"`)
	}
	w.Write(b.Bytes())
	return nil
}
