package web

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// The constants of a socket, each with its reason.
const (
	sendBuffer = 64 << 10               // the kernel's: a stalled reader hides 0.15 MB in it, and 4 MB in the default
	writeWait  = 10 * time.Second       // a message that is not taken in this time never will be
	pongWait   = 60 * time.Second       // a peer that is silent for so long has gone
	readLimit  = 512                    // a viewer has nothing to say
	closeWait  = 500 * time.Millisecond // for the peer's half of the closing handshake
)

func newUpgrader() websocket.Upgrader {
	return websocket.Upgrader{
		HandshakeTimeout: headerTime,
		ReadBufferSize:   1 << 10,
		WriteBufferSize:  8 << 10,
		// CheckOrigin is gorilla's own: the same host, or no Origin, which browsers always send.
	}
}

// socket shows a run to one viewer over a WebSocket (docs/wire.md).
func (h *Handler) socket(w http.ResponseWriter, r *http.Request) error {
	m, from, err := h.wanted(r)
	if err != nil {
		return err
	}
	if !websocket.IsWebSocketUpgrade(r) {
		return badRequest("This address speaks WebSocket. The same messages as an event stream are at /runs/%s/events, lines of JSON at /runs/%[1]s/records.", m.ID)
	}
	leave, err := h.audience.enter(&h.audience.sockets)
	if err != nil {
		return err
	}
	defer leave()
	cursor, err := h.lab.Follow(m.ID, from)
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
	out := socketLine{conn}
	v := &viewer{line: out, cursor: cursor, casts: &h.casts}
	err = v.show(ctx, from)
	h.brokeOff(r, err)
	if b, ok := farewell(err); ok {
		out.close(b)
	}
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

// A socketLine is the one writer of a socket.
type socketLine struct{ conn *websocket.Conn }

func (l socketLine) send(m *message) error {
	p, err := m.socket()
	if err != nil {
		return err
	}
	l.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return l.conn.WritePreparedMessage(p)
}

func (l socketLine) ping() error {
	return l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
}

// close says goodbye, in a message and in the protocol's own way.
func (l socketLine) close(b bye) {
	if l.send(said(b)) == nil {
		l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(b.Code, b.Reason), time.Now().Add(writeWait))
	}
}
