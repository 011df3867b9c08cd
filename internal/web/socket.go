package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// The constants of a socket, each with its reason.
const (
	sendBuffer  = 64 << 10               // the kernel's: a stalled reader hides 0.15 MB in it, and 4 MB in the default
	writeWait   = 10 * time.Second       // a message that is not taken in this time never will be
	pongWait    = 60 * time.Second       // a peer that is silent for so long has gone
	pingPeriod  = 25 * time.Second       // two pings may get lost within pongWait; proxies cut at 30 s of silence
	readLimit   = 512                    // a viewer has nothing to say
	blockPeriod = time.Second / 20       // more blocks a second than this nobody sees
	closeWait   = 500 * time.Millisecond // for the peer's half of the closing handshake
)

func newUpgrader() websocket.Upgrader {
	return websocket.Upgrader{
		HandshakeTimeout: headerTime,
		ReadBufferSize:   1 << 10,
		WriteBufferSize:  8 << 10,
		// CheckOrigin is gorilla's own: the same host, or no Origin, which browsers always send.
	}
}

// isNetwork says whether an error comes from the connection, so that there is
// nobody to tell.
func isNetwork(err error) bool {
	var n net.Error
	var c *websocket.CloseError
	return errors.As(err, &n) || errors.As(err, &c) || errors.Is(err, net.ErrClosed) || errors.Is(err, websocket.ErrCloseSent)
}

// socket shows a run to one viewer: a hello, all steps from the one asked for,
// and then each as it comes (docs/wire.md).
func (h *Handler) socket(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	start, err := step(r, "from", 0)
	if err != nil {
		return err
	}
	if !websocket.IsWebSocketUpgrade(r) {
		return badRequest("This address speaks WebSocket. The same records as lines of JSON are at /runs/%s/records.", m.ID)
	}
	cursor, err := h.lab.Follow(m.ID, start)
	if err != nil {
		return err
	}
	defer cursor.Close()
	conn, err := h.sockets.Upgrade(w, r, nil)
	if err != nil {
		return nil // Upgrade has answered
	}
	defer conn.Close()
	if tcp, ok := conn.NetConn().(*net.TCPConn); ok {
		tcp.SetWriteBuffer(sendBuffer)
	}

	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		cancel(read(conn))
	}()
	s := &sender{conn: conn}
	err = s.run(ctx, m, start, cursor)
	s.farewell(err)
	select { // the reader ends with the peer's close message or with the connection
	case <-reader:
	case <-time.After(closeWait):
	}
	conn.Close()
	<-reader
	return nil
}

// read takes in what a viewer sends, pongs and the closing handshake, and
// returns when there is no more.
func read(conn *websocket.Conn) error {
	conn.SetReadLimit(readLimit)
	conn.SetReadDeadline(time.Now().Add(pongWait))
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) })
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return err
		}
	}
}

// A sender is the one writer of a socket.
type sender struct {
	conn *websocket.Conn
	buf  []byte
}

// hello is the first message of a socket.
type hello struct {
	Type string       `json:"type"`
	Run  lab.Manifest `json:"run"`
	From int          `json:"from"`
}

// state is the message that follows each change of a run's state.
type state struct {
	Type      string    `json:"type"`
	State     lab.State `json:"state"`
	Reason    string    `json:"reason,omitempty"`
	Causes    []string  `json:"causes,omitempty"`
	CurveHash string    `json:"curve_hash,omitempty"`
	Done      int       `json:"done"`
	Position  int       `json:"position,omitempty"`
	Wait      float64   `json:"wait,omitempty"`
}

// run sends until the run ends (io.EOF), the viewer goes or the server drains.
func (s *sender) run(ctx context.Context, m lab.Manifest, start int, cursor *lab.Cursor) error {
	if err := s.text(hello{"hello", m, start}); err != nil {
		return err
	}
	last := m
	nextPing := time.Now().Add(pingPeriod)
	for {
		wait, cancel := context.WithDeadline(ctx, nextPing)
		b, err := cursor.Next(wait)
		cancel()
		switch {
		case err == nil:
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			nextPing = time.Now().Add(pingPeriod)
			if err := s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)); err != nil {
				return err
			}
			continue
		case ctx.Err() != nil:
			return context.Cause(ctx)
		default:
			return err
		}
		sent := time.Now()
		if err := s.steps(b.Steps); err != nil {
			return err
		}
		if changed(last, b.Manifest) {
			last = b.Manifest
			if err := s.text(state{"state", last.State, last.Reason, last.Causes, last.CurveHash, last.Done, last.Position, last.Wait}); err != nil {
				return err
			}
		}
		if n := len(b.Steps); n > 0 && b.Steps[n-1].Step+1 >= b.Manifest.Done { // caught up: what comes within the period goes out together
			select {
			case <-time.After(time.Until(sent.Add(blockPeriod))):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}

// changed says whether a viewer must be told.
func changed(a, b lab.Manifest) bool {
	return a.State != b.State || a.Reason != b.Reason || a.Position != b.Position || a.CurveHash != b.CurveHash
}

// steps sends a batch of steps and the newest frame of each name among them.
func (s *sender) steps(steps []record.Step) error {
	if len(steps) == 0 {
		return nil
	}
	s.buf = record.AppendSteps(s.buf[:0], steps)
	if err := s.write(websocket.BinaryMessage, s.buf); err != nil {
		return err
	}
	sent := map[string]bool{}
	for _, step := range slices.Backward(steps) {
		for _, f := range step.Frames {
			if sent[f.Name] {
				continue
			}
			sent[f.Name] = true
			s.buf = record.AppendFrame(s.buf[:0], step.Step, f)
			if err := s.write(websocket.BinaryMessage, s.buf); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sender) text(v any) error {
	return s.write(websocket.TextMessage, marshal(v))
}

func (s *sender) write(kind int, b []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return s.conn.WriteMessage(kind, b)
}

// farewell closes the socket with the code that tells the viewer what to do:
// 1000 the run has ended, 1001 the server goes away and will be back, 1011
// something broke.
func (s *sender) farewell(err error) {
	code, text := websocket.CloseInternalServerErr, "the server could not go on"
	switch {
	case errors.Is(err, io.EOF):
		code, text = websocket.CloseNormalClosure, "the run has ended"
	case errors.Is(err, errDraining), errors.Is(err, lab.ErrClosed):
		code, text = websocket.CloseGoingAway, "the server is restarting"
	case isNetwork(err):
		return // the viewer has gone
	}
	s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Now().Add(writeWait))
}
