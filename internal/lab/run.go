package lab

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
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
	saving  *sync.Mutex // one for all attempts; see write

	// Lab.mu guards the rest.

	m       Manifest
	spec    spec.Spec     // known where it may be computed here: see Lab.fit
	fitness fitness       // whether it may
	version int           // counts the changes of m, new records aside
	changed chan struct{} // closed and replaced whenever m or steps change

	// The store's side.
	rev     uint64    // revision of m in the store, as far as it has been heard of
	heard   time.Time // when that was
	foreign *Manifest // what another process has made of a run that this one held

	// The tail: the records of the run, whole or not at all in memory.
	steps   []record.Step // append-only, so that a slice of it may be read without the lock
	last    uint64        // sequence number of the last message of the run's subject
	loaded  bool
	loading chan struct{} // not nil while somebody loads; closed afterwards
	refs    int           // cursors, the run's goroutine, and runs that take records over
	noted   time.Time     // m.Seen as it is stored
	tailing bool          // a goroutine brings the records of another process (tail.go)

	// The life.
	active   bool                    // has its goroutine, and so is this process's
	claiming bool                    // not yet: the store has not said so
	cancel   context.CancelCauseFunc // of the goroutine
	waits    bool                    // for a place: is in Lab.queue
	need     *need                   // what it takes; nil where nobody has asked yet
	lacks    string                  // why no process that is known can compute it; empty where one can
	least    int                     // the last position that it was told there; 0 where it was told none
	place    bool                    // is among those that are computed
	turn     time.Time               // since when it has its place
	taken    int                     // steps that have been computed since then
	evicted  bool                    // waits for a place, and is on its way to another process that has one (handover.go)
	ending   bool                    // it has been stopped, or its end is on its way to the store, where others may see it before it is known here
	budget   int                     // steps to take before it pauses; negative is no limit

	// Those who look (viewers.go).
	viewers int       // cursors that count
	watched time.Time // when another process last said that it has some
	alone   time.Time // since when there has been none, and no order
	left    bool      // paused, or about to be, because nobody looked
}

const unlimited = -1

// A fitness says whether this process can compute a run.
type fitness int

const (
	unknown fitness = iota
	fit
	unfit // lacks its images, or is of an earlier version than what began it
)

func newRun(m Manifest, saving *sync.Mutex) *run {
	return &run{
		id: m.ID, subject: subject(m.ID, m.Attempt), saving: saving, m: m, noted: m.Seen, changed: make(chan struct{}),
		budget: unlimited, heard: time.Now(), alone: time.Now(), left: m.State == Paused && m.Reason == nobodyLooked,
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

// whole tells whether the memory holds all records that there will be. Lab.mu is held.
func (r *run) whole() bool { return r.m.State.Ended() && len(r.steps) >= r.m.Done }

// errGap is returned where records are missing before others.
var errGap = errors.New("records are missing")

// extend appends acknowledged records, which the message seq of the run's subject
// holds, to the tail, unless they are there already.
func (l *Lab) extend(r *run, steps []record.Step, seq uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !r.loaded || seq <= r.last {
		return nil
	}
	if len(steps) > 0 && steps[0].Step != len(r.steps) {
		return fmt.Errorf("%w: step %d follows %d steps", errGap, steps[0].Step, len(r.steps))
	}
	r.last = seq
	r.steps = append(r.steps, steps...)
	r.m.Done = max(r.m.Done, len(r.steps))
	r.touch()
	return nil
}

// attemptOf reads what subject has named.
func attemptOf(subject string) (id string, attempt int) {
	id, number, _ := strings.Cut(strings.TrimPrefix(subject, "records."), ".")
	attempt, _ = strconv.Atoi(number) // 0 where it is no number
	return id, attempt
}

// subject names where the records of an attempt are stored.
func subject(id string, attempt int) string { return fmt.Sprintf("records.%s.%d", id, attempt) }

// find returns the latest attempt of the run. One that another process has submitted
// just now may not have been heard of: then the store is asked, and Lab.mu, which is
// held, given up meanwhile.
func (l *Lab) find(id string) (*run, error) {
	r, ok := l.runs[id]
	if !ok && l.store.shared && !l.closed {
		l.mu.Unlock()
		ctx, done := context.WithTimeout(l.ctx, oneTry)
		if n, err := l.store.get(ctx, id); err == nil {
			l.meet(n)
		}
		done()
		l.mu.Lock()
		r, ok = l.runs[id]
	}
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
