package web

import (
	"net/http"

	"gradlab/experiments"
	"gradlab/internal/report"
)

// recorded answers with the records of the run that comes with the program, for
// a server on which nothing has run yet: NDJSON like that of any run.
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

// recordedFigure draws a picture of the run that comes with the program.
func (h *Handler) recordedFigure(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, []any{"recorded"}, func(report.Figure) ([]report.Lane, error) {
		f, err := experiments.Recorded()
		return []report.Lane{{Title: f.Title, Schema: f.Schema, Steps: f.Steps}}, err
	})
}
