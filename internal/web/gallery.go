package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gradlab/experiments"
	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// galleryPath is the page of all parts of the lab in all states. No page links there.
const galleryPath = "/_gallery"

// gallery answers with every part of the lab's pages in every state, with runs that
// come with the program.
func (h *Handler) gallery(w http.ResponseWriter, r *http.Request) error {
	g, err := h.exhibits.of(absolute(r, ""), func() (templates.Gallery, error) { return h.galleryView(r) })
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	h.page(w, r, http.StatusOK, templates.GalleryPage(g))
	return nil
}

// exhibits keeps the gallery's view, which takes a tenth of a second to make: two lanes
// are told in the shortest way. Of a request only the server's address is in it.
type exhibits struct {
	mu     sync.Mutex // held while it is made, so that it is made once
	origin string
	view   templates.Gallery
}

// of returns the view for an address of the server, made where it is not the last one.
func (e *exhibits) of(origin string, make func() (templates.Gallery, error)) (templates.Gallery, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.origin == origin {
		return e.view, nil
	}
	view, err := make()
	if err == nil {
		e.origin, e.view = origin, view
	}
	return view, err
}

func (h *Handler) galleryView(r *http.Request) (templates.Gallery, error) {
	files, err := experiments.Gallery()
	if err != nil {
		return templates.Gallery{}, err
	}
	var e spec.Experiment
	for _, f := range files {
		s, err := spec.ParseLink(f.Spec)
		if err != nil {
			return templates.Gallery{}, err
		}
		e.Lanes = append(e.Lanes, s)
	}
	dear := &knob.Error{Key: "steps", Value: "100000", Problem: "would take about 9 h on this server where a run may take 2 h;", Range: "1..22000 fit", Nearest: "22000"}
	v, err := h.labView(r, view{}, e, []note{{spec.LanePrefix(len(files)-1) + dear.Key, dear.Error() + "."}}, nil)
	if err != nil {
		return templates.Gallery{}, err
	}
	links := h.assets.links
	v.Title, v.Canned, v.Address = "Gallery", galleryPath+"/runs/", galleryPath
	v.Page = templates.Page{Title: "Gallery", Unlisted: true, Assets: links}
	v.Page.Assets.Lab = links.Gallery
	v.Cost = templates.Cost{Seconds: 20, Memory: 64 << 20, Position: 3, Wait: 40}
	first := experiments.All()[0]
	v.Story = storyOf(first)
	runs := cannedLanes(&v, e, files)
	v.Share = h.shareView(r, view{}, e, runs, [][]record.Step{files[0].Steps, files[1].Steps})
	for i := range v.Share.Citations {
		v.Share.Citations[i].URL = "" // the files of a run are those of the server's
	}

	g := templates.Gallery{
		Lab: v, Bundle: links.Lab,
		Looked:  "nobody was looking",
		Causes:  []string{"The learning rate lr=2 is 320 times what the papers use for a batch of 32 (0.00625): try lr=0.06.", "There is no warm-up: the first steps take the whole learning rate."},
		Dear:    []templates.Notice{{Text: dear.Error() + "."}},
		Foreign: other("This run was", engine.Version-1, "plain"),
	}
	for _, refused := range []*lab.Refused{
		{Full: true, Position: 301, Wait: 4 * time.Minute, Reason: "300 submissions are being computed or wait, and no more are taken"},
		{Reason: "60 submissions from this network address have not ended, and more than 60 are not taken; stop one, or wait"},
	} {
		p := asProblem(refused)
		g.Refusals = append(g.Refusals, templates.Refusal{Title: p.title, Text: p.message})
	}
	g.Verdicts = cannedVerdicts(files[0])
	for _, query := range []string{"method=simclr", "method=simclr&projector.depth=0", "method=simsiam", "method=byol", "method=moco", "method=byol&predictor=none&target=shared"} {
		g.Diagrams = append(g.Diagrams, diagramView(known(query)))
	}
	for _, query := range []string{"method=simclr", "method=barlow&gradient=drop-a", "method=byol&gradient=forget-normaliser"} {
		g.Methods = append(g.Methods, methodView(known(query)))
	}
	for _, err := range []error{lab.ErrUnknown, lab.ErrClosed} {
		g.Errors = append(g.Errors, h.errorView(asProblem(err)))
	}
	return g, nil
}

// cannedLanes gives the lanes of v the runs of the files, and returns their manifests.
func cannedLanes(v *templates.Lab, e spec.Experiment, files []record.File) []*lab.Manifest {
	var runs []*lab.Manifest
	var ids []string
	var drawn []report.Lane
	for i, f := range files {
		m := manifestOf(f)
		l := report.Lane{Letter: letter(i), Title: m.Title, Schema: m.Schema, Steps: f.Steps}
		run := runView(m, e.Lanes[i], l)
		run.URL = v.Canned + m.ID
		v.Lanes[i].Run, v.Lanes[i].Table, v.Lanes[i].Verdict = run, tableView(l, view{}), nil
		runs, ids, drawn = append(runs, &m), append(ids, m.ID), append(drawn, l)
	}
	here := func(address string) string { return strings.Replace(address, runURL(""), v.Canned, 1) }
	for _, p := range pictures(view{}, ids, drawn) {
		p.SVG, p.Dark = here(p.SVG), here(p.Dark)
		for i := range p.Files {
			p.Files[i].URL = here(p.Files[i].URL)
		}
		v.Lanes[0].Run.Figures = append(v.Lanes[0].Run.Figures, p)
	}
	v.Lanes[1].Alike = templates.Agreement(letter(0), 0.41, 0.22, len(files[0].Steps)-1) // only one of them measures that
	return runs
}

// manifestOf is what the lab would say of a recorded run.
func manifestOf(f record.File) lab.Manifest {
	return lab.Manifest{
		ID: f.ID, Spec: f.Spec, Title: f.Title, Engine: f.Engine, Class: f.Class, Attempt: 1, State: lab.State(f.State),
		Steps: f.Done, Done: f.Done, CurveHash: f.CurveHash, Schema: f.Schema,
	}
}

// cannedVerdicts are what links say of a run: of itself, of one that parts from it, of
// another version's, and before it has been run.
func cannedVerdicts(f record.File) []templates.Verdict {
	const parts = 12 // step of the first difference
	another := slices.Clone(f.Steps)
	another[parts].Values = slices.Clone(another[parts].Values)
	another[parts].Values[0]++
	m := manifestOf(f)
	var list []templates.Verdict
	for _, c := range []struct {
		witness record.Witness
		run     *lab.Manifest
	}{
		{record.NewWitness(engine.Version, engine.Class(), f.Schema, f.Steps), &m},
		{record.NewWitness(engine.Version, engine.Class(), f.Schema, another), &m},
		{record.NewWitness(engine.Version-1, engine.Class(), f.Schema, another), &m},
		{record.NewWitness(engine.Version, engine.Class(), f.Schema, f.Steps), nil},
	} {
		list = append(list, *verdictOf(c.witness, c.run, f.Steps))
	}
	return list
}

// known is the spec of settings that stand in this program.
func known(query string) spec.Spec {
	s, err := spec.ParseLink(query)
	if err != nil {
		panic(fmt.Sprintf("web: %s: %v", query, err))
	}
	return s
}
