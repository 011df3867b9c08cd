package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The causes with which a run's context ends when it is stopped, and when a newer
// submission of its visitor takes its place in the queue.
var (
	errStopped  = errors.New("stopped")
	errReplaced = errors.New("a newer submission of its visitor has taken its place in the queue")
)

// A verb is what a run can be told.
type verb string

const (
	pause  verb = "pause"
	resume verb = "resume"
	step   verb = "step"
	stop   verb = "stop"

	displace verb = "replace" // by a newer submission, which no visitor says
)

// Pause lets a run take no further step. It returns when the run has come to
// rest, all its records stored, or with the context's error; the order stands
// even then.
func (l *Lab) Pause(ctx context.Context, id string) error { return l.order(ctx, id, pause) }

// Resume lets a paused run go on as soon as there is a place for it.
func (l *Lab) Resume(ctx context.Context, id string) error { return l.order(ctx, id, resume) }

// Step lets a run take one step and pause. It returns when the run rests again,
// or with the context's error; the order stands even then.
func (l *Lab) Step(ctx context.Context, id string) error { return l.order(ctx, id, step) }

// Leave takes back that a visitor wants a run. Others who want it keep it; otherwise
// it is Stop, whoever asks. The visitor is named as in Submission.
func (l *Lab) Leave(ctx context.Context, id string, who Submission) error {
	name := asker{Visitor: who.Visitor, Address: who.Address}.name()
	for wanted := false; ; {
		l.mu.Lock()
		r, err := l.find(id)
		shared := err == nil && !l.closed && !r.m.State.Ended() && len(r.m.Askers) > 1
		wants := err == nil && slices.ContainsFunc(r.m.Askers, func(a asker) bool { return a.name() == name })
		l.mu.Unlock()
		switch {
		case wanted && !wants: // taken back already: twice at a time, or the acknowledgement was lost
			return nil
		case !shared:
			return l.Stop(ctx, id)
		}
		err = l.revise(ctx, r, func(m *Manifest) error { return m.abandon(name) })
		if !errors.Is(err, errChanged) {
			return err
		}
		wanted = wanted || wants
	}
}

// abandon removes a visitor from those who want the run. The error is errChanged where nobody
// would be left, or it has ended.
func (m *Manifest) abandon(name string) error {
	if m.State.Ended() || len(m.Askers) < 2 {
		return errChanged
	}
	m.Askers = slices.DeleteFunc(slices.Clone(m.Askers), func(a asker) bool { return a.name() == name })
	return nil
}

// Stop ends a run; its records stay until it is submitted again. It returns when
// the run has ended, or with the context's error; the order stands even then. A
// run that has ended already is left alone.
func (l *Lab) Stop(ctx context.Context, id string) error {
	err := l.order(ctx, id, stop)
	if errors.Is(err, ErrEnded) {
		return nil
	}
	return err
}

// cut ends a run that is this process's for that cause. Who asks for it from now on asks
// for its next attempt. Lab.mu is held.
func (l *Lab) cut(r *run, cause error) {
	r.ending = true
	l.dequeue(r)
	l.start(r) // a run that never began ends in the same way as all others
	r.cancel(cause)
}

// order gives an order to a run, wherever it is, and waits for its effect. Then it
// stores the manifest of one that is here, so that a paused run is paused after a
// restart too.
func (l *Lab) order(ctx context.Context, id string, v verb) error {
	for {
		r, worker, err := l.obey(ctx, id, v)
		holder := worker // who knows of the order; none where the manifest does
		switch {
		case err != nil:
		case worker != "":
			err = l.send(ctx, r, worker, v)
		case l.store.shared && l.here(r):
			holder = l.store.id
		}
		if errors.Is(err, errChanged) {
			continue // it is known by now where to
		}
		if err != nil {
			return err
		}
		forgotten := false
		err = l.until(ctx, r, func() bool {
			forgotten = holder != "" && r.m.Worker != holder && !r.m.State.Ended() && (v == stop || v == pause && r.m.State != Paused)
			return forgotten || v.done(r.m.State)
		})
		if forgotten { // its holder has let go of it, and with it of the order
			continue
		}
		if err == nil && l.here(r) && v != stop {
			err = l.save(ctx, r)
		}
		if errors.Is(err, errLost) {
			if err = l.until(ctx, r, func() bool { return l.settled(r) }); err == nil {
				continue
			}
		}
		return err
	}
}

// done tells whether an order has had its effect.
func (v verb) done(s State) bool {
	switch v {
	case pause:
		return s != Running
	case step:
		return s == Paused || s.Ended()
	case stop:
		return s.Ended()
	}
	return true
}

// holds tells whether the run is this process's to change: each one in a store of our
// own, and otherwise those that it has claimed. Lab.mu is held.
func (l *Lab) holds(r *run) bool { return !l.store.shared || r.active && !r.claiming }

func (l *Lab) here(r *run) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.holds(r) && !r.m.State.Ended()
}

// obey gives an order to a run that has not ended and that this process holds, or
// none does. Otherwise it returns the worker that does.
func (l *Lab) obey(ctx context.Context, id string, v verb) (r *run, worker string, err error) {
	for {
		l.mu.Lock()
		r, err = l.find(id)
		if err != nil || !r.claiming {
			break
		}
		l.mu.Unlock()
		if err := l.until(ctx, r, func() bool { return !r.claiming }); err != nil {
			return nil, "", err
		}
	}
	switch {
	case err == nil && l.closed:
		err = ErrClosed
	case err == nil && r.m.State.Ended():
		err = fmt.Errorf("run %s is %s: %w", id, r.m.State, ErrEnded)
	}
	if err != nil {
		l.mu.Unlock()
		return nil, "", err
	}
	if !l.holds(r) {
		worker = r.m.Worker
		l.mu.Unlock()
		if worker == "" {
			err = l.amend(ctx, r, v)
		}
		return r, worker, err
	}
	defer l.mu.Unlock()
	switch v {
	case pause:
		r.budget, r.m.Take, r.left = 0, 0, false
		switch {
		case r.m.State == Paused:
			r.change(Paused, "") // nobody's absence is the reason any more
		case r.m.State == Queued, !r.active && !r.place:
			l.dequeue(r)
			r.change(Paused, "")
		default:
			r.version++ // for who is about to give it back
			r.touch()   // it may be between two slices
		}
	case resume:
		l.resume(r, unlimited)
	case step:
		l.resume(r, 1)
	case stop:
		l.cut(r, errStopped)
	}
	return r, "", nil
}

// resume lets a run take so many steps. Lab.mu is held.
func (l *Lab) resume(r *run, budget int) {
	r.budget, r.m.Take, r.left, r.alone = budget, max(budget, 0), false, time.Now()
	if r.m.State == Paused {
		r.m.Since = l.tick()
		r.change(Queued, "")
		l.enqueue(r)
	} else {
		r.touch() // it may be about to pause
	}
}

// amend gives an order to a run that no process holds, by what its manifest says.
func (l *Lab) amend(ctx context.Context, r *run, v verb) error {
	err := l.alter(ctx, r, func(m *Manifest) error {
		if m.Worker != "" || m.State.Ended() {
			return errChanged
		}
		m.Take, m.Reason = 0, ""
		switch v {
		case pause:
			m.State = Paused
		case step:
			m.Take = 1
			fallthrough
		case resume:
			if m.State == Paused {
				m.State, m.Since = Queued, time.Now().UTC()
			}
		case stop:
			done, err := l.store.count(ctx, r.subject)
			if err != nil {
				return err
			}
			m.State, m.Done, m.Ended = Cancelled, done, time.Now().UTC()
			m.Reason = stoppedAfter(*m)
		case displace:
			if !m.Started.IsZero() || m.Keep || len(m.Askers) > 1 {
				return errChanged
			}
			m.State, m.Reason, m.Ended = Cancelled, errReplaced.Error(), time.Now().UTC()
		}
		return nil
	})
	if err == nil && v == stop {
		l.forget(ctx, r)
	}
	return err
}

func stoppedAfter(m Manifest) string {
	return fmt.Sprintf("stopped after %d of %d steps", m.Done, m.Steps)
}
