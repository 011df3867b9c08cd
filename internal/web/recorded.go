package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"gradlab/experiments"
	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// recordedRun returns the run that comes with the program which the address names.
func recordedRun(r *http.Request) (record.File, error) {
	name := chi.URLParam(r, "run")
	f, known, err := experiments.Recorded(name)
	if !known {
		err = notFound("No such recording", "There is no recorded run %.60q.", name)
	}
	return f, err
}

// recorded answers with the records of a run that comes with the program, which pages
// show while nothing of theirs is being trained: NDJSON like that of any run.
func (h *Handler) recorded(w http.ResponseWriter, r *http.Request) error {
	f, err := recordedRun(r)
	if err != nil {
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

// recordedURL is the address of a recorded run; nothing is there but its records and figures.
func recordedURL(name string) string { return "/recorded/" + name }

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
		r.Lanes = append(r.Lanes, templates.RecordedLane{Query: e.Lanes[i].Query(), Records: recordedURL(all.Names[i]) + "/records", Schema: f.Schema})
		r.Steps = max(r.Steps, len(f.Steps))
	}
	return r
}

// recordedFigure draws a picture of a run that comes with the program.
func (h *Handler) recordedFigure(w http.ResponseWriter, r *http.Request) error {
	f, err := recordedRun(r)
	if err != nil {
		return err
	}
	return h.draw(w, r, []string{chi.URLParam(r, "run")}, nil, func(report.Figure) ([]report.Lane, error) {
		return []report.Lane{{Title: f.Title, Schema: f.Schema, Steps: f.Steps}}, nil
	})
}

// firstRecorded is the run that the first page plays.
const firstRecorded = "first"
