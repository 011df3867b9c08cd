package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"gradlab/experiments"
	"gradlab/internal/engine"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// recorded answers with the records of a run that comes with the program, which pages
// show while nothing of theirs is being trained: NDJSON like that of any run.
func (h *Handler) recorded(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "name")
	f, known, err := experiments.Recorded(name)
	switch {
	case !known:
		return notFound("No such recording", "There is no recorded run %.60q.", name)
	case err != nil:
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-cache")
	var lines []byte
	for _, s := range f.Steps {
		lines = append(f.Schema.AppendJSON(lines, s), '\n')
	}
	w.Write(lines)
	return nil
}

// recordsOf is the address of a recorded run's records.
func recordsOf(name string) string { return "/recorded/" + name + "/records" }

// recording describes the runs that come with the program, for a page of the same settings
// which nobody has run here; nil where e is another experiment.
func recording(e spec.Experiment) *templates.Recording {
	preset, ok := told()[e.Query()]
	if !ok {
		return nil
	}
	all, ok := experiments.RecordingOf(preset.Slug)
	if !ok {
		return nil
	}
	r := &templates.Recording{}
	for i, f := range all.Lanes {
		if f.Engine != engine.Version { // another curve, which a test does not let pass
			return nil
		}
		r.Lanes = append(r.Lanes, templates.RecordedLane{Query: e.Lanes[i].Query(), Records: recordsOf(all.Names[i]), Schema: f.Schema})
		r.Steps = max(r.Steps, len(f.Steps))
	}
	return r
}

// recordedFigure draws a picture of the run on the first page that comes with the program.
func (h *Handler) recordedFigure(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, []string{"recorded"}, nil, func(report.Figure) ([]report.Lane, error) {
		f, _, err := experiments.Recorded(firstRecorded)
		return []report.Lane{{Title: f.Title, Schema: f.Schema, Steps: f.Steps}}, err
	})
}

// firstRecorded is the run that the first page plays.
const firstRecorded = "first"
