package lab

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// restore reads the catalogue. In a store of our own it queues the runs that were cut
// off; those of a store that is shared are others', or wait already.
func (l *Lab) restore(ctx context.Context) error {
	all, err := l.store.manifests(ctx)
	if err != nil {
		return err
	}
	if l.store.shared {
		for _, n := range all {
			l.meet(n)
		}
		return l.sweep(ctx, time.Hour)
	}
	var again []*run
	for _, n := range all {
		m := n.Manifest
		m.Since = cmp.Or(m.Since, m.Created) // those of older stores do not say since when they wait
		r := newRun(m, new(sync.Mutex))
		r.rev = n.revision
		l.runs[m.ID] = r
		if m.State.Ended() {
			continue
		}
		if r.m.Done, err = l.store.count(ctx, r.subject); err != nil {
			return fmt.Errorf("the records of run %s: %w", m.ID, err)
		}
		if err := l.fit(r); err != nil {
			r.m.State, r.m.Reason, r.m.Ended = Failed, err.Error(), time.Now().UTC()
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
		if r.m.Take > 0 {
			r.budget = r.m.Take
		}
		if r.m.Done == 0 {
			r.m.Class = engine.Class() // nothing of another class is stored
		}
		again = append(again, r)
	}
	if err := l.sweep(ctx, 0); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range again {
		l.log.Info("run goes on after a restart", "run", r.id, "stored", r.m.Done)
		l.enqueue(r)
	}
	return nil
}

// sweep leaves the checkpoints of the runs that have not ended or have finished, and
// what is younger than age: other processes may be storing it. It leaves the records
// of the runs that have some, and in a shared store those of runs that are not known.
func (l *Lab) sweep(ctx context.Context, age time.Duration) error {
	checkpoints, records, attempts := map[string]bool{}, map[string]bool{}, map[string]int{}
	l.mu.Lock()
	for _, r := range l.runs {
		if !r.m.State.Ended() || r.m.State == Finished {
			checkpoints[object(r.id, r.m.Attempt)] = true
		}
		records[r.subject], attempts[r.id] = r.m.State != Forgotten, r.m.Attempt
	}
	l.mu.Unlock()
	err := l.store.sweep(ctx, time.Now().Add(-age), func(name string) bool { return checkpoints[name] })
	if err == nil {
		err = l.store.sweepRecords(ctx, func(subject string) bool {
			if l.store.shared { // what others have just begun is not known here; what has been given up is
				id, attempt := attemptOf(subject)
				if known, ok := attempts[id]; !ok || attempt < 1 || attempt > known {
					return true
				}
			}
			return records[subject]
		})
	}
	if err != nil {
		return fmt.Errorf("what nobody needs: %w", err)
	}
	return nil
}

// reread returns the spec of a run that was cut off, where this program would
// still compute the same.
func (l *Lab) reread(m Manifest) (spec.Spec, error) {
	s, err := spec.ParseLink(m.Spec)
	if err != nil {
		return spec.Spec{}, err
	}
	id, err := l.ID(s)
	if err == nil && id != m.ID && m.Engine == engine.Version {
		err = fmt.Errorf("the images %s that are here are not those with which it was submitted", s.Data)
	} else if err == nil && id != m.ID {
		err = fmt.Errorf("it was begun by version %d of the engine, and this is version %d; submit it again", m.Engine, engine.Version)
	}
	return s, err
}
