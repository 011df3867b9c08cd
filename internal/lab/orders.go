package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// Orders for a run that another process holds go to that process, which answers as
// soon as it has taken one; the effect shows in the manifest.

// ErrAway is returned where the process that holds a run does not answer.
var ErrAway = errors.New("the worker does not answer")

// answerTime is how long a worker may take to answer: it stores the manifest first.
const answerTime = 5 * time.Second

// ordersFor names where a process takes orders.
func ordersFor(process string) string { return "gradlab.orders." + process }

// everybody is the name under which all processes take what is said.
const everybody = "all"

// What processes say to each other beside the orders of people; neither is answered.
const (
	offer   verb = "offer"   // there is a place elsewhere for any one of these runs, which are held here
	watched verb = "watched" // these runs have viewers elsewhere
)

type request struct {
	Run  string   `json:"run,omitempty"`  // of an order
	Runs []string `json:"runs,omitempty"` // of what is said
	Do   verb     `json:"do"`
	By   string   `json:"by,omitempty"` // the process that says it
}

type reply struct {
	Revision uint64 `json:"revision,omitempty"` // of the manifest; what comes before it is old
	Refused  string `json:"refused,omitempty"`  // notHere, or an error's text
}

const notHere = "moved" // as a refusal: the run has ended, or is not the worker's

// send sends an order to the worker that holds a run. It returns when the worker has
// taken it and this process knows what the worker has stored since.
func (l *Lab) send(ctx context.Context, r *run, worker string, v verb) error {
	b, err := json.Marshal(request{Run: r.id, Do: v})
	if err != nil {
		return err
	}
	asked, done := context.WithTimeout(ctx, answerTime)
	defer done()
	msg, err := l.store.conn.RequestWithContext(asked, ordersFor(worker), b)
	var a reply
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return fmt.Errorf("run %s is computed by %s: %w; if it is gone, another takes the run up within %v, and then takes orders (%w)",
			r.id, worker, ErrAway, l.regime.lease, err)
	}
	if err := json.Unmarshal(msg.Data, &a); err != nil {
		return fmt.Errorf("run %s: the answer of %s: %w", r.id, worker, err)
	}
	l.mu.Lock()
	rev, known := r.rev, r.m.Worker != worker || r.m.State.Ended()
	l.mu.Unlock()
	switch {
	case a.Refused == notHere && known:
		return errChanged
	case a.Refused == notHere: // the manifest says what has become of it
		if newer, err := l.refresh(ctx, r, rev, l.regime.patience); err != nil {
			return err
		} else if !newer {
			return errBehind
		}
		return errChanged
	case a.Refused != "":
		return fmt.Errorf("run %s: %s says: %s", r.id, worker, a.Refused)
	}
	return l.until(ctx, r, func() bool { return r.rev >= a.Revision || l.runs[r.id] != r })
}

// say says something of runs to a process, or to everybody, that need not be answered.
func (l *Lab) say(process string, v verb, runs []string) {
	b, err := json.Marshal(request{Runs: runs, Do: v, By: l.store.id})
	if err == nil {
		err = l.store.conn.Publish(ordersFor(process), b)
	}
	if err != nil {
		l.log.Debug("a process is not told", "process", process, "what", v, "runs", runs, "err", err)
	}
}

// receive takes an order from another process. The connection calls it; what it starts
// is the lab's.
func (l *Lab) receive(msg *nats.Msg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return // the run is about to be given back
	}
	l.working.Go(func() {
		var o request
		var a reply
		if err := json.Unmarshal(msg.Data, &o); err != nil {
			a.Refused = err.Error()
		} else {
			a = l.answer(o)
		}
		if msg.Reply == "" {
			return
		}
		b, err := json.Marshal(a)
		if err == nil {
			err = msg.Respond(b)
		}
		if err != nil {
			l.log.Warn("an order is not answered", "run", o.Run, "order", o.Do, "err", err)
		}
	})
}

// listenTo takes in what another process says.
func (l *Lab) listenTo(o request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case o.By == l.store.id: // everybody hears himself
	case o.Do == offer:
		l.handOver(o.Runs)
	case o.Do == watched:
		for _, id := range o.Runs {
			if r := l.runs[id]; r != nil {
				l.seenElsewhere(r)
			}
		}
	}
}

// answer does what another process has asked for.
func (l *Lab) answer(o request) reply {
	if o.Do == offer || o.Do == watched {
		l.listenTo(o)
		return reply{}
	}
	ctx, done := context.WithTimeout(l.ctx, answerTime)
	defer done()
	r, worker, err := l.obey(ctx, o.Run, o.Do)
	if err == nil && worker == "" && o.Do != stop { // a run that is stopped stores its own end
		err = l.save(ctx, r)
	}
	switch {
	case worker != "", errors.Is(err, ErrEnded), errors.Is(err, errLost), errors.Is(err, errChanged), errors.Is(err, ErrUnknown):
		return reply{Refused: notHere}
	case err != nil:
		return reply{Refused: err.Error()}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return reply{Revision: r.rev}
}
