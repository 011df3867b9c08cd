package lab

import (
	"context"
	"errors"
	"fmt"
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
	if r.claiming = errors.Is(err, errUnfit); l.store.shared { // until it is dropped: the store never heard of it
		r.watched = time.Now() // who looks elsewhere could not tell this process before
		r.touch()              // orders have waited for it
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
	if err == nil && l.store.shared {
		_, err = engine.Plan(s, l.engine) // it may have been submitted where there is more memory
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		r.known(s)
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
func (r *run) known(s spec.Spec) { r.spec, r.fitness = s, fit }

// elsewhere tells whether another process computes the run. Lab.mu is held.
func (l *Lab) elsewhere(r *run) bool {
	return l.store.shared && !r.active && r.m.Worker != "" && r.m.State == Running
}

// takeable tells whether a waiting run may be computed here. Lab.mu is held.
func (l *Lab) takeable(r *run) bool {
	return l.holds(r) || r.m.Worker == "" && l.computable(r)
}

// computable tells whether a run that is not held here might be computed here: its
// records, where there are some or another process is about to make some, are those of
// another machine class otherwise. Lab.mu is held.
func (l *Lab) computable(r *run) bool {
	return r.fitness != unfit && (r.m.Done == 0 && r.m.Worker == "" || r.m.Class == engine.Class())
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
