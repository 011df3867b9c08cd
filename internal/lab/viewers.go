package lab

import "time"

// nobodyLooked is the reason of a run that pauses because it has no viewers.
const nobodyLooked = "nobody was looking"

// look counts a viewer; a run that has paused for want of one goes on. Lab.mu is held.
func (l *Lab) look(r *run) {
	r.viewers++
	l.recall(r)
}

// recall lets a run go on that has paused for want of viewers, where it has some here: when
// one comes, and when its worker has parked it before it was told of one. Lab.mu is held.
func (l *Lab) recall(r *run) {
	switch {
	case !r.left || r.viewers == 0 || l.closed:
	case l.holds(r):
		l.resume(r, unlimited)
	case r.m.Worker == "":
		l.working.Go(func() { l.outside(r, l.amend(l.ctx, r, resume)) })
	} // its worker is told by invite
}

// lookAway counts a viewer less.
func (l *Lab) lookAway(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.viewers--; r.viewers == 0 {
		r.alone = time.Now()
	}
}

// unseen tells whether nobody has looked at the run for so long, and it is not one
// that goes on all the same. Zero is never. Lab.mu is held.
func (r *run) unseen(long time.Duration) bool {
	return long > 0 && r.viewers == 0 && !r.m.Keep && time.Since(latest(r.alone, r.watched)) >= long
}
