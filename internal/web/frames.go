package web

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gradlab/internal/record"
)

// frameBytes ends an answer: it is full with the step that brings it there. That is
// a few seconds over a bad telephone line, and thirty steps of a wide layer.
const frameBytes = 2 << 20

// Answers with frames are made in memory, so only so many at a time; who comes
// meanwhile waits for a turn.
const (
	frameRequests = 16
	framePatience = 5 * time.Second
)

// frames answers with the frames of the steps from..to, both included, as blocks
// of kind 2 one behind the other (docs/wire.md); name, repeated, chooses some. An
// answer ends with a whole step. Who wants more asks from the step after the last
// one that came, and knows by an empty answer that there is no more.
func (h *Handler) frames(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	first, err := step(r, "from", 0)
	if err != nil {
		return err
	}
	last, err := step(r, "to", math.MaxInt32)
	if err != nil {
		return err
	}
	if last < first {
		return badRequest("to: step %d is before step %d, from which frames are wanted.", last, first)
	}
	names := r.URL.Query()["name"]
	for _, name := range names {
		if !slices.ContainsFunc(m.Schema.Frames, func(f record.Matrix) bool { return f.Name == name }) {
			return notFound("No such frame", "This run has no frames that are called %.40q; the schema of its manifest has their names.", name)
		}
	}

	end := min(last, m.Done-1) + 1
	if _, answered := fresh(w, r, m.ID, m.Attempt, first, end); answered { // not for good: a run may be forgotten, and computed again by another machine class
		return nil
	}
	leave, err := wait(w, r, h.framing, framePatience, "The server is sending frames to others. Try again in a few seconds.")
	if err != nil {
		return err
	}
	defer leave()
	var b []byte
	err = h.follow(r.Context(), m.ID, first, end, func(steps []record.Step) error {
		for _, s := range steps {
			for _, f := range s.Frames {
				if len(names) == 0 || slices.Contains(names, f.Name) {
					b = record.AppendFrame(b, s.Step, f)
				}
			}
			if len(b) >= frameBytes {
				return errEnough
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, err = w.Write(b)
	return ignoreGone(err)
}

// step reads a step from the query; without the key it is the one that is given.
func step(r *http.Request, key string, without int) (int, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return without, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, badRequest("%s: %.40q is not a step; steps are whole numbers from 0.", key, text)
	}
	return int(n), nil
}
