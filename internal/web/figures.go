package web

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/lab"
	"gradlab/internal/palette"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

// figurePolicy lets a picture hold a picture, as an SVG does with a large heatmap, and nothing else.
const figurePolicy = "default-src 'none'; img-src data:; frame-ancestors 'none'"

// figure draws a picture of a run's records, or tells its numbers; with=ID,
// repeated, draws others beside it, theme=dark on dark paper. step=N shows matrices
// as they stood then; curves have all their steps anyway. hide= leaves out panels. Runs
// that differ in the seed only are drawn as a band, with seeds=each the single ones too.
func (h *Handler) figure(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	runs := []lab.Manifest{m}
	version := []any{m.ID, m.Attempt, m.Done}
	for _, id := range r.URL.Query()["with"] {
		m, ok := h.lab.Run(id)
		if !ok {
			return lab.ErrUnknown
		}
		runs, version = append(runs, m), append(version, m.ID, m.Attempt, m.Done)
		if len(runs) > spec.MaxLanes {
			return badRequest("A figure compares %d runs at most.", spec.MaxLanes)
		}
	}
	at, err := step(r, "step", math.MaxInt32-1)
	if err != nil {
		return err
	}
	return h.draw(w, r, append(version, at), func(f report.Figure) ([]report.Lane, error) {
		lanes := make([]report.Lane, len(runs))
		for i, m := range runs {
			steps, err := h.steps(r.Context(), m)
			if err != nil {
				return nil, err
			}
			lanes[i] = laneOf(i, m, steps)
			if f.Frame != "" {
				lanes[i] = lanes[i].Until(at)
			}
		}
		return lanes, nil
	})
}

// laneOf is a run as lane number i of a figure. Its kin is its query but for the seed,
// which is canonical.
func laneOf(i int, m lab.Manifest, steps []record.Step) report.Lane {
	l := report.Lane{Letter: letter(i), Title: m.Title, Schema: m.Schema, Steps: steps}
	if said, err := url.ParseQuery(m.Spec); err == nil {
		l.Seed = cmp.Or(said.Get("seed"), usualSeed())
		said.Del("seed")
		l.Kin = said.Encode()
	}
	return l
}

// usualSeed is the one that a link leaves out.
var usualSeed = sync.OnceValue(func() string { return strconv.FormatUint(spec.Default().Seed, 10) })

// draw answers with the figure that the address names. The version tells
// pictures of more records from those of fewer.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, version []any, lanes func(report.Figure) ([]report.Lane, error)) error {
	name, format := chi.URLParam(r, "name"), report.Format(chi.URLParam(r, "format"))
	f, ok := report.Lookup(name)
	if !ok {
		return report.ErrUnknown
	}
	v, _, errs := takeView([]spec.Setting{{Key: "hide", Value: r.URL.Query().Get("hide")}})
	if len(errs) > 0 {
		return errs
	}
	if left := v.shown([]report.Figure{f}); len(left) > 0 { // to hide all of it means to hide nothing
		f = left[0]
	}
	switch seeds := r.URL.Query().Get("seeds"); seeds {
	case "", "band":
	case "each":
		f.Each = true
	default:
		return badRequest("seeds: %.40q is not one of band, each.", seeds)
	}
	theme := palette.Light
	switch t := r.URL.Query().Get("theme"); t {
	case "", palette.Light.Name:
	case palette.Dark.Name:
		theme = palette.Dark
	default:
		return badRequest("theme: %.40q is not one of light, dark.", t)
	}

	if _, answered := fresh(w, r, h.started, name, format, theme.Name, v.Hide, f.Each, version); answered { // another program may draw differently
		return nil
	}
	data, err := lanes(f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := h.turn(w, r, func() error { return f.Draw(&b, format, theme, data) }); err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", figurePolicy)
	w.Header().Set("Content-Type", format.ContentType())
	if format == report.CSV {
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "gradlab-"+name+".csv"))
	}
	w.Write(b.Bytes())
	return nil
}

// letter names lane number i, as people read it.
func letter(i int) string { return string(rune('A' + i)) }
