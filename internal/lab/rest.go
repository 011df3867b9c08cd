package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// errParked ends the goroutine of a paused run whose checkpoint is stored.
var errParked = errors.New("parked")

// between is called by the engine between two steps, and returns when the next one
// may be computed. It stores a checkpoint where one is due, lets the run rest while
// it is paused, and puts down what it has when the lab closes.
func (e *emitter) between(next int, write func(io.Writer) error) error {
	switch cause := context.Cause(e.ctx); {
	case next == e.m.Steps: // there is no next one; whoever extends the run goes on from here
		e.keep(next, write)
		return nil
	case errors.Is(cause, ErrClosed):
		e.keep(next, write)
		return cause
	case cause != nil:
		return cause
	case e.pace.due(time.Now()):
		e.keep(next, write)
	}
	if err := e.rest(next, write); err != nil {
		return err
	}
	return e.takeTurns(next, write)
}

// keep stores a checkpoint, after the records before it: there must be none that
// the log does not reach. It reports whether the checkpoint is stored. A run goes
// on without one; it has more to compute again, should it be cut off.
func (e *emitter) keep(next int, write func(io.Writer) error) bool {
	began := time.Now()
	defer func() { e.pace.took(began, time.Now()) }()
	if e.kept == next {
		return true
	}
	l, r := e.l, e.r
	ctx := context.WithoutCancel(e.ctx) // the end of the lab is when it is wanted most
	err := e.stored(ctx, next)
	if err == nil {
		err = l.store.keep(ctx, object(r.id, e.m.Attempt), next, write)
	}
	if err != nil {
		l.log.Warn("a checkpoint is not stored; the run goes on without", "run", r.id, "next", next, "err", err)
		return false
	}
	e.kept = next
	l.log.Debug("checkpoint", "run", r.id, "next", next, "took", time.Since(began))
	return true
}

// stored waits until the log has all records before the step next.
func (e *emitter) stored(ctx context.Context, next int) error {
	e.writer.hurry()
	var failed bool
	err := e.l.until(ctx, e.r, func() bool {
		failed = e.writer.failed
		return failed || len(e.r.steps) >= next
	})
	if err == nil && failed {
		err = errUnstored
	}
	return err
}

// rest counts a step and lets the run rest where it has been paused, or nobody looks.
func (e *emitter) rest(next int, write func(io.Writer) error) error {
	l, r := e.l, e.r
	l.mu.Lock()
	if e.fresh && r.budget > 0 {
		r.budget--
	}
	if r.budget != 0 && r.unseen(l.regime.alone) {
		r.budget, r.left = 0, true
	}
	pausing := r.budget == 0
	l.mu.Unlock()
	if !pausing {
		return context.Cause(e.ctx)
	}
	return e.pause(next, write)
}

// pause rests until the run is resumed and has a place. It says that the run is paused
// only when all its records are stored, so that a paused run stands still for every
// viewer. After a while, or at once where many rest, the run is parked.
func (e *emitter) pause(next int, write func(io.Writer) error) error {
	l, r := e.l, e.r
	if err := e.stored(e.ctx, next); err != nil {
		return err
	}
	l.mu.Lock()
	paused := r.budget == 0 // nobody has resumed it meanwhile
	patient := l.regime.rest
	if paused {
		l.dequeue(r) // where it was between two slices
		r.m.Take = 0
		r.pause()
		l.leave(r)
		if l.resting++; l.resting > l.regime.resting {
			patient = 0
		}
	}
	l.mu.Unlock()
	if !paused {
		return nil
	}
	if err := l.save(e.ctx, r); err != nil {
		l.log.Warn("a pause is not stored", "run", r.id, "err", err)
	}
	err := e.sleep(next, write, patient, func() bool { return r.place })
	l.mu.Lock()
	l.resting--
	l.mu.Unlock()
	e.pace.last = time.Now()
	return err
}

// pause says that the run is paused, and why where nobody ordered it. Lab.mu is held.
func (r *run) pause() {
	reason := r.m.Reason
	if r.left {
		reason = nobodyLooked
	}
	r.change(Paused, reason)
}

// takeTurns gives the run's place to another that waits, where its slice is over, and
// returns when it has a place again. Meanwhile the run stays in memory, or is parked
// where many wait so. For all who look it is running: its records come in bursts.
func (e *emitter) takeTurns(next int, write func(io.Writer) error) error {
	l, r := e.l, e.r
	l.mu.Lock()
	if slice := l.slice(e.pace.price); slice == 0 || len(l.queue) == 0 || r.budget == 0 || !r.place || time.Since(r.turn) < slice {
		l.mu.Unlock()
		return nil
	}
	l.pass(r)
	if r.place {
		l.mu.Unlock()
		return nil
	}
	patient := l.regime.rest
	if l.aside++; l.aside > l.regime.resting {
		patient = 0
	}
	l.mu.Unlock()

	began := time.Now()
	var err error
	for placed := false; err == nil && !placed; {
		err = e.sleep(next, write, patient, func() bool {
			placed = r.place
			return placed || r.budget == 0
		})
		if err == nil && !placed { // an order to pause, which may be taken back while it waits for its records
			err = e.pause(next, write)
		}
	}
	l.mu.Lock()
	l.aside--
	l.mu.Unlock()
	e.pace.waited(began, time.Now())
	return err
}

// slice is how long a run whose last checkpoint had that price keeps its place at
// least. Where memory is full of others and it will be parked, most of its time is
// to go into steps all the same. Lab.mu is held.
func (l *Lab) slice(price time.Duration) time.Duration {
	if l.regime.slice == 0 || l.aside < l.regime.resting {
		return l.regime.slice
	}
	return max(l.regime.slice, 5*price)
}

// sleep waits until awake, called with Lab.mu held, says yes, at most so long or until
// another process has a place for the run, and then parks it. Where its checkpoint cannot
// be stored it waits on.
func (e *emitter) sleep(next int, write func(io.Writer) error, patient time.Duration, awake func() bool) error {
	for {
		ctx, cancel := context.WithTimeoutCause(e.ctx, patient, errParked)
		evicted := false
		err := e.l.until(ctx, e.r, func() bool {
			evicted = e.r.evicted
			return awake() || evicted
		})
		if cancel(); evicted {
			err = errParked
		}
		switch {
		case errors.Is(err, errParked):
			if e.keep(next, write) {
				return err
			}
			e.l.mu.Lock()
			e.r.evicted = false // it stays
			e.l.mu.Unlock()
			patient = max(patient, e.l.regime.rest, time.Second)
			continue
		case errors.Is(err, ErrClosed):
			e.keep(next, write)
		}
		return err
	}
}

// park gives up the goroutine of a run that rests; where the run has its place
// meanwhile, it gets another. It reports false where the run has been stopped.
func (l *Lab) park(ctx context.Context, r *run) bool {
	if ctx.Err() != nil || !l.giveBack(ctx, r) {
		return false
	}
	l.log.Info("a run that rests gives its memory back", "run", r.id)
	return true
}

// revive opens the run's checkpoint, where there is one that fits its records; its
// next is 0 where there is none. It never fails: what cannot be read is computed.
func (l *Lab) revive(ctx context.Context, r *run) *kept {
	l.mu.Lock()
	name, done := object(r.id, r.m.Attempt), len(r.steps)
	l.mu.Unlock()
	if done == 0 {
		return nil
	}
	k, err := l.store.kept(ctx, name)
	if err == nil && k != nil && k.next > done {
		err = errors.Join(fmt.Errorf("it goes on at step %d, and %d records are there", k.next, done), k.Close())
		k = nil
	}
	if err != nil {
		l.log.Warn("a checkpoint cannot be read; the run is computed from its first step", "run", r.id, "err", err)
		return nil
	}
	return k
}
