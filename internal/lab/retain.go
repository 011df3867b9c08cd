package lab

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// An Earlier is what a run was before its records made room for others.
type Earlier struct {
	State     State     `json:"state"`
	Done      int       `json:"done"` // records that there were
	CurveHash string    `json:"curve_hash,omitempty"`
	Class     string    `json:"class"`           // machine class that computed them
	Ended     time.Time `json:"ended"`           //
	Again     Repeat    `json:"again,omitempty"` // what came out when it was computed again
}

// A Repeat says how the curve of a run compares with that of the same run before.
type Repeat string

// What comes out when a forgotten run is computed again.
const (
	Reproduced Repeat = "reproduced" // the same curve hash
	Differs    Repeat = "differs"
)

// compared returns e with what the run m, computed again, says about it; nil stays nil.
func (e *Earlier) compared(m Manifest) *Earlier {
	if e == nil || e.CurveHash == "" {
		return e
	}
	again := *e
	if again.Again = Differs; m.CurveHash == e.CurveHash {
		again.Again = Reproduced
	}
	return &again
}

// Pin keeps a run's records whatever room others need.
func (l *Lab) Pin(ctx context.Context, id string) error { return l.pin(ctx, id, true) }

// Unpin takes Pin back.
func (l *Lab) Unpin(ctx context.Context, id string) error { return l.pin(ctx, id, false) }

func (l *Lab) pin(ctx context.Context, id string, pinned bool) error {
	l.mu.Lock()
	r, err := l.find(id)
	if err == nil && l.closed {
		err = ErrClosed
	}
	l.mu.Unlock()
	if err != nil {
		return err
	}
	err = l.revise(ctx, r, func(m *Manifest) error { m.Pinned = pinned; return nil })
	if errors.Is(err, errChanged) {
		return l.pin(ctx, id, pinned)
	}
	return err
}

// retain makes room. Where finished runs have too many checkpoints, or the store holds more
// than it may, those that nobody has looked at for longest lose theirs; where that is
// not enough, ended runs lose their records and are forgotten. A run that is pinned, or
// that somebody looks at, is left alone. What goes wrong is in the log: the next time is
// when the next run ends.
func (l *Lab) retain(ctx context.Context) {
	l.retaining.Lock()
	defer l.retaining.Unlock()
	if l.ctx.Err() != nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if err := errors.Join(l.dropCheckpoints(ctx), l.dropRecords(ctx)); err != nil {
		l.log.Warn("no room could be made in the store", "err", err)
	}
}

// tidy makes room now and then, until the lab closes: where the store is shared, runs also
// end at other processes. It is one of the lab's goroutines, where it may keep only so much.
func (l *Lab) tidy() {
	for l.ctx.Err() == nil {
		l.wait(2 * l.regime.hearsay())
		l.retain(l.ctx)
	}
}

// dropCheckpoints takes the checkpoints of finished runs away, the longest unseen first,
// until there are few enough.
func (l *Lab) dropCheckpoints(ctx context.Context) error {
	all, err := l.store.checkpoints.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil
	}
	if err != nil {
		return err
	}
	sizes := map[string]int64{}
	for _, o := range all {
		sizes[o.Name] = int64(o.Size)
	}
	idle, finals := l.idle(), int64(0)
	for _, r := range idle {
		finals += sizes[r.final]
	}
	for _, r := range idle {
		used, err := l.store.used(ctx)
		if err != nil {
			return err
		}
		if finals <= l.regime.finals && !l.over(used) {
			return nil
		}
		if size, there := sizes[r.final]; there {
			if err := l.store.forget(ctx, r.final); err != nil {
				return err
			}
			finals -= size
		}
	}
	return nil
}

// dropRecords lets ended runs be forgotten, the longest unseen first, until the store holds
// no more than it may.
func (l *Lab) dropRecords(ctx context.Context) error {
	if l.regime.keep == 0 {
		return nil
	}
	l.noteLooks(ctx)
	for _, r := range l.idle() {
		if r.done == 0 {
			continue // takes no room
		}
		used, err := l.store.used(ctx)
		if err != nil {
			return err
		}
		if !l.over(used) {
			return nil
		}
		if err := l.forgetRun(ctx, r.run); err != nil {
			return err
		}
	}
	return nil
}

// over tells whether so many bytes are more than the store may hold.
func (l *Lab) over(used int64) bool { return l.regime.keep > 0 && used > l.regime.keep }

// An idleRun is a run that may make room.
type idleRun struct {
	*run
	done   int // records
	looked time.Time
	final  string // its checkpoint's name
}

// idle returns the runs that may make room, the longest unseen first.
func (l *Lab) idle() []idleRun {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []idleRun
	for _, r := range l.runs {
		if l.spare(r) {
			all = append(all, idleRun{r, r.m.Done, slices.MaxFunc([]time.Time{r.m.Created, r.m.Ended, r.m.Seen}, time.Time.Compare), object(r.id, r.m.Attempt)})
		}
	}
	slices.SortFunc(all, func(a, b idleRun) int { return cmp.Or(a.looked.Compare(b.looked), cmp.Compare(a.id, b.id)) })
	return all
}

// spare tells whether nobody needs the run's records now. Lab.mu is held.
func (l *Lab) spare(r *run) bool {
	return r.m.State.Ended() && r.m.State != Forgotten && !r.m.Pinned && r.refs == 0 && !l.watchedElsewhere(r)
}

// forgetRun takes a run's records and checkpoint away, unless somebody has come to look at
// it. The manifest is stored first: what a killed process leaves of the rest is swept away
// at the next start.
func (l *Lab) forgetRun(ctx context.Context, r *run) error {
	var before Manifest
	err := l.alter(ctx, r, func(m *Manifest) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if before = *m; !l.spare(r) {
			return errChanged
		}
		if m.Done > 0 && m.CurveHash != "" || m.Earlier == nil {
			m.Earlier = &Earlier{State: m.State, Done: m.Done, CurveHash: m.CurveHash, Class: m.Class, Ended: m.Ended}
		}
		m.State, m.Reason = Forgotten, ""
		m.Done, m.Resumed, m.From, m.CurveHash, m.Causes = 0, 0, "", "", nil
		return nil
	})
	if errors.Is(err, errChanged) {
		return nil
	}
	if err != nil {
		return err
	}
	l.log.Info("a run made room for others", "run", r.id, "attempt", before.Attempt, "records", before.Done)
	return errors.Join(l.store.purge(ctx, r.subject), l.store.forget(ctx, object(r.id, before.Attempt)))
}

// noteLooks stores when runs were looked at last, where that has changed since it was
// stored. A process that is killed loses what it had not noted, and no more than that.
func (l *Lab) noteLooks(ctx context.Context) {
	if l.regime.keep == 0 {
		return // nobody asks
	}
	looked := map[*run]time.Time{}
	l.mu.Lock()
	for _, r := range l.runs {
		if r.m.State.Ended() && r.m.Seen.After(r.noted) {
			looked[r] = r.m.Seen
		}
	}
	l.mu.Unlock()
	for r, seen := range looked {
		if err := l.save(ctx, r); err != nil {
			l.log.Warn("it is not noted when runs were looked at; the next time it is tried again", "run", r.id, "err", err)
			return
		}
		l.mu.Lock()
		r.noted = seen
		l.mu.Unlock()
	}
}

// used returns the bytes of all records and checkpoints.
func (s *store) used(ctx context.Context) (int64, error) {
	records, err := s.records.Info(ctx)
	if err != nil {
		return 0, err
	}
	checkpoints, err := s.objects.Info(ctx)
	if err != nil {
		return 0, err
	}
	return int64(records.State.Bytes + checkpoints.State.Bytes), nil
}

// sweepRecords removes the records of subjects that nobody needs.
func (s *store) sweepRecords(ctx context.Context, needed func(subject string) bool) error {
	info, err := s.records.Info(ctx, jetstream.WithSubjectFilter("records.>"))
	if err != nil {
		return err
	}
	for subject := range info.State.Subjects {
		if !needed(subject) {
			if err := s.purge(ctx, subject); err != nil {
				return err
			}
		}
	}
	return nil
}
