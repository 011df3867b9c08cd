package web

import (
	"context"
	"net/http"
	"time"
)

// drawPatience is how long who wants a figure waits while others are drawn: a page asks
// for a dozen at once, each of which takes a tenth of a second at most.
const drawPatience = 15 * time.Second

// turn draws a figure, or computes an answer that takes as long, when it is its turn: runs need
// the processor too. The answer is written afterwards, so that a client that takes it in slowly
// holds up nobody.
func (h *Handler) turn(w http.ResponseWriter, r *http.Request, draw func() error) error {
	leave, err := wait(w, r, h.drawing, drawPatience, "The server is drawing for others. Try again in a few seconds.")
	if err != nil {
		return err
	}
	defer leave()
	return draw()
}

// wait takes one of the places, each of which is a token that the channel has room for, and
// returns what gives it back. The error is 503 with the message busy where there is none in
// time, and the context's. Waiting was the server's time: the client has all of its own to
// take the answer in.
func wait(w http.ResponseWriter, r *http.Request, places chan struct{}, patience time.Duration, busy string) (leave func(), err error) {
	select {
	case places <- struct{}{}:
		renew(w)
		return func() { <-places }, nil
	case <-time.After(patience):
		return nil, &problem{http.StatusServiceUnavailable, "Too many at once", busy}
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

// renew gives a client writeTime from now on to take an answer in that has been long in the
// making. A writer without a deadline, as of a test, needs none.
func renew(w http.ResponseWriter) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime))
}
