package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"gradlab/internal/lab"
)

// longestPoll is how long a request with wait= may be kept, in seconds: less than
// the half minute after which proxies give up.
const longestPoll = 25

// events shows a run to one viewer as a stream of server-sent events, the messages of
// the socket in another dress (docs/wire.md). With wait=N the answer ends with the
// first news, or after N seconds without: where a proxy keeps an answer until it is
// whole, that is the way to follow.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	patience, poll, err := waitFor(r)
	if err != nil {
		return err
	}
	m, start, err := h.wanted(r)
	if err != nil {
		return err
	}
	stream(w)
	if r.Header.Get(lastEvent) != "" && m.State.Ended() && start >= m.Done {
		w.WriteHeader(http.StatusNoContent) // by which a browser knows that it need not come back
		return nil
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return nil // who asks for the head does not wait for the end
	}
	if h.draining.Err() != nil {
		return errDraining
	}
	leave, err := h.audience.enter(&h.audience.events)
	if err != nil {
		return err
	}
	defer leave()
	cursor, err := h.lab.Follow(m.ID, start)
	if err != nil {
		return err
	}
	defer cursor.Close()
	ctx := r.Context()
	if poll && patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	out := newEventLine(w, r)
	defer out.end()
	v := &viewer{line: out, cursor: cursor, casts: &h.casts, brief: poll, news: poll && patience == 0}
	err = v.show(ctx, start)
	if b, ok := farewell(err); ok {
		if !out.begun {
			return err // an answer with a status says more
		}
		h.brokeOff(r, err)
		out.close(b)
	}
	return nil
}

// lastEvent is the header by which a browser comes back to an event stream: the id
// of the last event that it has seen.
const lastEvent = "Last-Event-ID"

// wanted returns the run that the address names and the step from which a viewer
// wants it.
func (h *Handler) wanted(r *http.Request) (m lab.Manifest, from int, err error) {
	if m, err = h.found(r); err != nil {
		return m, 0, err
	}
	if from, err = step(r, "from", 0); err != nil {
		return m, 0, err
	}
	if id := r.Header.Get(lastEvent); id != "" {
		seen, err := strconv.ParseUint(id, 10, 31)
		if err != nil {
			return m, 0, badRequest("%s: %.40q is not a step; it is the id of the last event that was seen.", lastEvent, id)
		}
		from = int(seen) + 1
	}
	return m, from, nil
}

// stream sets the headers of an answer that grows.
func stream(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not collect it
}

// waitFor reads how long a request that ends with the first news may wait for it;
// without the key it stays to the end of the run.
func waitFor(r *http.Request) (patience time.Duration, poll bool, err error) {
	text := r.URL.Query().Get("wait")
	if text == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n > longestPoll {
		return 0, false, badRequest("wait: %.40q is not a whole number of seconds in 0..%d.", text, longestPoll)
	}
	return time.Duration(n) * time.Second, true, nil
}

// An eventLine is the one writer of an event stream.
type eventLine struct {
	w     http.ResponseWriter
	out   *http.ResponseController
	begun bool
}

func newEventLine(w http.ResponseWriter, r *http.Request) *eventLine {
	if tcp, ok := r.Context().Value(connKey{}).(*net.TCPConn); ok {
		tcp.SetWriteBuffer(sendBuffer)
	}
	l := &eventLine{w: w, out: http.NewResponseController(w)}
	l.out.SetReadDeadline(time.Time{}) // the request is read; its deadline must not end the answer
	return l
}

func (l *eventLine) send(m *message) error { return l.write(m.event()) }

// ping sends a remark, which readers of events skip.
func (l *eventLine) ping() error { return l.write([]byte(":\n\n")) }

func (l *eventLine) write(b []byte) error {
	l.begun = true
	l.out.SetWriteDeadline(time.Now().Add(streamTime))
	if _, err := l.w.Write(b); err != nil {
		return errors.Join(err, errGone)
	}
	if err := l.out.Flush(); err != nil {
		return errors.Join(err, errGone)
	}
	return nil
}

func (l *eventLine) close(b bye) { l.write(goodbye(b)) }

// goodbye is the last event, which says in a browser's own words when to come back.
func goodbye(b bye) []byte {
	var e []byte
	if b.Retry > 0 {
		e = append(strconv.AppendInt([]byte("retry: "), int64(b.Retry), 10), '\n')
	}
	return append(e, said(b).event()...)
}

// end leaves time for the end of the stream, which may come after a long silence.
func (l *eventLine) end() { l.out.SetWriteDeadline(time.Now().Add(streamTime)) }

// connKey is where a request's context has its connection.
type connKey struct{}

// withConn lets a stream find its connection, whose buffer it bounds.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}
