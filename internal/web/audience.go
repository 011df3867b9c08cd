package web

import (
	"net/http"
	"sync/atomic"
)

// maxViewers is how many may follow runs at a time: each has a connection, two
// goroutines and up to 0.15 MB in the kernel.
const maxViewers = 8192

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
