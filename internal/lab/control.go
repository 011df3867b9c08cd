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

// Pause lets a run take no further step. It returns when the run has come to
// rest, all its records stored, or with the context's error; the order stands
// even then.
func (l *Lab) Pause(ctx context.Context, id string) error {
	r, err := l.order(id, func(r *run) {
		r.budget, r.left = 0, false
		switch {
		case r.m.State == Paused:
			r.change(Paused, "") // nobody's absence is the reason any more
		case r.m.State == Queued, !r.active && !r.place:
			l.dequeue(r)
			r.change(Paused, "")
		default:
			r.touch() // it may be between two slices
		}
	})
	if err != nil {
		return err
	}
	return l.settle(ctx, r, func() bool { return r.m.State != Running })
}

// Resume lets a paused run go on as soon as there is a place for it.
func (l *Lab) Resume(ctx context.Context, id string) error {
	r, err := l.order(id, func(r *run) { l.resume(r, unlimited) })
	if err != nil {
		return err
	}
	return l.settle(ctx, r, func() bool { return true })
}

// Step lets a run take one step and pause. It returns when the run rests again,
// or with the context's error; the order stands even then.
func (l *Lab) Step(ctx context.Context, id string) error {
	r, err := l.order(id, func(r *run) { l.resume(r, 1) })
	if err != nil {
		return err
	}
	return l.settle(ctx, r, func() bool { return r.m.State == Paused || r.m.State.Ended() })
}

// Leave takes back that a visitor wants a run. Others who want it keep it; otherwise
// it is Stop, whoever asks. The visitor is named as in Submission.
func (l *Lab) Leave(ctx context.Context, id string, who Submission) error {
	shared := false
	r, err := l.order(id, func(r *run) {
		if shared = len(r.m.Askers) > 1; shared {
			r.abandon(asker{Visitor: who.Visitor, Address: who.Address}.name())
			l.dispatch()
		}
	})
	if err == nil && shared {
		return l.save(ctx, r)
	}
	return l.Stop(ctx, id)
}

// abandon removes a visitor from those who want the run. Lab.mu is held.
func (r *run) abandon(name string) {
	r.m.Askers = slices.DeleteFunc(slices.Clone(r.m.Askers), func(a asker) bool { return a.name() == name })
}

// Stop ends a run; its records stay until it is submitted again. It returns when
// the run has ended, or with the context's error; the order stands even then. A
// run that has ended already is left alone.
func (l *Lab) Stop(ctx context.Context, id string) error {
	r, err := l.order(id, func(r *run) { l.cut(r, errStopped) })
	if errors.Is(err, ErrEnded) {
		return nil
	}
	if err != nil {
		return err
	}
	return l.until(ctx, r, func() bool { return r.m.State.Ended() })
}

// cut ends a run for that cause. Lab.mu is held.
func (l *Lab) cut(r *run, cause error) {
	l.dequeue(r)
	l.start(r) // a run that never began ends in the same way as all others
	r.cancel(cause)
}

// order gives an order to a run that has not ended.
func (l *Lab) order(id string, give func(*run)) (*run, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, err := l.lookup(id)
	switch {
	case err != nil:
		return nil, err
	case l.closed:
		return nil, ErrClosed
	case r.m.State.Ended():
		return nil, fmt.Errorf("run %s is %s: %w", id, r.m.State, ErrEnded)
	}
	give(r)
	return r, nil
}

// resume lets a run take so many steps. Lab.mu is held.
func (l *Lab) resume(r *run, budget int) {
	r.budget, r.left, r.alone = budget, false, time.Now()
	if r.m.State == Paused {
		r.m.Since = l.tick()
		r.change(Queued, "")
		l.enqueue(r)
	} else {
		r.touch() // it may be about to pause
	}
}

// settle waits for the effect of an order, then stores the manifest, so that a
// paused run is paused after a restart too.
func (l *Lab) settle(ctx context.Context, r *run, ok func() bool) error {
	if err := l.until(ctx, r, ok); err != nil {
		return err
	}
	return l.save(ctx, r)
}
