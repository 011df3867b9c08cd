package web

import (
	"math"
	"net/http"

	"github.com/go-chi/chi/v5"

	"gradlab/experiments"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

// canned returns the recorded run that the address names.
func canned(r *http.Request) (record.File, error) { return cannedRun(chi.URLParam(r, "id")) }

func cannedRun(id string) (record.File, error) {
	files, err := experiments.Gallery()
	if err != nil {
		return record.File{}, err
	}
	for _, f := range files {
		if f.ID == id {
			return f, nil
		}
	}
	return record.File{}, lab.ErrUnknown
}

// cannedRun answers with what the lab would say of a run of the gallery.
func (h *Handler) cannedRun(w http.ResponseWriter, r *http.Request) error {
	f, err := canned(r)
	if err != nil {
		return err
	}
	if wantsPage(r) {
		http.Redirect(w, r, galleryPath, http.StatusSeeOther)
		return nil
	}
	h.json(w, r, http.StatusOK, manifestOf(f))
	return nil
}

// cannedSteps answers with all its steps, as one block of the wire.
func (h *Handler) cannedSteps(w http.ResponseWriter, r *http.Request) error {
	f, err := canned(r)
	if err != nil {
		return err
	}
	return blocks(w, record.AppendSteps(nil, f.Steps))
}

// cannedFrames answers with all its frames, as blocks one behind the other.
func (h *Handler) cannedFrames(w http.ResponseWriter, r *http.Request) error {
	f, err := canned(r)
	if err != nil {
		return err
	}
	var b []byte
	for _, s := range f.Steps {
		for _, frame := range s.Frames {
			b = record.AppendFrame(b, s.Step, frame)
		}
	}
	return blocks(w, b)
}

func blocks(w http.ResponseWriter, b []byte) error {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-cache")
	_, err := w.Write(b)
	return ignoreGone(err)
}

// cannedFigure draws it, with the other beside it where with= names that.
func (h *Handler) cannedFigure(w http.ResponseWriter, r *http.Request) error {
	at, err := step(r, "step", math.MaxInt32-1)
	if err != nil {
		return err
	}
	ids := append([]string{chi.URLParam(r, "id")}, r.URL.Query()["with"]...)
	ids = ids[:min(len(ids), 2)] // there are two
	return h.draw(w, r, ids, []any{at}, func(f report.Figure) ([]report.Lane, error) {
		var lanes []report.Lane
		for i, id := range ids {
			file, err := cannedRun(id)
			if err != nil {
				return nil, err
			}
			l := report.Lane{Letter: letter(i), Title: file.Title, Schema: file.Schema, Steps: file.Steps}
			if f.Frame != "" {
				l = l.Until(at)
			}
			lanes = append(lanes, l)
		}
		return lanes, nil
	})
}

// cannedViews answers with images of a batch that it trains on.
func (h *Handler) cannedViews(w http.ResponseWriter, r *http.Request) error {
	f, err := canned(r)
	if err != nil {
		return err
	}
	s, err := spec.ParseLink(f.Spec)
	if err != nil {
		return err
	}
	return h.viewsOf(w, r, s, galleryPath+"/runs/"+f.ID)
}

// cannedHeldOut answers with the held-out images that it compares.
func (h *Handler) cannedHeldOut(w http.ResponseWriter, r *http.Request) error {
	f, err := canned(r)
	if err != nil {
		return err
	}
	s, err := spec.ParseLink(f.Spec)
	if err != nil {
		return err
	}
	return h.heldOutOf(w, r, s, galleryPath+"/runs/"+f.ID)
}
