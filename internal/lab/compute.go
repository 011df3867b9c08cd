package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// compute is the goroutine of a run, from its first place among the running ones
// to its end or until it is parked. Lab.start starts it; Close waits for it.
func (l *Lab) compute(ctx context.Context, r *run) {
	err := l.claim(ctx, r)
	if err == nil {
		stop := l.tend(ctx, r)
		err = l.record(ctx, r)
		stop()
	}
	if !errors.Is(err, errParked) || !l.park(ctx, r) {
		l.end(ctx, r, err)
	}
	l.release(r)
	l.retain(ctx)
}

// record runs the engine and takes its steps to the log. Nil means that all steps
// are there and stored.
func (l *Lab) record(ctx context.Context, r *run) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := l.load(ctx, r)
	if err == nil {
		err = l.guarded(ctx, r)
	}
	if err != nil {
		return err
	}
	e := l.newEmitter(ctx, r)
	err = e.compute()
	if lost := e.writer.close(); lost != nil {
		return lost // what the engine said since then is of no weight
	}
	if err == nil && e.next != e.m.Steps {
		err = fmt.Errorf("the engine ended after %d of %d steps", e.next, e.m.Steps)
	}
	return err
}

// compute lets the engine go on from the run's checkpoint, or from its first step
// where there is none that can be used.
func (e *emitter) compute() error {
	l, r := e.l, e.r
	o := l.engine
	o.Checkpoint = e.between
	train := func() error {
		return l.safely(r, func() error { return l.train(e.ctx, r.spec, o, e.emit) })
	}
	ctx, cancel := context.WithTimeout(e.ctx, keepTime)
	defer cancel()
	k := l.revive(ctx, r)
	if k == nil {
		var err error
		if k, err = e.inherit(ctx); err != nil {
			return err
		}
	}
	if k != nil {
		defer k.Close()
		e.begin(k.next)
		if k.name != object(r.id, e.m.Attempt) {
			e.kept = 0 // none of its own
		}
		o.Resume = k
		if err := train(); !errors.Is(err, engine.ErrCheckpoint) || e.ctx.Err() != nil {
			return err
		} else {
			l.log.Warn("a checkpoint cannot be used; the run is computed from its first step", "run", r.id, "err", err)
		}
		o.Resume = nil
	}
	e.begin(0)
	return train()
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

// end gives the run's place to the next and says how it ended. A run that the lab cut off
// has not ended: it is given back to those who share the store; in one of our own its
// manifest stays as it is, for the next start. A run that another process has is not this
// one's to end.
func (l *Lab) end(ctx context.Context, r *run, err error) {
	l.mu.Lock()
	now := l.tick()
	l.leave(r)
	m, steps := r.m, r.steps
	l.mu.Unlock()

	cause := context.Cause(ctx)
	if errors.Is(err, errLost) || errors.Is(cause, errLost) || errors.Is(err, errUnfit) {
		l.drop(r, cmp.Or(err, cause))
		return
	}
	m, ended := outcome(m, err, cause)
	if !ended {
		if l.store.shared && !l.giveBack(ctx, r) {
			l.log.Warn("a run is not given back; others take it up when its lease has run out", "run", r.id)
		}
		return
	}
	if m.State == Finished || m.State == Diverged {
		h := record.NewHash(m.Schema)
		for _, s := range steps {
			h.Add(s)
		}
		m.CurveHash = h.Sum()
		m.Earlier = m.Earlier.compared(m)
	}
	m.Position, m.Wait, m.Take, m.Worker, m.Ended = 0, 0, 0, "", now
	l.conclude(context.WithoutCancel(ctx), r, m)
}

// outcome says in the manifest how a computation ended that returned err, in a context
// that ended with cause. ended is false where the lab has cut it off.
func outcome(m Manifest, err, cause error) (_ Manifest, ended bool) {
	m.Reason = ""
	var diverged *engine.Diverged
	switch {
	case err == nil:
		m.State = Finished
	case errors.As(err, &diverged):
		m.State, m.Reason, m.Causes = Diverged, err.Error(), diverged.Causes
	case errors.Is(err, errUnstored):
		m.State, m.Reason = Failed, err.Error()
	case errors.Is(cause, errStopped):
		m.State, m.Reason = Cancelled, stoppedAfter(m)
	case errors.Is(cause, errReplaced):
		m.State, m.Reason = Cancelled, errReplaced.Error()
	case errors.Is(cause, ErrClosed):
		return m, false
	default:
		m.State, m.Reason = Failed, err.Error()
	}
	return m, true
}

// conclude stores the manifest of a run that has ended, then shows it. What others have
// changed meanwhile, and need no holder for, stands.
func (l *Lab) conclude(ctx context.Context, r *run, m Manifest) {
	l.mu.Lock()
	r.ending = true
	l.mu.Unlock()
	r.saving.Lock()
	err := l.write(ctx, r, func(now *Manifest) {
		m.others(now)
		*now = m
	})
	if err != nil && l.store.shared {
		r.saving.Unlock()
		l.drop(r, err)
		return
	}
	if err != nil {
		l.log.Error("the end of a run is not stored; it will be computed again after a restart", "run", r.id, "err", err)
	}
	l.mu.Lock()
	if r.foreign != nil && l.runs[r.id] == r { // another has changed it already, since it ended
		m, r.foreign = *r.foreign, nil
	} else {
		m.others(&r.m)
	}
	r.m, r.active, r.ending = m, false, false
	r.change(m.State, m.Reason)
	l.dequeue(r)
	l.mu.Unlock()
	r.saving.Unlock()
	if m.State != Finished { // nobody goes on from there
		l.forget(ctx, r)
	}
	l.log.Info("run ended", "run", r.id, "attempt", m.Attempt, "state", m.State, "reason", m.Reason, "done", m.Done, "curve_hash", m.CurveHash)
}

// forget removes the checkpoint of a run that has ended.
func (l *Lab) forget(ctx context.Context, r *run) {
	l.mu.Lock()
	name := object(r.id, r.m.Attempt)
	l.mu.Unlock()
	if err := l.store.forget(ctx, name); err != nil {
		l.log.Warn("the checkpoint of a run that has ended stays until the next start", "run", r.id, "err", err)
	}
}

// An emitter takes the steps of one computation to the log. It lives in the run's
// goroutine.
type emitter struct {
	l      *Lab
	r      *run
	ctx    context.Context
	m      Manifest      // as it was at the start; steps, class and schema do not change
	before []record.Step // stored before, to be met again
	first  int           // the step that the computation begins with
	next   int           // the step that is due
	fresh  bool          // the last step was not stored before
	kept   int           // where the newest checkpoint goes on; 0 where there is none
	pace   pace
	writer *writer
}

func (l *Lab) newEmitter(ctx context.Context, r *run) *emitter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &emitter{l: l, r: r, ctx: ctx, m: r.m, before: r.steps, pace: pace{regime: l.regime, last: time.Now()}, writer: l.newWriter(r)}
}

// begin says with which step the computation begins: 0, or where a checkpoint goes on.
func (e *emitter) begin(next int) {
	e.first, e.next, e.kept = next, next, next
	again := len(e.before) - next
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	switch {
	case next == 0 && again > 0:
		e.r.change(e.r.m.State, fmt.Sprintf("computing its first %d steps again after a restart", again))
	case again > 0:
		e.r.change(e.r.m.State, fmt.Sprintf("goes on from its checkpoint at step %d, computing %d steps again", next, again))
	}
}

// emit takes one step, and returns when it is on its way to the log.
func (e *emitter) emit(s record.Step) error {
	if e.next == e.first && e.first > 0 && s.Step != e.first {
		return fmt.Errorf("%w: it goes on at step %d, and says %d", engine.ErrCheckpoint, s.Step, e.first)
	}
	if s.Step != e.next || len(s.Values) != len(e.m.Schema.Fields) {
		return fmt.Errorf("the engine said step %d with %d values where step %d with %d was due", s.Step, len(s.Values), e.next, len(e.m.Schema.Fields))
	}
	goesOn := s.Step == e.first && e.first > 0
	e.l.mu.Lock()
	e.r.taken++
	if goesOn {
		e.r.m.Resumed = e.first
		e.r.change(e.r.m.State, e.r.m.Reason)
	}
	e.l.mu.Unlock()
	if goesOn {
		e.l.log.Info("run goes on from its checkpoint", "run", e.r.id, "step", e.first, "stored", len(e.before))
	}
	e.next++
	if e.fresh = s.Step >= len(e.before); e.fresh {
		return e.writer.put(e.ctx, s)
	}
	return e.compare(s)
}

// compare checks a step against the stored one.
func (e *emitter) compare(s record.Step) error {
	if field := e.m.Schema.Difference(e.before[s.Step], s); field != "" {
		return fmt.Errorf("cut off, and cannot go on: step %d comes out with another %s than was stored (stored by machine class %s, now %s)",
			s.Step, field, e.m.Class, engine.Class())
	}
	if s.Step == len(e.before)-1 {
		e.l.mu.Lock()
		e.r.change(e.r.m.State, "")
		e.l.mu.Unlock()
	}
	return nil
}
