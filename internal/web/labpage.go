package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// tableRows is how many rows a table on a page has at most; the CSV has them all.
const tableRows = 31

// labPage answers with the lab: the settings as a form and what is known of
// their runs. Settings that do not work become the nearest that do, with a
// notice each. It starts nothing.
func (h *Handler) labPage(w http.ResponseWriter, r *http.Request) error {
	v, e, notes := readLink(r.URL.RawQuery)
	page, err := h.labView(r, v, e, notes, nil)
	if err != nil {
		return err
	}
	h.page(w, r, http.StatusOK, templates.LabPage(page))
	return nil
}

// redraw answers a submission that was refused: the same form with what is
// wrong at each field, or when to come again. Nothing was started.
func (h *Handler) redraw(w http.ResponseWriter, r *http.Request, view view, settings []spec.Setting, refused error) error {
	e, notes := lenient(settings)
	p := asProblem(refused)
	var later *lab.Refused
	errors.As(refused, &later)
	if len(notes) == 0 && later == nil { // each setting is fine, but together they are too much
		for _, a := range apiErrors(refused) {
			key := ""
			if a.Error != nil {
				key = a.Error.Key
			}
			notes = append(notes, note{key, a.Message})
		}
	}
	v, err := h.labView(r, view, e, notes, nil)
	if err != nil {
		return err
	}
	if v.Invalid = later == nil; later != nil {
		v.Refusal = &templates.Refusal{Title: p.title, Text: p.message}
	}
	w.Header().Set("Cache-Control", "no-store")
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter(later))
	}
	if view.Embed {
		h.framed(w, r, p.status, v)
		return nil
	}
	h.page(w, r, p.status, templates.LabPage(v))
	return nil
}

// runPage answers with the lab as it stands for one run.
func (h *Handler) runPage(w http.ResponseWriter, r *http.Request, m lab.Manifest) error {
	e, notes, err := lenientLink(m.Spec) // an old run's settings may be out of today's bounds
	if err != nil {
		return err
	}
	view, _, said := readLink(r.URL.RawQuery) // settings in it do not count: the run has its own
	for _, n := range said {
		if slices.Contains(viewKeys, n.key) {
			notes = append(notes, n)
		}
	}
	v, err := h.labView(r, view, e, notes, &m)
	if err != nil {
		return err
	}
	v.Page.Canonical, v.Page.Picture = runURL(m.ID), absolute(r, runURL(m.ID)+"/preview.png")
	h.page(w, r, http.StatusOK, templates.LabPage(v))
	return nil
}

// labView describes the lab in a view. Where only is not nil it is the run of the one
// lane; otherwise each lane's run is looked up by its settings.
func (h *Handler) labView(r *http.Request, view view, e spec.Experiment, notes []note, only *lab.Manifest) (templates.Lab, error) {
	last := len(e.Lanes) - 1
	s := e.Lanes[last]
	title := e.Title()
	v := templates.Lab{
		Page: templates.Page{
			Title:       title,
			Description: "The positive and the negative gradient of " + s.Method.Title + ", live: " + title + ".",
			Canonical:   labURL(e),
			Picture:     absolute(r, "/preview.png?"+e.Query()),
			Theme:       view.Theme,
			Assets:      h.assets.links,
		},
		Title:    title,
		Form:     formView(e, notes, view.Lesson),
		Method:   methodView(s),
		Diagram:  diagramView(s),
		Switches: switches(e, view.Lesson),
		Lesson:   view.Lesson,
		Address:  view.place(e),
		Figures:  figureViews(view.shown(report.Figures())),
		Stages:   stages(s),
	}
	v.Story = story(e, v.Figures)
	for _, n := range notes {
		v.Notices = append(v.Notices, templates.Notice{Key: n.key, Text: n.text})
	}
	runs := make([]*lab.Manifest, len(e.Lanes))
	for i, s := range e.Lanes {
		if runs[i] = only; only == nil {
			runs[i] = h.runOf(s)
		}
	}
	v.Cost = h.costView(r, s, runs)
	if !slices.ContainsFunc(runs, func(m *lab.Manifest) bool { return m != nil }) && !view.Embed && (view.Told || len(view.Hide)+len(view.Show)+len(view.Lock) == 0) {
		v.Recorded = recording(e)
	}
	var ids []string
	var drawn []report.Lane
	all := make([][]record.Step, len(e.Lanes)) // the records of each lane
	for i, s := range e.Lanes {
		lane := templates.Lane{
			Letter: letter(i), Title: s.Method.Title, Query: s.Query(), Settings: s.Settings(), Resolved: s.Resolved(), Chips: chips(e, i), Tries: engine.Remedies(s, s.Length()),
		}
		lane.Classes, _ = h.lab.Classes(s) // whose images are missing has no run here either
		if m := runs[i]; m != nil {
			steps, err := h.steps(r.Context(), *m)
			if err != nil {
				return templates.Lab{}, err
			}
			all[i] = steps
			if i > 0 && engine.Comparable(e.Lanes[0], s) {
				lane.Alike = alike(all[0], steps)
			}
			if m.State.Ended() {
				lane.Tries = engine.Remedies(s, m.Done)
			}
			data := laneOf(i, *m, steps)
			lane.Run, lane.Table = runView(*m, s, data), tableView(data, view)
			ids, drawn = append(ids, m.ID), append(drawn, data)
		}
		if i < len(view.witnesses) {
			lane.Verdict = verdictOf(view.witnesses[i], runs[i], all[i])
		}
		v.Lanes = append(v.Lanes, lane)
	}
	for g, lanes := range e.Groups() {
		without := without(view, e, lanes)
		for _, i := range lanes {
			v.Lanes[i].Group, v.Lanes[i].Without = g, without
			v.Lanes[i].Alone = view.of(spec.Experiment{Lanes: e.Lanes[i : i+1]})
		}
	}
	v.Form.Seeds, v.Form.Sweep = seedChoices(view, e), sweepOf(s)
	v.Share = h.shareView(r, view, e, runs, all)
	for i := range v.Lanes {
		if v.Lanes[i].Run != nil { // one picture shows all lanes
			v.Lanes[i].Run.Figures = pictures(view, ids, drawn)
			break
		}
	}
	return v, nil
}

// without is the address of the page in a view without some lanes, empty where none is left.
// The hash of a link is that of other lanes.
func without(v view, e spec.Experiment, lanes []int) string {
	var rest spec.Experiment
	for i, s := range e.Lanes {
		if !slices.Contains(lanes, i) {
			rest.Lanes = append(rest.Lanes, s)
		}
	}
	if len(rest.Lanes) == 0 {
		return ""
	}
	return v.of(rest)
}

// of is the address of other lanes in the same view: what a link says of curves is of the page's own.
func (v view) of(e spec.Experiment) string {
	v.witnesses, v.hash = nil, ""
	return v.place(e)
}

// runOf returns the run of these settings, or nil where there is none here.
func (h *Handler) runOf(s spec.Spec) *lab.Manifest {
	id, err := h.lab.ID(s)
	if err != nil {
		return nil // its images are missing; submitting it says so
	}
	m, ok := h.lab.Run(id)
	if !ok {
		return nil
	}
	return &m
}

// pictures are the server's figures of runs on the same axes, the first one's
// address with the others beside it.
func pictures(v view, ids []string, lanes []report.Lane) []templates.ServerPicture {
	var list []templates.ServerPicture
	for _, f := range v.shown(report.Figures()) {
		q := url.Values{"with": ids[1:]}
		if hidden := hiddenPanels(v, f.Name); hidden != "" {
			q.Set("hide", hidden)
		}
		address := func(format, theme string) string {
			q.Del("theme")
			if theme != "" {
				q.Set("theme", theme)
			}
			return strings.TrimSuffix(runURL(ids[0])+"/figures/"+f.Name+"."+format+"?"+q.Encode(), "?")
		}
		p := templates.ServerPicture{Name: f.Name, Title: f.Title, SVG: address("svg", ""), Dark: address("svg", "dark"), Summary: report.Summary(f, lanes)}
		for _, format := range []string{"svg", "png", "csv", "json"} {
			p.Files = append(p.Files, templates.Link{Title: strings.ToUpper(format), URL: address(format, "")})
		}
		list = append(list, p)
	}
	return list
}

// hiddenPanels are those that a figure of several has lost in a view, as in a link.
func hiddenPanels(v view, name string) string {
	f, _ := report.Lookup(name)
	left := v.shown([]report.Figure{f})
	var hidden []string
	for _, p := range f.Panels {
		if field := p.Lines[0].Field; len(left) > 0 && !slices.Contains(left[0].Fields(), field) {
			hidden = append(hidden, field)
		}
	}
	return strings.Join(hidden, ",")
}

// absolute makes an address of this server whole, as the visitor sees it.
func absolute(r *http.Request, path string) string {
	scheme := "http"
	if isSecure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}

// tableView is what the page's table shows of a run: nothing whose panel is hidden.
func tableView(l report.Lane, v view) templates.Table {
	fields := []string{"loss", "positive_norm", "negative_norm", "total_norm", "channel_std", "collapse_level", "effective_rank", "offdiagonal", "knn_accuracy"}
	var shown []string
	for _, f := range v.shown(report.Figures()) {
		shown = append(shown, f.Fields()...)
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return !slices.Contains(shown, f) })
	if len(fields) == 0 {
		return templates.Table{}
	}
	t := report.Tabulate(l, fields, tableRows)
	if len(t.Rows) == 0 {
		return templates.Table{}
	}
	view := templates.Table{Columns: []string{"Step"}}
	for _, c := range t.Columns {
		view.Columns = append(view.Columns, cmp.Or(c.Title, c.Name))
	}
	for _, row := range t.Rows {
		view.Rows = append(view.Rows, append([]string{report.Cell(float32(row.Step))}, row.Cells...))
	}
	return view
}
