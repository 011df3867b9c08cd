package lab

import "slices"

// A place that stands idle in one process while runs wait in the memory of another is
// filled by a hand-over: who has the place says which of the other's runs it could
// compute (offer), and the other gives one of them back, with its checkpoint, for
// whoever is first. The claim and the fence are those of any run that nobody holds.

// handOver picks, of runs for which another process has a place, the one whose turn it
// is next among those that wait for one here: resumed and not begun again, or between
// two turns. One run at a time is on its way, so that the next offer, which comes before
// the other process can have taken it up, does not move a second one. Lab.mu is held.
func (l *Lab) handOver(ids []string) {
	for _, r := range l.runs {
		if r.active && r.evicted {
			return
		}
	}
	for _, k := range l.ranks() {
		if r := l.runs[k.m.ID]; slices.Contains(ids, r.id) && r.active && !r.claiming && !r.place {
			r.evicted = true
			r.touch()
			return
		}
	}
}

// offers says to the others which of their runs might be computed here, where there is a
// place: all that they have begun, since only they know which of them wait.
func (l *Lab) offers() {
	var theirs []*run
	l.mu.Lock()
	if l.busy < l.workers && !l.closed {
		for _, r := range l.runs {
			waits := r.m.State == Queued || r.m.State == Running
			if waits && r.m.Worker != "" && !r.active && l.computable(r) {
				theirs = append(theirs, r)
			}
		}
	}
	l.mu.Unlock()
	runs := map[string][]string{}
	for _, r := range theirs {
		if l.fit(r) != nil { // it would come back at once
			continue
		}
		l.mu.Lock()
		if worker := r.m.Worker; worker != "" {
			runs[worker] = append(runs[worker], r.id)
		}
		l.mu.Unlock()
	}
	for worker, ids := range runs {
		l.say(worker, offer, ids)
	}
}
