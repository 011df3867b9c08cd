package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

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
		if r.budget == 0 && r.m.State == Running { // told to pause, and all its records are stored
			l.dequeue(r)
			l.leave(r)
			r.m.Take = 0
			r.pause()
		}
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
		if r.foreign != nil || errors.Is(context.Cause(ctx), errStopped) { // another has it already, or it ends
			l.mu.Unlock()
			return false
		}
		if r.version == version || !l.store.shared {
			r.active = false
			switch {
			case r.place && !l.closed:
				l.start(r)
			case l.store.shared && r.m.State == Running: // as the store has it, for whoever changes it next
				r.m.Worker = ""
				r.change(Queued, "")
				l.requeue(r)
			default:
				r.m.Worker = ""
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
	r.saving.Lock() // until it is adopted: who has stored it as it is here now would have taken it back
	defer r.saving.Unlock()
	unfit, freed := errors.Is(why, errUnfit), false
	if !unfit { // else the store never heard of it
		err := l.write(l.ctx, r, func(now *Manifest) { *now = now.free() })
		if freed = err == nil; !freed && !errors.Is(err, errLost) {
			l.log.Warn("others take it up when its lease has run out", "run", r.id, "err", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	m := r.m
	switch {
	case r.foreign != nil: // its records may have told before its manifest did
		m = *r.foreign
	case unfit:
		m.State, m.Worker = Queued, ""
	case freed:
		m = m.free()
	}
	r.foreign, r.active, r.claiming, r.ending, r.budget = nil, false, false, false, unlimited
	r.heard = time.Now()
	if r.place {
		r.place = false
		l.busy--
	}
	if l.runs[r.id] == r {
		l.adopt(r, m)
	}
	r.touch() // who asks for its next attempt has waited
	l.dispatch()
}
