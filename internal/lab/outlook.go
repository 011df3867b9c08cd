package lab

import "time"

// An Outlook is what a submission has before it.
type Outlook struct {
	Position int           // in the queue; 0 where there is a place for it
	Wait     time.Duration // for its first record, where it has a position
	Behind   bool          // it comes after another run of its visitor
	Lacks    string        // why it would wait and nobody knows how long
}

// Outlook says what a visitor's submission would have before it now.
func (l *Lab) Outlook(sub Submission) Outlook {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.tick()
	return l.outlook(asker{Visitor: sub.Visitor, Address: sub.Address, From: now, At: now}, sub.Keep)
}

// outlook is Outlook for an asker. Lab.mu is held.
func (l *Lab) outlook(a asker, keep bool) Outlook {
	if l.store.shared && len(l.crowd()) == 0 {
		return Outlook{Lacks: nobodyThere}
	}
	m := &Manifest{State: Queued, Keep: keep, Created: a.At, standing: standing{Askers: a.list(), Since: a.At}}
	for _, k := range l.ranks(claimant{m: m, waits: true}) {
		switch {
		case k.m != m:
		case l.busy < l.workers:
			return Outlook{}
		default:
			return Outlook{Position: k.position(), Wait: expected(k.position(), l.places(), l.regime.slice), Behind: k.position() == 0}
		}
	}
	return Outlook{Behind: true}
}

// room estimates when the first of the runs will have ended, from how long each has
// been computed for the steps that were computed in that time, and how many share the
// places. 0 where no run has a step yet. Lab.mu is held.
func (l *Lab) room() time.Duration {
	sharing, first, places := 0, time.Duration(0), l.places()
	for _, r := range l.runs {
		if r.m.State != Running {
			continue
		}
		sharing++
		took, steps := r.m.Served, r.m.Taken
		if r.place {
			took, steps = took+time.Since(r.turn), steps+r.taken
		}
		if steps == 0 {
			continue
		}
		left := time.Duration(float64(took) / float64(steps) * float64(r.m.Steps-r.m.Done))
		if first == 0 || left < first {
			first = left
		}
	}
	return first * time.Duration(max(1, (sharing+places-1)/places))
}
