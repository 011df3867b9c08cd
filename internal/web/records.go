package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// streamTime is how long one piece of a stream may take on its way out. A reader
// that is stuck for longer comes back and asks from where it stopped.
const streamTime = 10 * time.Second

// found returns the run that the address names.
func (h *Handler) found(r *http.Request) (lab.Manifest, error) {
	m, ok := h.lab.Run(chi.URLParam(r, "id"))
	if !ok {
		return lab.Manifest{}, lab.ErrUnknown
	}
	return m, nil
}

// records streams the steps as NDJSON, from the one asked for to the end of the
// run. With wait=0 it ends with those that are there; with wait=N it waits up to N
// seconds for the first one where there is none, and status 204 says that none will
// come.
func (h *Handler) records(w http.ResponseWriter, r *http.Request) error {
	patience, poll, err := waitFor(r)
	if err != nil {
		return err
	}
	m, start, err := h.wanted(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	stream(w)
	if r.Method == http.MethodHead {
		return nil // who asks for the head does not wait for the end
	}
	if h.draining.Err() != nil {
		return errDraining
	}
	leave, err := h.audience.enter(&h.audience.lines)
	if err != nil {
		return err
	}
	defer leave()
	ctx, until := r.Context(), -1
	out := http.NewResponseController(w)
	out.SetReadDeadline(time.Time{})                                    // the request is read; its deadline must not end the answer
	defer func() { out.SetWriteDeadline(time.Now().Add(streamTime)) }() // for the end of the stream, which may come after a long silence
	switch {
	case !poll:
		w.WriteHeader(http.StatusOK)
		out.Flush() // the reader learns at once that it is connected
	case patience == 0:
		until = m.Done
	default:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	var line []byte
	begun := !poll
	err = h.follow(ctx, m.ID, start, until, func(steps []record.Step) error {
		begun = true
		out.SetWriteDeadline(time.Now().Add(streamTime))
		line = line[:0]
		for _, s := range steps {
			line = append(m.Schema.AppendJSON(line, s), '\n')
		}
		if _, err := w.Write(line); err != nil {
			return errors.Join(err, errGone)
		}
		if err := out.Flush(); err != nil {
			return errors.Join(err, errGone)
		}
		if patience > 0 {
			return errEnough
		}
		return nil
	})
	switch {
	case begun: // what went out cannot be taken back; who misses something asks again
		h.brokeOff(r, err)
		return nil
	case err == nil && patience > 0 && ctx.Err() == nil:
		w.WriteHeader(http.StatusNoContent) // the run has ended before the step
		return nil
	}
	return err
}

// csv answers with the steps that are there as a table.
func (h *Handler) csv(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	lines := m.Schema.AppendCSVHeader(nil)
	if err := h.follow(r.Context(), m.ID, 0, m.Done, func(steps []record.Step) error {
		for _, s := range steps {
			lines = m.Schema.AppendCSV(lines, s)
		}
		return nil
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "gradlab-"+m.ID+".csv"))
	w.Header().Set("Cache-Control", "no-cache")
	out := http.NewResponseController(w)
	for piece := range slices.Chunk(lines, filePiece) { // a slow line has time for each of them
		out.SetWriteDeadline(time.Now().Add(streamTime))
		if _, err := w.Write(piece); err != nil {
			return ignoreGone(err)
		}
	}
	return nil
}

// filePiece is how many bytes of a long file go out at a time.
const filePiece = 64 << 10

// follow calls f with the run's steps from start on, in order and each once: to
// the end of the run or, where until is not negative, up to step until-1.
func (h *Handler) follow(ctx context.Context, id string, start, until int, f func([]record.Step) error) error {
	if until >= 0 && start >= until {
		return nil
	}
	open := h.lab.Follow
	if until >= 0 {
		open = h.lab.Read // who does not wait is no viewer
	}
	c, err := open(id, start)
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		b, err := c.Next(ctx)
		if err != nil {
			return ignoreGone(err)
		}
		steps := b.Steps
		if until >= 0 && len(steps) > 0 {
			steps = steps[:min(len(steps), max(0, until-steps[0].Step))]
		}
		if len(steps) > 0 {
			if err := f(steps); err != nil {
				return ignoreGone(err)
			}
		}
		if until >= 0 && len(b.Steps) > 0 && b.Steps[len(b.Steps)-1].Step >= until-1 {
			return nil
		}
	}
}

// steps returns all steps of a run that are there.
func (h *Handler) steps(ctx context.Context, m lab.Manifest) ([]record.Step, error) {
	all := make([]record.Step, 0, m.Done)
	err := h.follow(ctx, m.ID, 0, m.Done, func(steps []record.Step) error {
		all = append(all, steps...)
		return nil
	})
	return all, err
}
