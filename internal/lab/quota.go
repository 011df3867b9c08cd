package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Refused is the error of a submission that is one too many.
type Refused struct {
	Reason   string        // in words
	Full     bool          // the lab is full; otherwise the visitor has too many
	Position int           // that the submission would have had in the queue, where the lab is full; 0 where it would have had none
	Wait     time.Duration // until there will be room, where that is known; 0: it is not
}

func (r *Refused) Error() string { return r.Reason }

// A submission is what a visitor asked for at one time, as far as it has not ended.
type submission struct {
	who   asker
	runs  []*run
	begun bool // at least one of the runs has
	keep  bool // all of them go on without viewers
}

// submissions returns those that have not ended, the oldest first. Lab.mu is held.
func (l *Lab) submissions() []*submission {
	type key struct {
		name string
		at   int64
	}
	found := map[key]*submission{}
	var all []*submission
	for _, r := range l.runs {
		if r.m.State.Ended() {
			continue
		}
		for _, a := range r.m.askers() {
			k := key{a.name(), a.At.UnixNano()}
			s := found[k]
			if s == nil {
				s = &submission{who: a, keep: true}
				found[k], all = s, append(all, s)
			}
			s.runs = append(s.runs, r)
			s.begun = s.begun || !r.m.Started.IsZero()
			s.keep = s.keep && r.m.Keep
		}
	}
	slices.SortFunc(all, func(a, b *submission) int { return a.who.At.Compare(b.who.At) })
	return all
}

// admit lets a submission in, or says why not. What has been computed, and what is
// computed for others, is always there to be looked at. admitted must follow.
func (l *Lab) admit(ids []string, sub Submission) (asker, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return asker{}, ErrClosed
	}
	now := l.tick()
	a := asker{Visitor: sub.Visitor, Address: sub.Address, From: now, At: now}
	if slices.ContainsFunc(ids, func(id string) bool { r := l.runs[id]; return r == nil || r.m.State.repeatable() }) {
		if err := l.refuse(a, len(ids), sub.Keep); err != nil {
			return asker{}, err
		}
	}
	l.coming = append(l.coming, now)
	return a, nil
}

// refuse says why a submission of so many runs is one too many. Lab.mu is held.
func (l *Lab) refuse(a asker, runs int, keep bool) error {
	how := l.regime
	all := l.submissions()
	here, kept, waiting := 0, 0, 0
	for _, at := range l.coming {
		if !slices.ContainsFunc(all, func(s *submission) bool { return s.who.At.Equal(at) }) {
			waiting++
		}
	}
	for _, s := range all {
		if !slices.ContainsFunc(s.runs, func(r *run) bool { return r.m.State != Paused }) {
			continue // takes no place, and may be nobody's any more
		}
		waiting++
		if a.Address != "" && s.who.Address == a.Address {
			here++
		}
		if s.keep && s.who.name() == a.name() {
			kept += len(s.runs)
		}
	}
	switch {
	case how.queue > 0 && waiting >= how.queue:
		return &Refused{Full: true, Position: l.outlook(a, keep).Position, Wait: l.room(),
			Reason: fmt.Sprintf("%d submissions are being computed or wait, and no more are taken", waiting)}
	case how.address > 0 && a.Address != "" && here >= how.address:
		return &Refused{Reason: fmt.Sprintf("%d submissions from this network address have not ended, and more than %d are not taken; stop one, or wait", here, how.address)}
	case how.keeping > 0 && keep && a.list() != nil && kept+runs > how.keeping:
		return &Refused{Reason: fmt.Sprintf("keep: %d runs of this visitor that go on without viewers have not ended, %d more are asked for, and %d may be; wait, or stop some", kept, runs, how.keeping)}
	}
	return nil
}

// admitted follows the runs of a submission into the catalogue: where their visitor
// has too many now that have not begun, the oldest of these is given up. It returns
// when that has ended, or with ctx.
func (l *Lab) admitted(ctx context.Context, a asker) {
	var replacing []func(context.Context)
	l.mu.Lock()
	l.coming = slices.DeleteFunc(l.coming, a.At.Equal)
	if a.Visitor != "" && l.regime.waiting > 0 && !l.closed {
		replacing = l.replace(a.name())
	}
	l.dispatch()
	l.mu.Unlock()
	for _, f := range replacing {
		f(ctx)
	}
}

// replace gives up a visitor's oldest submissions that have not begun, until there
// are no more than the quota. A run that somebody else wants too, or that is to go
// on without viewers, stays. It returns what is left to do without Lab.mu, which is held.
func (l *Lab) replace(name string) (rest []func(context.Context)) {
	var fresh []*submission
	for _, s := range l.submissions() {
		if s.who.name() == name && !s.begun && !s.keep {
			fresh = append(fresh, s)
		}
	}
	for _, s := range fresh[:max(0, len(fresh)-l.regime.waiting)] {
		for _, r := range s.runs {
			switch {
			case r.m.Keep:
			case len(r.m.Askers) > 1:
				rest = append(rest, func(ctx context.Context) {
					l.outside(r, l.revise(ctx, r, func(m *Manifest) error {
						if !m.Started.IsZero() {
							return errChanged
						}
						return m.abandon(name)
					}))
				})
			case l.holds(r):
				l.cut(r, errReplaced)
				rest = append(rest, func(ctx context.Context) { // it will end, whether or not somebody waits for it
					_ = l.until(ctx, r, func() bool { return r.m.State.Ended() })
				})
			default:
				rest = append(rest, func(ctx context.Context) { l.outside(r, l.amend(ctx, r, displace)) })
			}
		}
	}
	return rest
}

// outside notes what went wrong with a change that nobody waits for.
func (l *Lab) outside(r *run, err error) {
	if err != nil && !errors.Is(err, errChanged) && l.ctx.Err() == nil {
		l.log.Warn("a change of a run is not stored", "run", r.id, "err", err)
	}
}
