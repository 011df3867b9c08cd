package lab

import (
	"context"
	"slices"
	"time"
)

// enqueue puts a queued run in its place in the queue: a run that was paused or
// cut off behind the other such runs, a new one at the end. Lab.mu is held.
func (l *Lab) enqueue(r *run) {
	if r.m.State != Queued || r.place || slices.Contains(l.queue, r) {
		return
	}
	at := len(l.queue)
	if r.begun() {
		if i := slices.IndexFunc(l.queue, func(q *run) bool { return !q.begun() }); i >= 0 {
			at = i
		}
	}
	l.queue = slices.Insert(l.queue, at, r)
	l.dispatch()
}

// begun tells whether the run has had a place before. Lab.mu is held.
func (r *run) begun() bool { return !r.m.Started.IsZero() }

// dequeue takes a run out of the queue, where it is in it. Lab.mu is held.
func (l *Lab) dequeue(r *run) {
	if i := slices.Index(l.queue, r); i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
		r.m.Position = 0
		l.dispatch()
	}
}

// dispatch gives the free places to the first in the queue and tells the others
// how far they are. Lab.mu is held.
func (l *Lab) dispatch() {
	for l.busy < l.workers && len(l.queue) > 0 && !l.closed {
		r := l.queue[0]
		l.queue = slices.Delete(l.queue, 0, 1)
		l.busy++
		r.place = true
		r.m.Position = 0
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
	r.active = true
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
