package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"gradlab/internal/lab"
)

// How long viewers stay away who are sent off because the server restarts: at least
// as long as that takes, and so far apart that they do not come back in one moment.
const (
	retryLeast  = 500 * time.Millisecond
	retrySpread = 4 * time.Second
)

// farewell tells a viewer what the error that ended the showing means: 1000 the run
// has ended, 1001 the server goes away and will be back, 1011 something broke. There
// is none for who has gone, or has had enough.
func farewell(err error) (b bye, ok bool) {
	switch {
	case errors.Is(err, io.EOF):
		return bye{"bye", websocket.CloseNormalClosure, "the run has ended", 0}, true
	case leaves(err):
		retry := retryLeast + rand.N(retrySpread)
		return bye{"bye", websocket.CloseGoingAway, "the server is restarting", int(retry.Milliseconds())}, true
	case ignoreGone(err) == nil, errors.Is(err, errEnough):
		return bye{}, false
	}
	return bye{"bye", websocket.CloseInternalServerErr, "the server could not go on", 0}, true
}

// brokeOff logs why a stream that has begun could not go on, where that is a fault.
func (h *Handler) brokeOff(r *http.Request, err error) {
	if b, ok := farewell(err); ok && b.Code == websocket.CloseInternalServerErr {
		h.logger(r).Error("a stream broke off", slog.Any("error", err))
	}
}

// leaves says whether an error means that the server goes away.
func leaves(err error) bool { return errors.Is(err, errDraining) || errors.Is(err, lab.ErrClosed) }

// ignoreGone drops the errors that mean an end and not a fault: the run's, or the
// client's that closed its tab.
func ignoreGone(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errGone) || isNetwork(err) {
		return nil
	}
	return err
}

// errGone marks what goes wrong in writing to a client.
var errGone = errors.New("web: the client has gone")

// isNetwork says whether an error comes from the connection, so that there is
// nobody to tell.
func isNetwork(err error) bool {
	var n net.Error
	var c *websocket.CloseError
	return errors.As(err, &n) || errors.As(err, &c) || errors.Is(err, net.ErrClosed) || errors.Is(err, websocket.ErrCloseSent)
}
