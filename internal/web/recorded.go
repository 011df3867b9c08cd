package web

import (
	"net/http"

	"gradlab/experiments"
	"gradlab/internal/engine"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// recorded answers with the records of the run that comes with the program, which pages
// show while nothing of theirs is being trained: NDJSON like that of any run.
func (h *Handler) recorded(w http.ResponseWriter, r *http.Request) error {
	f, err := experiments.Recorded()
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

// recording describes the run that comes with the program, for a page of the same settings
// which nobody has run here; nil where s is another run.
func recording(s spec.Spec) *templates.Recording {
	f, err := experiments.Recorded()
	if err != nil || f.Engine != engine.Version { // that it can be read is tested, and the first page logs it
		return nil
	}
	e, notes, err := lenientLink(f.Spec)
	if err != nil || len(notes) > 0 || len(e.Lanes) != 1 || e.Lanes[0].Query() != s.Query() {
		return nil
	}
	return &templates.Recording{Query: s.Query(), Records: "/recorded/records", Schema: f.Schema, Steps: len(f.Steps)}
}

// recordedFigure draws a picture of the run that comes with the program.
func (h *Handler) recordedFigure(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, []string{"recorded"}, nil, func(report.Figure) ([]report.Lane, error) {
		f, err := experiments.Recorded()
		return []report.Lane{{Title: f.Title, Schema: f.Schema, Steps: f.Steps}}, err
	})
}
