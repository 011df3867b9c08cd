package lab

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gradlab/internal/engine"
)

// enqueue puts a queued run in its place in the queue. Lab.mu is held.
func (l *Lab) enqueue(r *run) {
	if r.m.State != Queued || r.place || slices.Contains(l.queue, r) {
		return
	}
	at, _ := slices.BinarySearchFunc(l.queue, r, before)
	l.queue = slices.Insert(l.queue, at, r)
	l.dispatch()
}

// before is the order of the queue: a run that was paused or cut off goes before those
// that have not begun; then who has waited longer. It looks at manifests only, so that
// all processes on a store count alike.
func before(a, b *run) int {
	since := func(r *run) time.Time {
		if r.m.Waiting.IsZero() {
			return r.m.Created
		}
		return r.m.Waiting
	}
	if a.begun() != b.begun() {
		if a.begun() {
			return -1
		}
		return 1
	}
	return cmp.Or(since(a).Compare(since(b)), a.m.Created.Compare(b.m.Created), cmp.Compare(a.id, b.id))
}

// next returns which of the waiting runs gets the next place here, nil where none does.
// Lab.mu is held.
func (l *Lab) next() *run {
	for _, r := range l.queue {
		if l.takeable(r) {
			return r
		}
	}
	return nil
}

// begun tells whether the run has had a place before. Lab.mu is held.
func (r *run) begun() bool { return !r.m.Started.IsZero() }

// dequeue takes a run out of the queue, where it is in it. Lab.mu is held.
func (l *Lab) dequeue(r *run) {
	if l.remove(r) {
		l.dispatch()
	}
}

// remove takes a run out of the queue and reports whether it was in it. Lab.mu is held.
func (l *Lab) remove(r *run) bool {
	i := slices.Index(l.queue, r)
	if i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
		r.m.Position = 0
	}
	return i >= 0
}

// requeue finds the place of a run whose manifest has changed. Lab.mu is held.
func (l *Lab) requeue(r *run) {
	l.remove(r)
	l.enqueue(r)
	l.dispatch()
}

// dispatch gives the free places to the first in the queue and tells the others
// how far they are. Lab.mu is held.
func (l *Lab) dispatch() {
	for l.busy < l.workers && !l.opening && !l.closed {
		r := l.next()
		if r == nil {
			break
		}
		l.remove(r)
		l.busy++
		r.place = true
		if r.m.Started.IsZero() {
			r.m.Started = time.Now().UTC()
		}
		r.change(Running, "")
		l.start(r)
	}
	for i, r := range l.queue {
		if r.m.Position != i+1 {
			r.m.Position = i + 1
			r.change(Queued, "")
		}
	}
}

// leave gives a run's place to the next. Lab.mu is held.
func (l *Lab) leave(r *run) {
	if r.place {
		r.place = false
		l.busy--
		l.dispatch()
	}
}

// start gives a run its goroutine, where it has none. Lab.mu is held.
func (l *Lab) start(r *run) {
	if r.active {
		return
	}
	r.active, r.evicted = true, false
	if l.store.shared {
		r.claiming, r.m.Worker = true, l.store.id
		r.budget = unlimited
		if r.m.Take > 0 {
			r.budget = r.m.Take
		}
		if r.m.Done == 0 {
			r.m.Class = engine.Class() // nothing of another class is stored
		}
	}
	r.refs++ // the goroutine's, see compute
	ctx, cancel := context.WithCancelCause(l.ctx)
	r.cancel = cancel
	l.working.Add(1)
	go func() {
		defer l.working.Done()
		defer cancel(nil) // the lab's context forgets it
		l.compute(ctx, r)
	}()
}
