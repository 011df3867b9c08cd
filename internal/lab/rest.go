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
	case errors.Is(cause, ErrClosed):
		e.keep(next, write)
		return cause
	case cause != nil:
		return cause
	case e.pace.due(time.Now()):
		e.keep(next, write)
	}
	return e.rest(next, write)
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

// rest lets the run rest where it has been paused. It says so only when all its
// records are stored, so that a paused run stands still for every viewer. After a
// while, or at once where many rest, the run is parked.
func (e *emitter) rest(next int, write func(io.Writer) error) error {
	l, r := e.l, e.r
	l.mu.Lock()
	if e.fresh && r.budget > 0 {
		r.budget--
	}
	pausing := r.budget == 0
	l.mu.Unlock()
	if !pausing {
		return context.Cause(e.ctx)
	}
	if err := e.stored(e.ctx, next); err != nil {
		return err
	}
	l.mu.Lock()
	paused := r.budget == 0 // nobody has resumed it meanwhile
	patient := l.regime.rest
	if paused {
		r.m.Take = 0
		r.change(Paused, r.m.Reason)
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
	err := e.sleep(next, write, patient)
	l.mu.Lock()
	l.resting--
	l.mu.Unlock()
	e.pace.last = time.Now()
	return err
}

// sleep waits for a place among the running ones, at most so long or until another
// process has one, and then parks the run. Where its checkpoint cannot be stored it
// waits on.
func (e *emitter) sleep(next int, write func(io.Writer) error, patient time.Duration) error {
	for {
		ctx, cancel := context.WithTimeoutCause(e.ctx, patient, errParked)
		evicted := false
		err := e.l.until(ctx, e.r, func() bool {
			evicted, e.r.evicted = e.r.evicted && !e.r.place, false
			return e.r.place || evicted
		})
		if cancel(); evicted {
			err = errParked
		}
		switch {
		case errors.Is(err, errParked):
			if e.keep(next, write) {
				return err
			}
			patient = max(patient, e.l.regime.rest, time.Second)
			continue
		case errors.Is(err, ErrClosed):
			e.keep(next, write)
		}
		return err
	}
}

// park gives up the goroutine of a paused run; where the run has been resumed
// meanwhile, it gets another. It reports false where the run has been stopped.
func (l *Lab) park(ctx context.Context, r *run) bool {
	if ctx.Err() != nil || !l.giveBack(ctx, r) {
		return false
	}
	l.log.Info("a paused run gives its memory back", "run", r.id)
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
