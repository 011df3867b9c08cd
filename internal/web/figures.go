package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/lab"
	"gradlab/internal/palette"
	"gradlab/internal/report"
)

// maxLanes is how many runs one figure compares: as many as an experiment has.
const maxLanes = 6

// figure draws a picture of a run's records; with=ID, repeated, draws others
// beside it, theme=dark on dark paper.
func (h *Handler) figure(w http.ResponseWriter, r *http.Request) error {
	name, format := chi.URLParam(r, "name"), report.Format(chi.URLParam(r, "format"))
	if _, ok := report.Lookup(name); !ok {
		return report.ErrUnknown
	}
	m, err := h.found(r)
	if err != nil {
		return err
	}
	theme := palette.Light
	switch t := r.URL.Query().Get("theme"); t {
	case "", palette.Light.Name:
	case palette.Dark.Name:
		theme = palette.Dark
	default:
		return badRequest("theme: %.40q is not one of light, dark.", t)
	}
	runs := []lab.Manifest{m}
	for _, id := range r.URL.Query()["with"] {
		other, ok := h.lab.Run(id)
		if !ok {
			return lab.ErrUnknown
		}
		if runs = append(runs, other); len(runs) > maxLanes {
			return badRequest("A figure compares %d runs at most.", maxLanes)
		}
	}

	// What is drawn follows from these alone, and from this very program.
	sum := sha256.New()
	fmt.Fprint(sum, h.started, name, format, theme.Name)
	for _, m := range runs {
		fmt.Fprint(sum, m.ID, m.Started.UnixNano(), m.Done)
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}

	lanes := make([]report.Lane, len(runs))
	for i, m := range runs {
		if lanes[i], err = h.lane(r, i, m); err != nil {
			return err
		}
	}
	select { // drawing takes a processor for up to a tenth of a second, and runs need it too
	case h.drawing <- struct{}{}:
		defer func() { <-h.drawing }()
	case <-r.Context().Done():
		return nil
	}
	var b bytes.Buffer
	if err := report.Draw(&b, name, format, theme, lanes); err != nil {
		return err
	}
	w.Header().Set("Content-Type", format.ContentType())
	w.Write(b.Bytes())
	return nil
}

// lane reads what there is of a run for a figure or a table.
func (h *Handler) lane(r *http.Request, i int, m lab.Manifest) (report.Lane, error) {
	steps, err := h.steps(r.Context(), m)
	if err != nil {
		return report.Lane{}, err
	}
	return report.Lane{Letter: letter(i), Title: m.Title, Schema: m.Schema, Steps: steps}, nil
}

// letter names lane number i, as its keys in a link do.
func letter(i int) string { return string(rune('A' + i)) }
