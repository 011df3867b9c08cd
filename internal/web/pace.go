package web

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// A pace is how fast this server trains: floating-point operations a second of
// the fastest run so far, the one that shared the machine least. Its zero value knows no
// run, and any goroutine may use it.
type pace struct {
	mu    sync.Mutex // guards what follows
	best  float64
	known map[attempt]bool // of the newest runs, those that were looked at
}

// leastSteps is how many steps a run must have for its time to mean something.
const leastSteps = 20

// pacemakers is how many runs are looked at, the newest ones: each costs some milliseconds,
// which after a restart the first page waits for.
const pacemakers = 16

// of returns the pace, having looked at the newest of the runs that ended since it was asked
// last; 0 where nothing has run yet.
func (p *pace) of(l *lab.Lab) float64 {
	newest := l.Newest(pacemakers)
	p.mu.Lock()
	known := p.known
	p.mu.Unlock()
	best, seen := 0.0, make(map[attempt]bool, len(newest))
	for _, m := range newest {
		of := attempt{m.ID, m.Attempt}
		if seen[of] = true; !known[of] {
			best = max(best, speedOf(l, m))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.best, p.known = max(p.best, best), seen
	return p.best
}

// speedOf is speed of a run of which only the manifest is known; 0 where this program
// knows its settings no more, or would not run it.
func speedOf(l *lab.Lab, m lab.Manifest) float64 {
	s, err := spec.ParseLink(m.Spec)
	if err != nil {
		return 0
	}
	c, err := l.Plan(s)
	if err != nil {
		return 0
	}
	return speed(m, s, c)
}

// speed is how fast a run was computed that has finished: the share of its cost that was
// computed here, over the time that this took. 0 where that is not known: of too few steps,
// and where some of a run's were taken over or lost whose steps are not all alike.
func speed(m lab.Manifest, s spec.Spec, c engine.Cost) float64 {
	_, changes := s.Branch()
	if m.Taken < leastSteps || m.Served <= 0 || changes && m.Taken < m.Steps {
		return 0
	}
	return c.FLOPs / float64(m.Steps) * float64(m.Taken) / m.Served.Seconds()
}

// mostTime is how long a run may take where it has the server to itself, in seconds.
// A run of hours gives its place up every second and hurts nobody; this keeps out
// what its visitor would not see the end of.
const mostTime = 2 * 3600

// tooLong returns an error, knob.Errors, with the nearest length, where a
// run of that cost would take longer than one may. A server on which nothing has run
// yet knows no pace, and refuses nothing.
func (h *Handler) tooLong(s spec.Spec, cost engine.Cost) error {
	pace := h.pace.of(h.lab)
	if pace == 0 || cost.FLOPs/pace <= mostTime {
		return nil
	}
	return knob.Errors{engine.TooLong(s,
		fmt.Sprintf("would take about %s on this server where a run may take %s;", templates.Duration(cost.FLOPs/pace), templates.Duration(mostTime)),
		func(c engine.Cost) bool { return c.FLOPs/pace <= mostTime })}
}

// costView says what a run costs, before anybody clicks, and how long whoever asks
// would wait for its first record. The page's own runs hold nothing up: it stops them
// before it starts another, or runs it beside them.
func (h *Handler) costView(r *http.Request, s spec.Spec, own []*lab.Manifest) templates.Cost {
	c, err := h.lab.Plan(s)
	if err != nil {
		return templates.Cost{} // submitting it says why
	}
	v := templates.Cost{Memory: c.Memory}
	if pace := h.pace.of(h.lab); pace > 0 {
		v.Seconds = c.FLOPs / pace
	}
	before := h.lab.Outlook(h.submission(r))
	v.Position, v.Wait, v.Behind, v.Lacks = before.Position, before.Wait.Seconds(), before.Behind, before.Lacks
	if slices.ContainsFunc(own, func(m *lab.Manifest) bool { return m != nil && !m.State.Ended() }) {
		v.Behind = false
	}
	return v
}
