package lab

import (
	"context"
	"errors"
	"slices"
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
	first, err := l.create(ctx, r, m.Created)
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

// create stores the manifest of a new attempt, with what has been asked of it meanwhile, and
// reports whether this process was the first to do so. Where it was not, the run is the other's.
func (l *Lab) create(ctx context.Context, r *run, created time.Time) (first bool, err error) {
	r.saving.Lock()
	defer r.saving.Unlock()
	for deadline := time.Now().Add(l.regime.patience); ; {
		l.mu.Lock()
		m, rev, mine := r.m, r.rev, l.runs[r.id] == r && r.m.Created.Equal(created)
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
		if err := l.overtaken(ctx, r, rev, deadline); err != nil {
			return false, err
		}
	}
}

// join lets a visitor want a run that is there. It is called with Lab.mu held, and unlocks
// it. The error is errChanged where the run has meanwhile ended, or changed hands.
func (l *Lab) join(ctx context.Context, r *run, a asker, keep bool) (Manifest, error) {
	if r.m.State.Ended() {
		defer l.mu.Unlock()
		r.m.Seen = a.At
		return r.m, nil
	}
	from := l.tick()
	want := func(m *Manifest) error {
		if m.State.Ended() {
			return errChanged
		}
		m.Seen = a.At
		m.Keep = m.Keep || keep
		m.Askers = slices.Clone(m.Askers)
		i := slices.IndexFunc(m.Askers, func(b asker) bool { return b.name() == a.name() })
		switch {
		case a.list() == nil:
		case i >= 0:
			m.Askers[i].At, m.Askers[i].Address = a.At, a.Address
		default:
			a.From = from
			m.Askers = append(m.Askers, a)
		}
		if m.State == Paused && m.Reason == nobodyLooked && m.Worker == "" && l.store.shared {
			m.State, m.Reason, m.Since = Queued, "", from
		}
		return nil
	}
	l.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	if err := l.revise(ctx, r, want); err != nil {
		return Manifest{}, err
	}
	l.mu.Lock()
	held := l.holds(r)
	if r.ending || r.m.State.repeatable() || !held && r.left && r.m.Worker == "" { // stopped or parked before it was known here who wants it
		l.mu.Unlock()
		return Manifest{}, errChanged
	}
	goesOn := held && r.left
	if held {
		r.alone = time.Now()
	}
	if goesOn {
		l.resume(r, unlimited)
	}
	m := r.m
	l.mu.Unlock()
	if !goesOn {
		return m, nil
	}
	err := l.save(ctx, r)
	if errors.Is(err, errLost) {
		err = errChanged
	}
	return m, err
}
