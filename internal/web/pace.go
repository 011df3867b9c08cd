package web

import (
	"sync"

	"gradlab/internal/lab"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// A pace is how fast this server trains: floating-point operations a second of
// the fastest run so far, the one that shared the machine least.
type pace struct {
	mu    sync.Mutex
	best  float64
	known map[string]bool // runs that were looked at
}

// leastSteps is how many steps a run must have for its time to mean something.
const leastSteps = 20

// of returns the pace, having looked at the runs that ended since it was asked
// last; 0 where nothing has run yet.
func (p *pace) of(l *lab.Lab) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range l.Runs() {
		if m.State != lab.Finished || m.Done < leastSteps || p.known[m.ID] {
			continue
		}
		p.known[m.ID] = true
		settings, err := spec.ParseQuery(m.Spec)
		if err != nil {
			continue
		}
		s, err := spec.Parse(settings)
		if err != nil {
			continue // from the days of other bounds
		}
		c, err := l.Plan(s)
		if took := m.Ended.Sub(m.Started).Seconds(); err == nil && took > 0 {
			p.best = max(p.best, c.FLOPs/took)
		}
	}
	return p.best
}

// costView says what a run costs, before anybody clicks.
func (h *Handler) costView(s spec.Spec) templates.Cost {
	c, err := h.lab.Plan(s)
	if err != nil {
		return templates.Cost{} // submitting it says why
	}
	v := templates.Cost{Memory: c.Memory}
	if pace := h.pace.of(h.lab); pace > 0 {
		v.Seconds = c.FLOPs / pace
	}
	for _, m := range h.lab.Runs() {
		if m.State == lab.Queued {
			v.Position++
		}
	}
	if v.Position > 0 {
		v.Position++ // behind those that wait
	}
	return v
}
