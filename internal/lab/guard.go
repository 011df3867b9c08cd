package lab

import (
	"errors"
	"time"
)

// guard looks after runs that other processes hold, and tells these what they do not know
// of them, until the lab closes. It is one of the lab's goroutines, where the store is shared.
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
		l.tellWatched()
		l.offers()
		l.review()
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
			return errChanged
		}
		*m = m.free()
		return nil
	})
	if errors.Is(err, errChanged) {
		return nil
	}
	if err == nil {
		l.log.Warn("a worker is not heard of any more; its run waits for another", "run", r.id, "worker", worker)
	}
	return err
}
