package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// A Submission says what the submitter wants beside the run itself.
type Submission struct {
	Keep bool // go on without viewers
}

// Submit asks for a run and returns once the request is stored. A run that is
// there already, whoever asked for it, is returned as it is, unless it failed, was
// cancelled or lost its records: then it is tried again, from its first step. The error is the
// engine's (knob.Errors) where the run is too large or its images are missing.
func (l *Lab) Submit(ctx context.Context, s spec.Spec, sub Submission) (Manifest, error) {
	if _, err := l.Plan(s); err != nil {
		return Manifest{}, err
	}
	id, err := l.ID(s)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{
		ID: id, Spec: s.Query(), Title: s.Method.Title, Engine: engine.Version, Class: engine.Class(), Attempt: 1,
		State: Queued, Steps: s.Length(), Keep: sub.Keep, Created: time.Now().UTC(), Schema: engine.Schema(s),
	}

	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return Manifest{}, ErrClosed
	}
	old := l.runs[id]
	if old != nil && !old.m.State.repeatable() {
		old.m.Keep = old.m.Keep || sub.Keep
		old.m.Seen = m.Created
		m := old.m
		l.mu.Unlock()
		return m, nil
	}
	saving := new(sync.Mutex)
	if old != nil {
		saving, m.Attempt = old.saving, old.m.Attempt+1
		m.Pinned, m.Earlier = old.m.Pinned, old.m.Earlier
	}
	r := newRun(m, s, saving)
	l.runs[id] = r
	l.mu.Unlock()

	ctx = context.WithoutCancel(ctx) // others may hold this run by now
	if err := l.save(ctx, r); err != nil {
		l.mu.Lock()
		r.change(Failed, err.Error())
		l.mu.Unlock()
		return Manifest{}, err
	}
	if old != nil { // nobody who comes now sees the earlier attempt; who follows it has it in memory
		if err := l.store.purge(ctx, old.subject); err != nil {
			l.log.Warn("records of an earlier attempt stay in the store", "run", id, "attempt", old.m.Attempt, "err", err)
		}
	}
	l.log.Info("run submitted", "run", id, "attempt", m.Attempt, "spec", m.Spec)

	l.mu.Lock()
	defer l.mu.Unlock()
	l.enqueue(r)
	return r.m, nil
}

// restore reads the catalogue and queues the runs that were cut off, oldest first.
func (l *Lab) restore(ctx context.Context) error {
	all, err := l.store.manifests(ctx)
	if err != nil {
		return err
	}
	var again []*run
	for _, m := range all {
		m.Position = 0
		r := newRun(m, spec.Spec{}, new(sync.Mutex))
		l.runs[m.ID] = r
		if m.State.Ended() {
			continue
		}
		if r.m.Done, err = l.store.count(ctx, r.subject); err != nil {
			return fmt.Errorf("the records of run %s: %w", m.ID, err)
		}
		if r.spec, err = l.reread(r.m); err != nil {
			r.m.State, r.m.Reason, r.m.Ended = Failed, "cut off, and cannot go on: "+err.Error(), time.Now().UTC()
			if err := l.save(ctx, r); err != nil {
				return err
			}
			continue
		}
		if r.m.State == Paused {
			r.budget = 0
			continue
		}
		r.m.State, r.m.Reason = Queued, ""
		if r.m.Done == 0 {
			r.m.Class = engine.Class() // nothing of another class is stored
		}
		again = append(again, r)
	}
	if err := l.sweep(ctx); err != nil {
		return fmt.Errorf("the checkpoints: %w", err)
	}
	slices.SortFunc(again, func(a, b *run) int { return cmp.Or(a.m.Created.Compare(b.m.Created), cmp.Compare(a.id, b.id)) })
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range again {
		l.log.Info("run goes on after a restart", "run", r.id, "stored", r.m.Done)
		l.enqueue(r)
	}
	return nil
}

// sweep leaves the checkpoints of the runs that have not ended or have finished, and
// the records of the runs that have some.
func (l *Lab) sweep(ctx context.Context) error {
	checkpoints, records := map[string]bool{}, map[string]bool{}
	for _, r := range l.runs {
		if !r.m.State.Ended() || r.m.State == Finished {
			checkpoints[object(r.id, r.m.Attempt)] = true
		}
		records[r.subject] = r.m.State != Forgotten
	}
	return errors.Join(
		l.store.sweep(ctx, func(name string) bool { return checkpoints[name] }),
		l.store.sweepRecords(ctx, func(subject string) bool { return records[subject] }),
	)
}

// reread returns the spec of a run that was cut off, where this program would
// still compute the same.
func (l *Lab) reread(m Manifest) (spec.Spec, error) {
	settings, err := spec.ParseQuery(m.Spec)
	if err != nil {
		return spec.Spec{}, err
	}
	s, err := spec.Parse(settings)
	if err != nil {
		return spec.Spec{}, err
	}
	id, err := l.ID(s)
	if err == nil && id != m.ID {
		err = fmt.Errorf("it was begun by version %d of the engine, and this is version %d; submit it again", m.Engine, engine.Version)
	}
	return s, err
}
