package lab

import (
	"context"
	"slices"
	"time"

	"gradlab/internal/engine"
)

// Why a run in the queue has no position.
const (
	behindOther = "comes after another run of its visitor"
	takesTurns  = "waits for its visitor's next turn"
)

// tick returns the time, later each time, so that no two submissions or turns are of
// the same moment. Lab.mu is held.
func (l *Lab) tick() time.Time {
	now := time.Now().UTC()
	if !now.After(l.ticked) {
		now = l.ticked.Add(1)
	}
	l.ticked = now
	return now
}

// enqueue lets a run wait for a place: one that is queued, or between two slices. Lab.mu is held.
func (l *Lab) enqueue(r *run) {
	if r.place || r.waits || r.m.State != Queued && !(r.m.State == Running && r.active) {
		return
	}
	r.waits = true
	l.queue = append(l.queue, r)
	l.dispatch()
}

// dequeue takes a run out of the queue, where it is in it. Lab.mu is held.
func (l *Lab) dequeue(r *run) {
	if r.waits {
		l.unqueue(r)
		l.dispatch()
	}
}

func (l *Lab) unqueue(r *run) {
	l.queue = slices.DeleteFunc(l.queue, func(q *run) bool { return q == r })
	r.waits, r.least = false, 0
	r.m.Position, r.m.Wait = 0, 0
}

// ranks asks the rule (round.go). Lab.mu is held.
func (l *Lab) ranks(more ...claimant) []rank {
	if len(l.queue)+len(more) == 0 {
		return nil
	}
	var since time.Time // when the one that waits longest began to
	for _, r := range l.queue {
		since = earliest(since, r.m.Since)
	}
	for _, r := range l.runs {
		if !r.m.State.Ended() || r.m.Turn.After(since) {
			more = append(more, claimant{m: &r.m, placed: r.place || l.elsewhere(r), waits: r.waits && r.lacks == ""})
		}
	}
	return order(more)
}

// dispatch gives the free places to those whose turn it is and tells the others how
// far they are. Lab.mu is held.
func (l *Lab) dispatch() {
	if l.opening || l.closed {
		return
	}
	l.judge()
	ranks := l.ranks()
	for l.busy < l.workers {
		next := l.next(ranks)
		if next == nil {
			break
		}
		l.seat(next)
		ranks = l.ranks()
	}
	l.tell(ranks)
}

// next returns which of the waiting runs gets the next place here, nil where none does.
// Lab.mu is held.
func (l *Lab) next(ranks []rank) *run {
	for _, k := range ranks {
		if r := l.runs[k.m.ID]; l.takeable(r) {
			return r
		}
	}
	return nil
}

// requeue finds the place of a run whose manifest has changed. Lab.mu is held.
func (l *Lab) requeue(r *run) {
	if r.waits {
		l.unqueue(r)
	}
	l.enqueue(r)
	l.dispatch()
}

// seat gives a run a place. One that is between two slices is running already for
// all who look. Lab.mu is held.
func (l *Lab) seat(r *run) {
	l.unqueue(r)
	l.busy++
	r.place, r.evicted, r.turn, r.taken = true, false, l.tick(), 0
	if r.m.Started.IsZero() {
		r.m.Started = r.turn
	}
	if r.m.State == Running {
		r.touch()
	} else {
		r.change(Running, "")
	}
	l.start(r)
}

// tell says to the queued runs how far they are. A position that has been said never
// grows: the rule overtakes nobody. Where a run is further back all the same, since
// its visitor has had a turn meanwhile, or has left it to another who wants it too,
// it has none until it has come as far again. Lab.mu is held.
func (l *Lab) tell(ranks []rank) {
	said, places := map[string]rank{}, l.places()
	for _, k := range ranks {
		said[k.m.ID] = k
	}
	for _, r := range l.queue {
		if r.m.State != Queued {
			continue
		}
		position, wait, reason := 0, 0.0, ""
		switch k, may := said[r.id]; {
		case r.lacks != "":
			reason = r.lacks
		case !may:
			reason = behindOther
		case k.position() == 0, r.least > 0 && k.position() > r.least:
			reason = takesTurns
		default:
			position = k.position()
			r.least = position
			wait = expected(position, places, l.regime.slice).Seconds()
		}
		if r.m.Position != position || r.m.Wait != wait || r.m.Reason != reason {
			r.m.Position, r.m.Wait = position, wait
			r.change(Queued, reason)
		}
	}
}

// leave gives a run's place to the next. Lab.mu is held.
func (l *Lab) leave(r *run) {
	if r.place {
		l.rise(r)
		l.dispatch()
	}
}

// rise ends a run's turn. The version stays, and the store hears of it with the next
// beat: between two turns a run is running for all who look, and other processes count
// it among those with a place. Lab.mu is held.
func (l *Lab) rise(r *run) {
	now := l.tick()
	r.m.Turn, r.m.Served = now, r.m.Served+now.Sub(r.turn)
	r.m.Taken += r.taken
	r.place = false
	l.busy--
}

// pass puts a run whose slice is over at the end of its round. Where it is the next
// all the same, it has its place again at once. Lab.mu is held.
func (l *Lab) pass(r *run) {
	l.rise(r)
	r.m.Since = r.m.Turn
	l.enqueue(r)
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
