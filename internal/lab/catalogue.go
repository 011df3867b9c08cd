package lab

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The catalogue is the bucket of manifests, and each process has it in memory. Two
// rules keep the copies together. A run that a process holds (run.active; in a store
// of our own that is every run) changes in memory first, and the store follows. Any
// other run changes in the store first, where the revision of its key decides who was
// first, and in memory when that is known. What anybody may change of a run, whoever holds
// it (Manifest.others), changes by the second rule everywhere: what waited in memory for
// its turn would be lost to what another process has stored meanwhile.

// errLost is in the error of a run that another process has taken up, or that this one
// can no longer store.
var errLost = errors.New("the run is not this process's any more")

// save stores the manifest as it is when its turn comes, so that the last one
// stored is the newest; an attempt that has been superseded has nothing to say.
func (l *Lab) save(ctx context.Context, r *run) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	return l.write(ctx, r, func(*Manifest) {})
}

// write stores what edit makes of the manifest of a run that this process holds.
// run.saving is held. Where another process holds the run by now, the error is errLost.
func (l *Lab) write(ctx context.Context, r *run, edit func(*Manifest)) error {
	for deadline := time.Now().Add(l.regime.patience); ; {
		l.mu.Lock()
		m, rev, superseded, lost := r.m, r.rev, l.runs[r.id] != r, r.foreign != nil
		l.mu.Unlock()
		switch {
		case superseded && l.store.shared, lost:
			return errLost
		case superseded:
			return nil
		}
		edit(&m)
		now, err := l.store.put(ctx, m, rev)
		if err == nil {
			l.wrote(r, now)
			return nil
		}
		if !errors.Is(err, errStale) {
			return err
		}
		if err := l.overtaken(ctx, r, rev, deadline); err != nil {
			return err
		}
	}
}

// wrote notes the revision of what this process has stored.
func (l *Lab) wrote(r *run, rev uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.rev, r.heard = max(r.rev, rev), time.Now()
}

// errChanged is returned by alter where the run is not what it was.
var errChanged = errors.New("the run has changed meanwhile")

// alter changes a run that no process holds, or that another one holds which need not
// know: in the store, and then here. edit returns errChanged where the change makes no
// sense any more, as alter does where this process has come to hold the run.
func (l *Lab) alter(ctx context.Context, r *run, edit func(*Manifest) error) error {
	return l.amongOthers(ctx, r, false, edit)
}

// revise changes what is anybody's to change of a run (Manifest.others), whoever holds it:
// in the store, and then here. edit, and revise, return errChanged where there is reason to
// look at the run again.
func (l *Lab) revise(ctx context.Context, r *run, edit func(*Manifest) error) error {
	return l.amongOthers(ctx, r, true, edit)
}

// amongOthers is alter, or revise where the run may be held here.
func (l *Lab) amongOthers(ctx context.Context, r *run, held bool, edit func(*Manifest) error) error {
	if err := l.until(ctx, r, func() bool { return l.settled(r) }); err != nil {
		return err // otherwise who meets errChanged would ask again and again until the store has answered
	}
	if held {
		ctx = context.WithoutCancel(ctx) // what a visitor has asked for stands, whether or not he waits for it
	}
	r.saving.Lock()
	defer r.saving.Unlock()
	for deadline := time.Now().Add(l.regime.patience); ; {
		l.mu.Lock()
		m, rev, changed := r.m, r.rev, l.runs[r.id] != r || r.active && !held || r.claiming || r.foreign != nil
		l.mu.Unlock()
		if changed {
			return errChanged
		}
		if err := edit(&m); err != nil {
			return err
		}
		now, err := l.store.put(ctx, m, rev)
		if err == nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			switch {
			case now < r.rev, l.runs[r.id] != r: // what has been stored since, upon this, is here already
			case held && l.holds(r):
				r.rev, r.heard = now, time.Now()
				l.share(r, m)
			default:
				l.take(r, m, now)
			}
			return nil
		}
		if !errors.Is(err, errStale) {
			return err
		}
		if err := l.overtaken(ctx, r, rev, deadline); err != nil {
			return err
		}
	}
}

// settled tells whether it is known whose the run is, or there is another attempt. Lab.mu is held.
func (l *Lab) settled(r *run) bool { return l.runs[r.id] != r || !r.claiming && r.foreign == nil }

// again is how long who was called stale waits for what is newer. Where nothing comes, a
// leader has said so that was itself behind, as one is that has only just been chosen.
const again = time.Second

// overtaken is called where the store has called a write behind the revision rev stale. It
// learns what another process has stored; where that is nothing the write may be tried
// again, until the deadline.
func (l *Lab) overtaken(ctx context.Context, r *run, rev uint64, deadline time.Time) error {
	newer, err := l.refresh(ctx, r, rev, min(again, l.regime.patience))
	if err == nil && !newer && time.Now().After(deadline) {
		return errBehind
	}
	return err
}

// errBehind is the error of a replica that is so far behind that it is of no use.
var errBehind = fmt.Errorf("%w: the newest manifest does not come", errSilent)

// refresh learns what another process has stored behind the revision rev, and reports
// whether that has come in time.
func (l *Lab) refresh(ctx context.Context, r *run, rev uint64, within time.Duration) (newer bool, err error) {
	for deadline := time.Now().Add(within); ; {
		n, err := l.store.get(ctx, r.id)
		if err == nil {
			l.meet(n)
		} else if !errors.Is(err, jetstream.ErrKeyNotFound) { // by a replica that is behind
			return false, err
		}
		l.mu.Lock()
		newer = r.rev > rev || l.runs[r.id] != r
		l.mu.Unlock()
		if newer || time.Now().After(deadline) {
			return newer, nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// meet takes in a manifest from the store. News that are old are none.
func (l *Lab) meet(n note) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.runs[n.ID]
	switch {
	case r == nil || n.Attempt > r.m.Attempt:
		saving := new(sync.Mutex)
		if r != nil {
			saving = r.saving
			l.supersede(r)
		}
		r = newRun(n.Manifest, saving)
		r.rev = n.revision
		l.runs[n.ID] = r
		for _, q := range l.queue { // what they were told did not count one that comes before them
			if q.m.Since.After(r.m.Since) {
				q.least = 0
			}
		}
		l.enqueue(r)
	case n.revision <= r.rev:
	case n.Attempt < r.m.Attempt: // the next one is on its way to the store
		r.rev, r.heard, r.m.Pinned = n.revision, time.Now(), n.Pinned
	case n.By == l.store.id && l.holds(r):
		r.rev, r.heard = n.revision, time.Now() // who has stored it takes it in
		if r.active && n.State.Ended() && !r.m.State.Ended() {
			r.foreign = &n.Manifest // should the acknowledgement never come, it has ended all the same
		}
	default:
		l.take(r, n.Manifest, n.revision)
	}
}

// take takes over what another process has made of a run. Lab.mu is held.
func (l *Lab) take(r *run, m Manifest, rev uint64) {
	r.rev, r.heard = max(r.rev, rev), time.Now()
	switch {
	case r.active && m.Worker == l.store.id, r.claiming && m.Worker == "" && m.State == Queued && m.Take == r.m.Take:
		l.share(r, m)
		l.recall(r)
	case r.active:
		r.foreign = &m
		r.cancel(errLost)
	default:
		l.adopt(r, m)
	}
}

// adopt makes a manifest of the store the run's, which this process does not hold, and
// finds its place in the queue. Lab.mu is held.
func (l *Lab) adopt(r *run, m Manifest) {
	old := r.m
	if m.Position, m.Wait = old.Position, old.Wait; m.State != Forgotten { // its viewers keep what they have; nobody else finds it
		m.Done = max(m.Done, len(r.steps))
	}
	if m.State == Queued && old.State == Queued {
		m.Reason = old.Reason
	}
	m.Seen = latest(m.Seen, old.Seen)
	r.left = m.State == Paused && m.Reason == nobodyLooked
	r.m = m
	if old.Done = m.Done; !reflect.DeepEqual(old, m) {
		r.version++
	}
	r.touch()
	if old.State != m.State || old.Worker != m.Worker || !old.Since.Equal(m.Since) {
		l.requeue(r)
	}
	l.recall(r)
	l.tailed(r)
}

// share takes over what anybody may have changed of a run that is this process's, or is about
// to be. Lab.mu is held.
func (l *Lab) share(r *run, m Manifest) {
	seen := r.m.Keep != m.Keep || r.m.Pinned != m.Pinned
	r.m.others(&m)
	if seen {
		r.change(r.m.State, r.m.Reason)
	}
	l.dispatch()
}

// others takes over what processes change that do not hold the run.
func (m *Manifest) others(from *Manifest) {
	m.Keep, m.Askers, m.Pinned, m.Seen = from.Keep, from.Askers, from.Pinned, latest(m.Seen, from.Seen)
}

// supersede ends an attempt of which another process has begun the next. Lab.mu is held.
func (l *Lab) supersede(r *run) {
	l.dequeue(r)
	if r.active && !r.m.State.Ended() {
		r.foreign = &r.m
		r.cancel(errLost)
	}
	r.m.Worker = ""
	r.m.Done = len(r.steps) // what has not been read is not there any more
	if !r.m.State.Ended() {
		r.change(Cancelled, "submitted again")
	}
	r.touch()
}

// listen takes in what other processes store, until the lab closes. It is one of the
// lab's goroutines, where the store is shared.
func (l *Lab) listen() {
	for l.ctx.Err() == nil {
		ctx, cancel := context.WithCancel(l.ctx)
		l.mu.Lock()
		l.rewatch, l.listening = cancel, time.Now()
		l.mu.Unlock()
		if err := l.hear(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("the catalogue cannot be watched", "err", err)
			l.wait(betweenTries)
		}
		cancel()
	}
}

// hear takes what the catalogue says until ctx ends, and the watch with it: to stop it by
// name would wait for an answer, which a cluster that has much to do may give late or never.
func (l *Lab) hear(ctx context.Context) error {
	w, err := l.store.runs.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return err
	}
	for {
		select {
		case e, ok := <-w.Updates():
			if !ok {
				return errSilent
			}
			if e == nil {
				continue
			}
			n, err := read(e)
			if err != nil {
				l.log.Error("a manifest is passed over", "err", err)
				continue
			}
			l.meet(n)
		case <-ctx.Done():
			return nil
		}
	}
}

// wait waits so long, or until the lab closes.
func (l *Lab) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-l.ctx.Done():
	}
}
