package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// Where several processes share a store, one of them at a time holds a run:
// Manifest.Worker names it. It takes a run that nobody holds by storing its name, and
// keeps it by storing the manifest anew at every beat. A process that has not been
// heard of for the time of a lease has lost the run; whoever notices first says so in
// the manifest, and the run waits for a place again.
//
// Nothing hangs on clocks. A process that was only asleep finds that the manifest is at
// another revision, and the records of the run behind a fence; the store refuses both.

// claim makes a run this process's.
func (l *Lab) claim(ctx context.Context, r *run) error {
	err := l.fit(r)
	if err == nil && l.store.shared {
		err = l.save(ctx, r)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.claiming = false; l.store.shared {
		r.touch() // orders have waited for it
	}
	if r.foreign != nil {
		err = errForestalled
	}
	return err
}

// errForestalled is the error of a claim where another process was quicker.
var errForestalled = fmt.Errorf("%w: another was quicker", errLost)

// errUnfit is in the error of a run that another process may be able to compute.
var errUnfit = errors.New("the run cannot be computed here")

// fit finds out whether the run can be computed here. In a store that others share it
// is left to them where it cannot, unless it is of an earlier version of the engine.
func (l *Lab) fit(r *run) error {
	l.mu.Lock()
	m, known := r.m, r.fitness == fit
	l.mu.Unlock()
	if known {
		return nil
	}
	s, err := l.reread(m)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		r.spec, r.fitness = s, fit
		return nil
	}
	if l.store.shared && m.Engine >= engine.Version {
		r.fitness = unfit
		return fmt.Errorf("%w: %w", errUnfit, err)
	}
	return fmt.Errorf("cut off, and cannot go on: %w", err)
}

// known says that the run can be computed here, and how. Lab.mu is held, or the run
// is nobody else's yet.
func (r *run) known(s spec.Spec) *run {
	r.spec, r.fitness = s, fit
	return r
}

// takeable tells whether a waiting run may be computed here. Lab.mu is held.
func (l *Lab) takeable(r *run) bool {
	return l.holds(r) || r.m.Worker == "" && l.computable(r)
}

// computable tells whether a run that is not held here might be computed here: its
// records, where there are some, are those of another machine class otherwise. Lab.mu is held.
func (l *Lab) computable(r *run) bool {
	return r.fitness != unfit && (r.m.Done == 0 || r.m.Class == engine.Class())
}

// tend keeps a claim alive and stores what changes in the manifest, until stop is
// called. Its goroutine belongs to the run's.
func (l *Lab) tend(ctx context.Context, r *run) (stop func()) {
	if !l.store.shared {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		beat := time.NewTicker(l.regime.beat)
		defer beat.Stop()
		version, begun := -1, false
		for {
			l.mu.Lock()
			due := r.version != version || !begun && r.m.Done > 0
			version, begun = r.version, r.m.Done > 0
			changed := r.changed
			l.mu.Unlock()
			if due {
				if err := l.save(ctx, r); err != nil && ctx.Err() == nil {
					l.log.Warn("a run is given up", "run", r.id, "err", err)
					r.cancel(fmt.Errorf("%w: %w", errLost, err))
					return
				}
			}
			select {
			case <-changed:
			case <-beat.C:
				version = -1
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// guarded puts a fence behind the records of the run, in front of which all of them
// are in memory: a process that held it before writes no more.
func (l *Lab) guarded(ctx context.Context, r *run) error {
	for l.store.shared {
		l.mu.Lock()
		last, next := r.last, len(r.steps)
		l.mu.Unlock()
		seq, err := l.store.fence(ctx, r.subject, last, next)
		if err == nil {
			return l.extend(r, nil, seq)
		}
		if !errors.Is(err, errStale) {
			return fmt.Errorf("%w: %w", errLost, err)
		}
		more, seq, err := l.store.load(ctx, r.subject, last, next)
		if err != nil {
			return err
		}
		if seq > last {
			err = l.extend(r, more, seq)
		} else { // the replica that answered is behind
			l.wait(10 * time.Millisecond)
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// free is the manifest of the same run without a worker.
func (m Manifest) free() Manifest {
	if m.Worker = ""; m.State == Running {
		m.State = Queued
	}
	return m
}

// giveBack ends the goroutine's hold on a run that has not ended, so that another
// process may take it up at once. Orders that come meanwhile are not forgotten: where
// the run has been resumed it gets another goroutine, and where it has been stopped
// giveBack reports false.
func (l *Lab) giveBack(ctx context.Context, r *run) bool {
	r.saving.Lock()
	defer r.saving.Unlock()
	for {
		l.mu.Lock()
		version := r.version
		l.mu.Unlock()
		if l.store.shared {
			err := l.write(context.WithoutCancel(ctx), r, func(m *Manifest) { *m = m.free() })
			if err != nil {
				r.cancel(fmt.Errorf("%w: %w", errLost, err))
				return false
			}
		}
		l.mu.Lock()
		if errors.Is(context.Cause(ctx), errStopped) {
			l.mu.Unlock()
			return false
		}
		if r.version == version || !l.store.shared {
			r.active, r.m.Worker = false, ""
			if r.place && !l.closed {
				l.start(r)
			}
			l.mu.Unlock()
			return true
		}
		l.mu.Unlock()
	}
}

// drop lets go of a run that is not this process's any more, or was never to be.
func (l *Lab) drop(r *run, why error) {
	level := slog.LevelWarn
	if errors.Is(why, errForestalled) { // as happens to all workers but one
		level = slog.LevelDebug
	}
	l.log.Log(l.ctx, level, "a run is left to others", "run", r.id, "why", why)
	l.mu.Lock()
	m := r.m
	l.mu.Unlock()
	if errors.Is(why, errUnfit) { // the store never heard of it
		m.State, m.Worker = Queued, ""
	} else {
		r.saving.Lock()
		err := l.write(l.ctx, r, func(now *Manifest) { *now = now.free() })
		r.saving.Unlock()
		if err == nil {
			m = m.free()
		} else if !errors.Is(err, errLost) {
			l.log.Warn("others take it up when its lease has run out", "run", r.id, "err", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.foreign != nil { // its records may have told before its manifest did
		m = *r.foreign
	}
	r.foreign, r.active, r.claiming, r.budget = nil, false, false, unlimited
	r.heard = time.Now()
	if r.place {
		r.place = false
		l.busy--
	}
	if l.runs[r.id] == r {
		l.adopt(r, m)
	}
	l.dispatch()
}

// guard looks after runs that other processes hold, until the lab closes. It is one of
// the lab's goroutines, where the store is shared.
func (l *Lab) guard() {
	for l.ctx.Err() == nil {
		l.wait(l.regime.beat / 3)
		l.mu.Lock()
		var quiet []*run
		for _, r := range l.runs {
			if r.m.Worker != "" && !r.active && !r.m.State.Ended() && time.Since(r.heard) > 2*l.regime.beat {
				quiet = append(quiet, r)
			}
		}
		l.mu.Unlock()
		for _, r := range quiet {
			if err := l.inquire(r); err != nil {
				if l.ctx.Err() == nil {
					l.log.Warn("it is not known whether a run's worker lives", "run", r.id, "err", err)
				}
				break
			}
		}
		l.invite()
	}
}

// inquire asks the store for news of a run whose worker has not been heard of. Where
// there are, the watch is behind and begins anew; where there are none for the time of
// a lease, the worker has lost the run.
func (l *Lab) inquire(r *run) error {
	n, err := l.store.get(l.ctx, r.id)
	if err != nil {
		return err
	}
	l.mu.Lock()
	behind, dead, worker := n.revision > r.rev, time.Since(r.heard) > l.regime.lease, r.m.Worker
	if behind && time.Since(l.listening) > l.regime.lease {
		l.listening = time.Now()
		l.rewatch()
	}
	l.mu.Unlock()
	if behind {
		l.meet(n)
		return nil
	}
	if !dead {
		return nil
	}
	err = l.alter(l.ctx, r, func(m *Manifest) error {
		if m.Worker != worker || m.State.Ended() {
			return errMoved
		}
		*m = m.free()
		return nil
	})
	if errors.Is(err, errMoved) {
		return nil
	}
	if err == nil {
		l.log.Warn("a worker is not heard of any more; its run waits for another", "run", r.id, "worker", worker)
	}
	return err
}
