package lab

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A run is one attempt at a run, and the memory that its viewers share. When it
// is submitted again after a failure, a new run takes its place in the catalogue;
// cursors over the old one stay with it, so no viewer mixes two attempts.
type run struct {
	id      string
	subject string      // where the records of the attempt are stored
	spec    spec.Spec   // zero for a run that had ended before the lab was opened
	saving  *sync.Mutex // one for all attempts; see save

	// Lab.mu guards the rest.

	m       Manifest
	version int           // counts the changes of m, new records aside
	changed chan struct{} // closed and replaced whenever m or steps change

	// The tail: the records of the run, whole or not at all in memory.
	steps   []record.Step // append-only, so that a slice of it may be read without the lock
	last    uint64        // sequence number of the last message of the run's subject
	loaded  bool
	loading chan struct{} // not nil while somebody loads; closed afterwards
	refs    int           // cursors, the run's goroutine, and runs that take records over
	noted   time.Time     // m.Seen as it is stored

	// The life.
	active bool                    // has its goroutine
	cancel context.CancelCauseFunc // of the goroutine
	waits  bool                    // for a place: is in Lab.queue
	least  int                     // the last position that it was told there; 0 where it was told none
	place  bool                    // is among those that are computed
	turn   time.Time               // since when it has its place
	budget int                     // steps to take before it pauses; negative is no limit

	// Those who look (viewers.go).
	viewers int       // cursors that count
	alone   time.Time // since when there has been none, and no order
	left    bool      // paused, or about to be, because nobody looked
}

const unlimited = -1

func newRun(m Manifest, s spec.Spec, saving *sync.Mutex) *run {
	return &run{
		id: m.ID, subject: subject(m.ID, m.Attempt), spec: s, saving: saving, m: m, noted: m.Seen, changed: make(chan struct{}),
		budget: unlimited, alone: time.Now(),
	}
}

// touch wakes all who wait for a change of the records. Lab.mu is held.
func (r *run) touch() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// change sets the state and the reason and wakes all who wait. Lab.mu is held.
func (r *run) change(s State, reason string) {
	r.m.State, r.m.Reason = s, reason
	r.version++
	r.touch()
}

// subject names where the records of an attempt are stored.
func subject(id string, attempt int) string { return fmt.Sprintf("records.%s.%d", id, attempt) }

// lookup returns the latest attempt of the run.
func (l *Lab) lookup(id string) (*run, error) {
	r, ok := l.runs[id]
	if !ok {
		return nil, fmt.Errorf("run %q: %w", id, ErrUnknown)
	}
	return r, nil
}

// until waits until ok, called with Lab.mu held, says yes.
func (l *Lab) until(ctx context.Context, r *run, ok func() bool) error {
	for {
		l.mu.Lock()
		yes, changed, gone := ok(), r.changed, l.gone
		l.mu.Unlock()
		switch {
		case yes:
			return nil
		case gone:
			return ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// save stores the manifest as it is when its turn comes, so that the last one
// stored is the newest; an attempt that has been superseded has nothing to say.
func (l *Lab) save(ctx context.Context, r *run) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	l.mu.Lock()
	m, superseded := r.m, l.runs[r.id] != r
	l.mu.Unlock()
	if superseded {
		return nil
	}
	return l.store.save(ctx, m)
}
