package web

import (
	"cmp"
	"net/http"
	"net/url"
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
	settings, unread := spec.ParseQuery(r.URL.RawQuery)
	e, notes := lenient(settings)
	if unread != nil { // not even key=value
		notes = append(notes, note{"", unread.Error()})
	}
	v, err := h.labView(r, e, notes, nil)
	if err != nil {
		return err
	}
	h.page(w, r, http.StatusOK, templates.LabPage(v))
	return nil
}

// redraw answers a submission that was refused: the same form with what is
// wrong at each field. Nothing was started.
func (h *Handler) redraw(w http.ResponseWriter, r *http.Request, settings []spec.Setting, refused error) error {
	e, notes := lenient(settings)
	if len(notes) == 0 { // each setting is fine, but together they are too much
		for _, a := range apiErrors(refused) {
			key := ""
			if a.Error != nil {
				key = a.Error.Key
			}
			notes = append(notes, note{key, a.Message})
		}
	}
	v, err := h.labView(r, e, notes, nil)
	if err != nil {
		return err
	}
	v.Invalid = true
	w.Header().Set("Cache-Control", "no-store")
	h.page(w, r, http.StatusUnprocessableEntity, templates.LabPage(v))
	return nil
}

// runPage answers with the lab as it stands for one run.
func (h *Handler) runPage(w http.ResponseWriter, r *http.Request, m lab.Manifest) error {
	settings, err := spec.ParseQuery(m.Spec)
	if err != nil {
		return err
	}
	e, notes := lenient(settings) // an old run's settings may be out of today's bounds
	v, err := h.labView(r, e, notes, &m)
	if err != nil {
		return err
	}
	v.Page.Canonical = runURL(m.ID)
	h.page(w, r, http.StatusOK, templates.LabPage(v))
	return nil
}

// labView describes the lab. Where only is not nil it is the run of the one
// lane; otherwise each lane's run is looked up by its settings.
func (h *Handler) labView(r *http.Request, e spec.Experiment, notes []note, only *lab.Manifest) (templates.Lab, error) {
	last := len(e.Lanes) - 1
	s := e.Lanes[last]
	title := titleOf(s)
	v := templates.Lab{
		Page: templates.Page{
			Title:       title,
			Description: "The positive and the negative gradient of " + s.Method.Title + ", live: " + title + ".",
			Canonical:   labURL(e),
			Assets:      h.assets.links,
		},
		Title:      title,
		Form:       formView(e, notes),
		Method:     methodView(s),
		Diagram:    diagramView(s),
		Cost:       h.costView(s),
		Link:       absolute(r, labURL(e)),
		Command:    command(s),
		Experiment: e.Query(),
		Story:      story(e),
		Figures:    figureViews(),
		Stages:     stages(s),
	}
	for _, n := range notes {
		v.Notices = append(v.Notices, templates.Notice{Key: n.key, Text: n.text})
	}
	runs := make([]*lab.Manifest, len(e.Lanes))
	for i, s := range e.Lanes {
		if runs[i] = only; only == nil {
			runs[i] = h.runOf(s)
		}
	}
	var ids []string
	var drawn []report.Lane
	var first []record.Step // of the first lane
	for i, s := range e.Lanes {
		lane := templates.Lane{
			Letter: letter(i), Title: s.Method.Title, Query: s.Query(), Settings: s.Settings(), Resolved: s.Resolved(), Chips: chips(e, i),
		}
		lane.Classes, _ = h.lab.Classes(s) // whose images are missing has no run here either
		if m := runs[i]; m != nil {
			steps, err := h.steps(r.Context(), *m)
			if err != nil {
				return templates.Lab{}, err
			}
			if i == 0 {
				first = steps
			} else if engine.Comparable(e.Lanes[0], s) {
				lane.Alike = alike(first, steps)
			}
			data := report.Lane{Letter: lane.Letter, Title: m.Title, Schema: m.Schema, Steps: steps}
			lane.Run, lane.Table = runView(*m, s, data), tableView(data)
			ids, drawn = append(ids, m.ID), append(drawn, data)
		}
		v.Lanes = append(v.Lanes, lane)
	}
	for i := range v.Lanes {
		if v.Lanes[i].Run != nil { // one picture shows all lanes
			v.Lanes[i].Run.Figures = pictures(ids, drawn)
			break
		}
	}
	return v, nil
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
func pictures(ids []string, lanes []report.Lane) []templates.ServerPicture {
	light, dark := url.Values{"with": ids[1:]}, url.Values{"with": ids[1:], "theme": {"dark"}}
	var list []templates.ServerPicture
	for _, f := range report.Figures() {
		address := runURL(ids[0]) + "/figures/" + f.Name + ".svg?"
		list = append(list, templates.ServerPicture{
			Title: f.Title, SVG: strings.TrimSuffix(address+light.Encode(), "?"), Dark: address + dark.Encode(), Summary: report.Summary(f, lanes),
		})
	}
	return list
}

// command is the line that repeats a run without a server.
func command(s spec.Spec) string {
	words := []string{"lab", "run"}
	for _, x := range s.Settings() {
		words = append(words, x.String())
	}
	return strings.Join(words, " ")
}

// absolute makes an address of this server whole, as the visitor sees it.
func absolute(r *http.Request, path string) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" { // it only decides how a link is written
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}

// tableView is what the page's table shows of a run.
func tableView(l report.Lane) templates.Table {
	fields := []string{"loss", "positive_norm", "negative_norm", "total_norm", "channel_std", "collapse_level", "effective_rank", "offdiagonal", "knn_accuracy"}
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
