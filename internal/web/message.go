package web

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// A message is one thing that viewers are sent, in the forms of a socket and of an
// event stream (docs/wire.md). Each form is made when it is first wanted, and once:
// a thousand viewers share the bytes. Safe for any number of goroutines.
type message struct {
	text bool   // JSON, otherwise a block
	body []byte // not to be changed
	last int    // the step after which a viewer who saw this asks for more; -1: as before

	socket func() (*websocket.PreparedMessage, error)
	event  func() []byte
}

func newMessage(text bool, body []byte, last int) *message {
	m := &message{text: text, body: body, last: last}
	m.socket = sync.OnceValues(func() (*websocket.PreparedMessage, error) {
		kind := websocket.BinaryMessage
		if text {
			kind = websocket.TextMessage
		}
		return websocket.NewPreparedMessage(kind, body)
	})
	m.event = sync.OnceValue(m.asEvent)
	return m
}

// said is a control message.
func said(v any) *message { return newMessage(true, bytes.TrimSuffix(marshal(v), []byte("\n")), -1) }

// steps is a block of kind 1. There is at least one step.
func stepsMessage(steps []record.Step) *message {
	return newMessage(false, record.AppendSteps(nil, steps), steps[len(steps)-1].Step)
}

// frameMessage is a block of kind 2.
func frameMessage(step int, f record.Frame) *message {
	return newMessage(false, record.AppendFrame(nil, step, f), -1)
}

// asEvent is the message as an event: control messages are of the stream's default
// type, blocks of type block, in base64.
func (m *message) asEvent() []byte {
	if m.text {
		return append(append([]byte("data: "), m.body...), "\n\n"...)
	}
	b := make([]byte, 0, 64+base64.StdEncoding.EncodedLen(len(m.body)))
	b = append(b, "event: block\n"...)
	if m.last >= 0 {
		b = append(b, "id: "...)
		b = strconv.AppendInt(b, int64(m.last), 10)
		b = append(b, '\n')
	}
	b = append(b, "data: "...)
	b = base64.StdEncoding.AppendEncode(b, m.body)
	return append(b, "\n\n"...)
}

// hello is the first message to a viewer.
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

// bye is the last message: why the server ends here, in the words of a socket's
// close code, and when to come back.
type bye struct {
	Type   string `json:"type"`
	Code   int    `json:"code"`
	Reason string `json:"reason"`
	Retry  int    `json:"retry_ms,omitempty"`
}
