package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// A Submission says who asks for a run, and what for beside the run itself. Visitor and
// Address are short names that the caller makes up, the same for the same one; the
// store keeps them. Where both are empty nobody in particular asks, and no quota holds.
type Submission struct {
	Visitor string // who asks; empty: who comes from the address and says no more
	Address string // where the request comes from
	Keep    bool   // go on without viewers
}

// Submit is Compare for one run.
func (l *Lab) Submit(ctx context.Context, s spec.Spec, sub Submission) (Manifest, error) {
	all, err := l.Compare(ctx, []spec.Spec{s}, sub)
	if err != nil {
		return Manifest{}, err
	}
	return all[0], nil
}

// Compare asks for runs that are to be compared, as one submission, and returns once
// the request is stored. A run that is there already, whoever asked for it, is
// returned as it is, unless it failed, was cancelled or lost its records: then it is
// tried again, from its first step. The error is the engine's (knob.Errors) where a run is too large or
// its images are missing, and *Refused where the visitor or the lab has too many; then
// nothing was started.
func (l *Lab) Compare(ctx context.Context, lanes []spec.Spec, sub Submission) ([]Manifest, error) {
	ids := make([]string, len(lanes))
	for i, s := range lanes {
		if _, err := l.Plan(s); err != nil {
			return nil, err
		}
		var err error
		if ids[i], err = l.ID(s); err != nil {
			return nil, err
		}
	}
	a, err := l.admit(ids, sub)
	if err != nil {
		return nil, err
	}
	defer l.admitted(ctx, a)
	all := make([]Manifest, len(lanes))
	for i, s := range lanes {
		if all[i], err = l.submit(ctx, s, ids[i], a, sub.Keep); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// submit asks for a run that has been admitted, until it is known which attempt the
// visitor gets: others may begin or end one at the same moment.
func (l *Lab) submit(ctx context.Context, s spec.Spec, id string, a asker, keep bool) (m Manifest, err error) {
	for {
		m, err = l.begin(ctx, s, id, a, keep)
		if !errors.Is(err, errChanged) {
			return m, err
		}
		if ctx.Err() != nil {
			return Manifest{}, context.Cause(ctx)
		}
	}
}

// begin makes a new run, or lets the visitor want the one that is there. The error is
// errChanged where the run has changed meanwhile.
func (l *Lab) begin(ctx context.Context, s spec.Spec, id string, a asker, keep bool) (Manifest, error) {
	m := Manifest{
		ID: id, Spec: s.Query(), Title: s.Method.Title, Engine: engine.Version, Class: engine.Class(), Attempt: 1,
		State: Queued, Steps: s.Length(), Keep: keep, Created: a.At, Schema: engine.Schema(s), standing: standing{Askers: a.list(), Since: a.At},
	}

	l.mu.Lock()
	old := l.runs[id]
	for ; old != nil && old.ending; old = l.runs[id] {
		l.mu.Unlock()
		if err := l.until(ctx, old, func() bool { return !old.ending }); err != nil {
			return Manifest{}, err
		}
		l.mu.Lock()
	}
	if l.closed {
		l.mu.Unlock()
		return Manifest{}, ErrClosed
	}
	if old != nil && !old.m.State.repeatable() {
		return l.join(ctx, old, a, keep) // which unlocks
	}
	saving, rev := new(sync.Mutex), uint64(0)
	if old != nil {
		saving, rev, m.Attempt = old.saving, old.rev, old.m.Attempt+1
		m.Pinned, m.Earlier = old.m.Pinned, old.m.Earlier
		l.supersede(old)
	}
	r := newRun(m, saving)
	if r.rev = rev; !l.store.shared { // elsewhere it may be meant for who has more memory
		r.known(s)
	}
	l.runs[id] = r
	l.mu.Unlock()

	ctx = context.WithoutCancel(ctx) // others may hold this run by now
	first, err := l.create(ctx, r, m)
	if err != nil {
		l.mu.Lock()
		r.m.Ended = l.tick()
		r.change(Failed, err.Error())
		l.mu.Unlock()
		return Manifest{}, err
	}
	if !first {
		return Manifest{}, errChanged
	}
	if old != nil { // nobody who comes now sees the earlier attempt; who follows it has it in memory
		if err := l.store.purge(ctx, old.subject); err != nil {
			l.log.Warn("records of an earlier attempt stay in the store", "run", id, "attempt", old.m.Attempt, "err", err)
		}
	}
	l.log.Info("run submitted", "run", id, "attempt", m.Attempt, "spec", m.Spec)

	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.store.shared {
		r.m.Since = l.tick() // behind those who were stored faster
	}
	l.enqueue(r)
	return r.m, nil
}

// create stores the manifest of a new attempt and reports whether this process was the
// first to do so. Where it was not, the run is the other's.
func (l *Lab) create(ctx context.Context, r *run, m Manifest) (first bool, err error) {
	r.saving.Lock()
	defer r.saving.Unlock()
	for {
		l.mu.Lock()
		rev, mine := r.rev, l.runs[r.id] == r && r.m.Created.Equal(m.Created)
		l.mu.Unlock()
		if !mine {
			return false, nil
		}
		now, err := l.store.put(ctx, m, rev)
		if err == nil {
			l.wrote(r, now)
			return true, nil
		}
		if !errors.Is(err, errStale) {
			return false, err
		}
		if err := l.refresh(ctx, r, rev); err != nil {
			return false, err
		}
	}
}

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
