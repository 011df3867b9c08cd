package lab

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// compute is the goroutine of a run, from its first place among the running ones
// to its end. Lab.start starts it; Close waits for it.
func (l *Lab) compute(ctx context.Context, r *run) {
	defer l.working.Done()
	err := l.record(ctx, r)
	l.end(ctx, r, err)
	l.release(r)
}

// record runs the engine and takes its steps to the log. Nil means that all steps
// are there and stored.
func (l *Lab) record(ctx context.Context, r *run) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := l.load(ctx, r); err != nil {
		return err
	}
	e := l.newEmitter(ctx, r)
	err := l.safely(r, func() error { return l.train(ctx, r.spec, l.engine, e.emit) })
	if lost := e.writer.close(); lost != nil {
		return lost // what the engine said since then is of no weight
	}
	if err == nil && e.next != e.m.Steps {
		err = fmt.Errorf("the engine ended after %d of %d steps", e.next, e.m.Steps)
	}
	return err
}

// A crash is a panic in the engine.
type crash struct{ value any }

func (c *crash) Error() string { return fmt.Sprintf("the program has a fault: %v", c.value) }

// safely turns a panic into an error, so that it fails this run and no other.
func (l *Lab) safely(r *run, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			l.log.Error("panic in a run", "run", r.id, "spec", r.m.Spec, "panic", v, "stack", string(debug.Stack()))
			err = &crash{v}
		}
	}()
	return f()
}

// end says how a run ended: it stores the manifest, then shows it, and gives the
// place to the next. A run that the lab cut off has not ended; its manifest stays
// as it is, for the next start.
func (l *Lab) end(ctx context.Context, r *run, err error) {
	l.mu.Lock()
	m, steps := r.m, r.steps
	l.mu.Unlock()

	m.Reason = ""
	var diverged *engine.Diverged
	cause := context.Cause(ctx)
	switch {
	case err == nil:
		m.State = Finished
	case errors.As(err, &diverged):
		m.State, m.Reason, m.Causes = Diverged, err.Error(), diverged.Causes
	case errors.Is(err, errUnstored):
		m.State, m.Reason = Failed, err.Error()
	case errors.Is(cause, errStopped):
		m.State, m.Reason = Cancelled, fmt.Sprintf("stopped after %d of %d steps", m.Done, m.Steps)
	case errors.Is(cause, ErrClosed):
		return
	default:
		m.State, m.Reason = Failed, err.Error()
	}
	if m.State == Finished || m.State == Diverged {
		h := record.NewHash(m.Schema)
		for _, s := range steps {
			h.Add(s)
		}
		m.CurveHash = h.Sum()
	}
	m.Position, m.Ended = 0, time.Now().UTC()

	r.saving.Lock()
	if err := l.store.save(context.WithoutCancel(ctx), m); err != nil {
		l.log.Error("the end of a run is not stored; it will be computed again after a restart", "run", r.id, "err", err)
	}
	l.mu.Lock()
	m.Keep = r.m.Keep // the one thing that others may have changed meanwhile
	r.m = m
	r.change(m.State, m.Reason)
	l.dequeue(r)
	l.leave(r)
	l.mu.Unlock()
	r.saving.Unlock()
	l.log.Info("run ended", "run", r.id, "attempt", m.Attempt, "state", m.State, "reason", m.Reason, "done", m.Done, "curve_hash", m.CurveHash)
}

// An emitter takes the steps of one computation to the log. It lives in the run's
// goroutine.
type emitter struct {
	l      *Lab
	r      *run
	ctx    context.Context
	m      Manifest      // as it was at the start; steps, class and schema do not change
	stored []record.Step // from before a restart, to be met again
	next   int           // the step that is due
	writer *writer
}

func (l *Lab) newEmitter(ctx context.Context, r *run) *emitter {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &emitter{l: l, r: r, ctx: ctx, m: r.m, stored: r.steps, writer: l.newWriter(r)}
	if n := len(e.stored); n > 0 {
		r.change(r.m.State, fmt.Sprintf("computing its first %d steps again after a restart", n))
	}
	return e
}

// emit takes one step, and returns when the next one may be computed: it blocks
// while the run is paused.
func (e *emitter) emit(s record.Step) error {
	if s.Step != e.next || len(s.Values) != len(e.m.Schema.Fields) {
		return fmt.Errorf("the engine said step %d with %d values where step %d with %d was due", s.Step, len(s.Values), e.next, len(e.m.Schema.Fields))
	}
	e.next++
	fresh := s.Step >= len(e.stored)
	if fresh {
		if err := e.writer.put(e.ctx, s); err != nil {
			return err
		}
	} else if err := e.compare(s); err != nil {
		return err
	}
	return e.rest(fresh)
}

// compare checks a step against the stored one.
func (e *emitter) compare(s record.Step) error {
	if field := e.m.Schema.Difference(e.stored[s.Step], s); field != "" {
		return fmt.Errorf("cut off, and cannot go on: step %d comes out with another %s than was stored (stored by machine class %s, now %s)",
			s.Step, field, e.m.Class, engine.Class())
	}
	if s.Step == len(e.stored)-1 {
		e.l.mu.Lock()
		e.r.change(e.r.m.State, "")
		e.l.mu.Unlock()
	}
	return nil
}

// rest lets the run rest where it has been paused. It says so only when all its
// records are stored, so that a paused run stands still for every viewer.
func (e *emitter) rest(fresh bool) error {
	l, r := e.l, e.r
	l.mu.Lock()
	if fresh && r.budget > 0 {
		r.budget--
	}
	last := e.next == e.m.Steps // nothing is left to wait for
	pausing := r.budget == 0 && !last
	l.mu.Unlock()
	if !pausing {
		return context.Cause(e.ctx)
	}
	if err := l.until(e.ctx, r, func() bool { return len(r.steps) >= e.next }); err != nil {
		return err
	}
	l.mu.Lock()
	paused := r.budget == 0 // nobody has resumed it meanwhile
	if paused {
		r.change(Paused, r.m.Reason)
		l.leave(r)
	}
	l.mu.Unlock()
	if !paused {
		return nil
	}
	if err := l.save(e.ctx, r); err != nil {
		l.log.Warn("a pause is not stored", "run", r.id, "err", err)
	}
	return l.until(e.ctx, r, func() bool { return r.place })
}
