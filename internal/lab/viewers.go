package lab

import "time"

// nobodyLooked is the reason of a run that pauses because it has no viewers.
const nobodyLooked = "nobody was looking"

// look counts a viewer; a run that has paused for want of one goes on. Lab.mu is held.
func (l *Lab) look(r *run) {
	r.viewers++
	l.recall(r)
}

// recall lets a run go on that has paused for want of viewers, where it has some here or needs
// none any more: when one comes, and when its worker has parked it before it was told of one.
// Lab.mu is held.
func (l *Lab) recall(r *run) {
	switch {
	case !r.left || r.viewers == 0 && !r.m.Keep || l.closed:
	case l.holds(r):
		l.resume(r, unlimited)
	case r.m.Worker == "":
		l.working.Go(func() { l.outside(r, l.amend(l.ctx, r, resume)) })
	} // its worker is told by tellWatched
}

// lookAway counts a viewer less.
func (l *Lab) lookAway(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.viewers--; r.viewers == 0 {
		r.alone = time.Now()
	}
}

// seenElsewhere notes that another process has said that the run has viewers there. Lab.mu is held.
func (l *Lab) seenElsewhere(r *run) {
	r.watched = time.Now()
	if l.holds(r) && r.left && !l.closed {
		l.resume(r, unlimited)
	}
	r.touch()
}

// tellWatched says which runs have viewers here: to the process that computes one, which
// would pause it otherwise, and of those that have ended to everybody, since anybody may
// make room (retain.go).
func (l *Lab) tellWatched() {
	runs := map[string][]string{}
	l.mu.Lock()
	for _, r := range l.runs {
		switch {
		case r.viewers == 0 || r.active:
		case r.m.State.Ended():
			runs[everybody] = append(runs[everybody], r.id)
		case r.m.Worker != "":
			runs[r.m.Worker] = append(runs[r.m.Worker], r.id)
		}
	}
	l.mu.Unlock()
	for process, ids := range runs { // without the lock: the connection may be slow
		l.say(process, watched, ids)
	}
}

// watchedElsewhere tells whether the run has viewers at another process, as far as has
// been heard; for a while after the lab has opened it may have. Lab.mu is held.
func (l *Lab) watchedElsewhere(r *run) bool {
	return l.store.shared && time.Since(latest(l.attended, r.watched)) < l.regime.hearsay()
}

// unseen tells whether nobody has looked at the run for so long, and it is not one
// that goes on all the same. Zero is never. Lab.mu is held.
func (r *run) unseen(long time.Duration) bool {
	return long > 0 && r.viewers == 0 && !r.m.Keep && time.Since(latest(r.alone, r.watched)) >= long
}
