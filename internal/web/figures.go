package web

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	runs, ids := []lab.Manifest{m}, []string{m.ID}
	version := []any{m.Attempt, m.Done}
	for _, id := range r.URL.Query()["with"] {
		m, ok := h.lab.Run(id)
		if !ok {
			return lab.ErrUnknown
		}
		runs, ids, version = append(runs, m), append(ids, m.ID), append(version, m.Attempt, m.Done)
		if len(runs) > spec.MaxLanes {
			return badRequest("A figure compares %d runs at most.", spec.MaxLanes)
		}
	}
	at, err := step(r, "step", math.MaxInt32-1)
	if err != nil {
		return err
	}
	return h.draw(w, r, ids, append(version, at), func(f report.Figure) ([]report.Lane, error) {
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
		introduce(lanes, runs)
		return lanes, nil
	})
}

// introduce says about lanes what the page does: of those of one kin, which are alone, the images and what
// is not a default, and where there are others what these say beside the first. Kin share what is said.
func introduce(lanes []report.Lane, runs []lab.Manifest) {
	var e spec.Experiment
	var of [][]int // the lanes of each
	for i, l := range lanes {
		k := slices.IndexFunc(of, func(some []int) bool { return lanes[some[0]].Kin == l.Kin })
		if k >= 0 {
			of[k] = append(of[k], i)
			continue
		}
		one, _, err := lenientLink(runs[i].Spec) // an old run's settings may be out of today's bounds
		if err != nil || len(one.Lanes) == 0 {
			return
		}
		e.Lanes, of = append(e.Lanes, one.Lanes[0]), append(of, []int{i})
	}
	for k, some := range of {
		var parts []string
		if len(of) == 1 {
			parts = append(parts, "on "+optionTitle(e.Lanes[0].Knobs(), "data"))
		}
		for _, c := range chips(e, k) {
			if len(of) == 1 && c.Key == "data" || len(of) > 1 && k == 0 || len(some) > 1 && c.Key == "seed" {
				continue
			}
			parts = append(parts, c.Title+" "+c.Value)
		}
		for _, i := range some {
			lanes[i].About = parts
		}
	}
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

// draw answers with the figure that the address names, of the runs that a file of it is named after.
// The version tells pictures of more records from those of fewer.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, runs []string, version []any, lanes func(report.Figure) ([]report.Lane, error)) error {
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

	if _, answered := fresh(w, r, h.started, name, format, theme.Name, v.Hide, f.Each, runs, version); answered { // another program may draw differently
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
	how := "inline" // has a name where somebody keeps it, and is looked at where not
	if format == report.CSV {
		how = "attachment"
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("%s; filename=%q", how, figureFile(r, f, runs, theme, format)))
	w.Write(b.Bytes())
	return nil
}

// figureFile is the name that tells a file from those of other runs, of fewer of them, of another step, and of the other kinds.
func figureFile(r *http.Request, f report.Figure, runs []string, theme palette.Theme, format report.Format) string {
	parts := append([]string{"gradlab", f.Name}, runs...)
	if at, err := step(r, "step", -1); f.Frame != "" && err == nil && at >= 0 {
		parts = append(parts, fmt.Sprint("step-", at))
	}
	if f.Each {
		parts = append(parts, "seeds")
	}
	if theme.Name != palette.Light.Name {
		parts = append(parts, theme.Name)
	}
	return strings.Join(parts, "-") + "." + string(format)
}

// letter names lane number i, as people read it.
func letter(i int) string { return string(rune('A' + i)) }
