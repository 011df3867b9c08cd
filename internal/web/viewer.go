package web

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

const (
	blockPeriod = time.Second / 20 // more blocks a second than this nobody sees
	pingPeriod  = 25 * time.Second // two pings may get lost within pongWait; proxies cut at 30 s of silence
)

// A line carries messages to one viewer. One goroutine calls it.
type line interface {
	send(*message) error
	ping() error // nothing is new, and the line stands
}

// A viewer is shown a run: a hello, all steps from the one asked for and then each
// as it comes, in order and each once, and of the frames those that the budget
// allows. It is a cursor and what it has read and not sent; one goroutine owns it.
type viewer struct {
	line   line
	cursor *lab.Cursor
	casts  *broadcasts

	brief bool // ends with the first news
	news  bool // what is there is news, or there has been some

	cast    *broadcast
	next    int           // the step that is due
	rest    []record.Step // read and not sent; shared with other viewers
	cut     time.Time     // of the last block
	told    lab.Manifest
	waiting []framed // the newest frame of each name that came since the last set went
	going   []framed // the set that goes; frames of a step belong together, so it goes whole
	budget  budget
	pingAt  time.Time
}

// errEnough ends the way through a run before its end.
var errEnough = errors.New("web: the answer is full")

// show sends until the run ends (io.EOF), until there was enough for a viewer who
// does not stay (errEnough), or until ctx ends or the line breaks (their errors).
func (v *viewer) show(ctx context.Context, from int) error {
	now := time.Now()
	v.next, v.budget, v.pingAt = from, newBudget(now), now.Add(pingPeriod)
	b, err := v.cursor.Next(ctx) // the first one does not wait
	if err != nil {
		return err
	}
	v.told = b.Manifest
	if err := v.line.send(said(hello{"hello", v.told, from})); err != nil {
		return err
	}
	var leave func()
	v.cast, leave = v.casts.join(v.told)
	defer leave()
	for ; err == nil; b, err = v.read(ctx) {
		v.rest = v.due(b.Steps)
		v.news = v.news || len(v.rest) > 0
		for len(v.rest) > 0 {
			if err := v.block(v.cast.next(v.rest)); err != nil {
				return err
			}
		}
		if changed(v.told, b.Manifest) {
			v.news = true
			if err := v.line.send(said(stateOf(b.Manifest))); err != nil {
				return err
			}
		}
		v.told = b.Manifest
		atEnd := v.told.State.Ended() && v.next >= v.told.Done
		if v.brief && v.news && !atEnd { // at the end the next thing to say is goodbye
			err = errEnough
			break
		}
		if v.next >= v.told.Done { // caught up: what comes within the period goes out together
			if err := pause(ctx, time.Until(v.cut.Add(blockPeriod))); err != nil {
				return err
			}
		}
	}
	for (errors.Is(err, io.EOF) || errors.Is(err, errEnough)) && v.owes() { // the last frames are worth the wait, a second or two
		if err := pause(ctx, v.budget.wait(time.Now())); err != nil {
			return err
		}
		if err := v.frames(); err != nil {
			return err
		}
	}
	return err
}

// due leaves out the steps that were sent already, in a block that another viewer cut.
func (v *viewer) due(steps []record.Step) []record.Step {
	if len(steps) == 0 || steps[0].Step >= v.next {
		return steps
	}
	return steps[min(v.next-steps[0].Step, len(steps)):]
}

// block sends a block that begins with the next step, and what it allows of the frames.
func (v *viewer) block(b *block) error {
	if err := v.line.send(b.steps); err != nil {
		return err
	}
	v.budget.spend(len(b.steps.body), time.Now())
	v.next, v.cut = b.to, b.cut
	v.rest = v.due(v.rest)
	for _, f := range slices.Backward(b.frames) {
		if i := slices.IndexFunc(v.waiting, func(g framed) bool { return g.name == f.name }); i >= 0 {
			v.waiting[i] = f // the newest one of a name is the one to see
		} else {
			v.waiting = append(v.waiting, f)
		}
	}
	return v.frames()
}

// owes says whether frames wait.
func (v *viewer) owes() bool { return len(v.going)+len(v.waiting) > 0 }

// frames sends frames that wait, as far as the budget goes.
func (v *viewer) frames() error {
	for v.owes() {
		now := time.Now()
		if v.budget.wait(now) > 0 {
			return nil
		}
		if len(v.going) == 0 {
			v.going, v.waiting = v.waiting, nil
		}
		f := v.going[0]
		v.going = v.going[1:]
		if err := v.line.send(f.message); err != nil {
			return err
		}
		v.budget.spend(len(f.body), now)
	}
	return nil
}

// read waits for something new. Meanwhile it sends pings, and frames when the budget
// has grown.
func (v *viewer) read(ctx context.Context) (lab.Batch, error) {
	for {
		if err := v.frames(); err != nil {
			return lab.Batch{}, err
		}
		now := time.Now()
		if !now.Before(v.pingAt) {
			v.pingAt = now.Add(pingPeriod)
			if err := v.line.ping(); err != nil {
				return lab.Batch{}, err
			}
		}
		until := v.pingAt
		if v.owes() {
			until = now.Add(min(v.budget.wait(now), v.pingAt.Sub(now)))
		}
		wait, cancel := context.WithDeadline(ctx, until)
		b, err := v.cursor.Next(wait)
		cancel()
		switch {
		case err == nil, errors.Is(err, io.EOF):
			return b, err
		case ctx.Err() != nil:
			return lab.Batch{}, context.Cause(ctx)
		case !errors.Is(err, context.DeadlineExceeded):
			return lab.Batch{}, err
		}
	}
}

// stateOf is the message about a run's state.
func stateOf(m lab.Manifest) state {
	return state{"state", m.State, m.Reason, m.Causes, m.CurveHash, m.Done, m.Position, m.Wait}
}

// changed says whether a viewer must be told.
func changed(a, b lab.Manifest) bool {
	return a.State != b.State || a.Reason != b.Reason || a.Position != b.Position || a.CurveHash != b.CurveHash
}

// pause waits, or returns why the context ended.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
