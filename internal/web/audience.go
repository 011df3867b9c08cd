package web

import (
	"net/http"
	"sync/atomic"
)

// maxViewers is how many may follow runs at a time: each has a connection, two
// goroutines and up to 0.15 MB in the kernel.
const maxViewers = 8192

// Traffic is who follows runs just now, by way, and how many answers there have been,
// by status.
type Traffic struct {
	Sockets, Events, Lines int
	Answers                map[int]int
}

// Traffic counts. Answers that go on are counted when they end.
func (h *Handler) Traffic() Traffic {
	t := Traffic{
		Sockets: int(h.audience.sockets.Load()), Events: int(h.audience.events.Load()), Lines: int(h.audience.lines.Load()),
		Answers: map[int]int{},
	}
	for code := range h.answers {
		if n := int(h.answers[code].Load()); n > 0 {
			t.Answers[code] = n
		}
	}
	return t
}

// An audience counts who follows runs just now, by way.
type audience struct {
	all, sockets, events, lines atomic.Int64
}

// enter lets one more viewer in, or says that the house is full.
func (a *audience) enter(way *atomic.Int64) (leave func(), err error) {
	if a.all.Add(1) > maxViewers {
		a.all.Add(-1)
		return nil, &problem{http.StatusServiceUnavailable, "Full", "As many follow runs here as the server can serve. Try again in a minute."}
	}
	way.Add(1)
	return func() {
		way.Add(-1)
		a.all.Add(-1)
	}, nil
}
