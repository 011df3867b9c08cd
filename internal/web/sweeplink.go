package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gradlab/experiments"
	"gradlab/internal/grid"
	"gradlab/internal/knob"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

// What a page shows of a sweep at most. Each run's records are read, and each point is
// a chart: more would be neither quick nor legible. lab sweep has no such bounds.
const (
	sweptRuns   = 240
	sweptPoints = 100
)

// sweepKeys are the keys of a sweep's query that are no settings.
var sweepKeys = []string{"preset", "metric", "across", "seeds", "grid"}

// A sweepView is what a link says of a sweep: the grid, and how it is shown.
type sweepView struct {
	preset string         // slug of the experiment that the grid begins with; empty: the defaults
	said   []spec.Setting // of the grid, as they were said
	metric string         // first field of a panel; empty: usualMetric
	across string         // key of the columns; empty: the last
	each   bool           // single seeds are drawn too
	grid   *grid.Grid     // nil where nothing has been said, or does not work
}

// sweepURL is the address of a sweep. Commas stay as people read them.
func sweepURL(settings []spec.Setting) string {
	return strings.TrimSuffix("/sweep?"+listed(settings), "?")
}

func listed(settings []spec.Setting) string {
	var pairs []string
	for _, s := range settings {
		pairs = append(pairs, s.Key, s.Value)
	}
	return query(pairs...)
}

// place is the address of what is shown; path may be that of a file.
func (v sweepView) place(path string) string {
	each := ""
	if v.each {
		each = "each"
	}
	return path + "?" + strings.Join(nonEmpty(query("preset", v.preset), listed(v.said), query("metric", v.metric, "across", v.across, "seeds", each)), "&")
}

// shelvedSweeps is how many sweeps are kept, by their queries: a page looks again every few
// seconds, and a grid of hundreds of runs takes some hundred milliseconds to read.
const shelvedSweeps = 16

// swept is readSweep, of what has not been read lately. What it gives is shared.
func (h *Handler) swept(raw string) (sweepView, error) {
	if v, known := h.sweeps.get(raw); known {
		return v, nil
	}
	v, err := readSweep(raw)
	if err == nil && v.grid != nil {
		h.sweeps.put(raw, v)
	}
	return v, err
}

// readSweep reads a link. The error is a problem of its grid or its view.
func readSweep(raw string) (v sweepView, err error) {
	settings, err := spec.ParseQuery(raw)
	if err != nil {
		return v, err
	}
	var bad knob.Errors
	for _, s := range settings {
		switch {
		case !slices.Contains(sweepKeys, s.Key):
			v.said = append(v.said, s)
		case s.Value == "" || s.Key == "grid":
		case s.Key == "preset":
			v.preset = s.Value
			if _, ok := experiments.Lookup(s.Value); !ok {
				bad = append(bad, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not one of", Range: strings.Join(experiments.Slugs(), ", "), Nearest: knob.Closest(s.Value, experiments.Slugs())})
			}
		case s.Key == "metric":
			v.metric = s.Value
			if _, ok := metricOf(s.Value); !ok {
				bad = append(bad, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not one of", Range: strings.Join(metricNames(), ", "), Nearest: knob.Closest(s.Value, metricNames())})
				v.metric = ""
			}
		case s.Key == "across":
			v.across = s.Value
		case s.Value == "each":
			v.each = true
		case s.Value != "band":
			bad = append(bad, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not one of", Range: "band, each"})
		}
	}
	if bad != nil {
		return v, bad
	}
	if len(v.said) == 0 && v.preset == "" {
		return v, nil
	}
	p, _ := experiments.Lookup(v.preset)
	g, err := grid.Read(p.Settings, v.said, sweptRuns, "this page")
	switch {
	case err != nil:
		return v, err
	case len(g.Points) > sweptPoints:
		return v, fmt.Errorf("the sweep has %d points (%s); this page has 1..%d", len(g.Points), strings.Join(g.Keys, " x "), sweptPoints)
	case v.across != "" && !slices.Contains(g.Keys, v.across):
		return v, &knob.Error{Key: "across", Value: v.across, Problem: "is not swept; what is, is", Range: strings.Join(g.Keys, ", "), Nearest: knob.Closest(v.across, g.Keys)}
	}
	v.grid = g
	return v, nil
}

// metricOf returns a figure that has the panel alone, by its first field.
func metricOf(field string) (report.Figure, bool) {
	for _, f := range report.Figures() {
		for _, p := range f.Panels {
			if p.Lines[0].Field == field && p.Axis == "" {
				f.Panels, f.Title = []report.Panel{p}, p.Title
				return f, true
			}
		}
	}
	return report.Figure{}, false
}

func metricNames() []string {
	var names []string
	for _, m := range metrics() {
		names = append(names, m.Lines[0].Field)
	}
	return names
}

// metrics are the panels whose curves go over steps.
func metrics() []report.Panel {
	var list []report.Panel
	for _, f := range report.Figures() {
		for _, p := range f.Panels {
			if p.Axis == "" {
				list = append(list, p)
			}
		}
	}
	return list
}

// sweepOfText is the address of a grid that was written into the form.
func sweepOfText(text string, r *http.Request) (string, error) {
	var v sweepView
	words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(text), "lab sweep "))
	if len(words) > 0 && !strings.Contains(words[0], "=") { // as on the command line
		v.preset, words = words[0], words[1:]
	}
	said, err := spec.ParseArgs(words)
	if err != nil {
		return "", err
	}
	v.said = said
	q := r.URL.Query()
	v.metric, v.across, v.each = q.Get("metric"), q.Get("across"), q.Get("seeds") == "each"
	if !slices.ContainsFunc(said, func(s spec.Setting) bool { return s.Key == v.across && strings.ContainsAny(s.Value, ",.") }) {
		v.across = "" // of the grid before
	}
	return v.place("/sweep"), nil
}
