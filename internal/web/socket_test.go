package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// A viewer is a socket client that checks what it is told.
type viewer struct {
	t      *testing.T
	conn   *websocket.Conn
	hello  lab.Manifest
	next   int // the step that is due
	steps  []record.Step
	frames int
	states []lab.State
	hash   string
}

func (s *server) view(id, query string) *viewer {
	s.t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+"/runs/"+id+"/socket"+query, http.Header{"Origin": {s.URL}})
	if err != nil {
		s.t.Fatalf("%v, %v", err, resp)
	}
	s.t.Cleanup(func() { conn.Close() })
	v := &viewer{t: s.t, conn: conn}
	var m struct {
		Type string
		Run  lab.Manifest
		From int
	}
	if err := conn.ReadJSON(&m); err != nil || m.Type != "hello" || m.Run.ID != id {
		s.t.Fatalf("hello: %+v, %v", m, err)
	}
	v.hello, v.next = m.Run, m.From
	return v
}

// read takes in one message. Steps must come in order and without a gap.
func (v *viewer) read() error {
	v.t.Helper()
	v.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	kind, b, err := v.conn.ReadMessage()
	if err != nil {
		return err
	}
	if kind == websocket.TextMessage {
		var m struct {
			Type      string
			State     lab.State
			CurveHash string `json:"curve_hash"`
		}
		if err := json.Unmarshal(b, &m); err != nil || m.Type != "state" {
			v.t.Fatalf("message %s: %v", b, err)
		}
		v.states, v.hash = append(v.states, m.State), m.CurveHash
		return nil
	}
	if k, err := record.Kind(b); err != nil {
		v.t.Fatal(err)
	} else if k == record.KindFrame {
		at, f, rest, err := record.DecodeFrame(b)
		if err != nil || len(rest) > 0 || at >= v.next || f.Name == "" {
			v.t.Fatalf("frame %q of step %d after %d steps, %d bytes behind it, %v", f.Name, at, v.next, len(rest), err)
		}
		v.frames++
		return nil
	}
	steps, rest, err := record.DecodeSteps(b)
	if err != nil || len(rest) > 0 || len(steps) == 0 || steps[0].Step != v.next || len(steps[0].Values) != len(v.hello.Schema.Fields) {
		v.t.Fatalf("a block of %d steps after step %d, %d bytes behind it, %v", len(steps), v.next-1, len(rest), err)
	}
	v.steps = append(v.steps, steps...)
	v.next += len(steps)
	return nil
}

// readAll reads to the end and returns the code with which the socket was closed.
func (v *viewer) readAll() int {
	v.t.Helper()
	for {
		if err := v.read(); err != nil {
			var c *websocket.CloseError
			if !errors.As(err, &c) {
				v.t.Fatal(err)
			}
			return c.Code
		}
	}
}

func TestSocketSnapshotAndTail(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=60&method=barlow")
	early := s.view(id, "")
	if code := early.readAll(); code != websocket.CloseNormalClosure {
		t.Errorf("closed with %d", code)
	}
	m := s.finish(id)
	late := s.view(id, "?from=0")
	late.readAll()
	for name, v := range map[string]*viewer{"early": early, "late": late} {
		if v.next != 60 || v.frames == 0 {
			t.Errorf("the %s viewer saw %d steps and %d frames", name, v.next, v.frames)
		}
		h := record.NewHash(v.hello.Schema)
		for _, step := range v.steps {
			h.Add(step)
		}
		if h.Sum() != m.CurveHash {
			t.Errorf("the %s viewer's curve is not the run's", name)
		}
	}
	if n := len(early.states); n == 0 || early.states[n-1] != lab.Finished || early.hash != m.CurveHash {
		t.Errorf("the early viewer was told %v, %s", early.states, early.hash)
	}
}

// A viewer whose connection is cut again and again in mid-run sees each step
// exactly once.
func TestSocketResumes(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=200")
	next := 0
	for cut := 0; ; cut++ {
		v := s.view(id, "?from="+strconv.Itoa(next))
		if v.next != next {
			t.Fatalf("asked from %d, is sent from %d", next, v.next)
		}
		if cut < 5 {
			for v.next < next+7 && v.next < 200 {
				if err := v.read(); err != nil {
					t.Fatal(err)
				}
			}
			v.conn.NetConn().Close() // no goodbye, as when a lid closes
			next = v.next
			continue
		}
		v.readAll()
		if v.next != 200 {
			t.Errorf("the last connection ended after step %d", v.next-1)
		}
		return
	}
}

func TestSocketRefuses(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	dial := func(path, origin string) (int, error) {
		conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+path, http.Header{"Origin": {origin}})
		if err == nil {
			conn.Close()
		}
		if resp == nil {
			return 0, err
		}
		return resp.StatusCode, err
	}
	if code, _ := dial("/runs/"+id+"/socket", "https://example.org"); code != 403 {
		t.Errorf("a foreign origin: %d, want 403", code)
	}
	if code, _ := dial("/runs/0000000000ZZ/socket", s.URL); code != 404 {
		t.Errorf("an unknown run: %d, want 404", code)
	}
	if code, _ := dial("/runs/"+id+"/socket?from=x", s.URL); code != 400 {
		t.Errorf("from=x: %d, want 400", code)
	}
	if resp, _ := s.do("GET", "/runs/"+id+"/socket", asJSON, ""); resp.StatusCode != 400 {
		t.Errorf("no upgrade: %s, want 400", resp.Status)
	}
	v := s.view(id, "")
	v.conn.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("x", 10000)))
	for v.read() == nil { // the server hangs up on who talks too much
	}
}

func TestSocketStates(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	v := s.view(id, "")
	until := func(want lab.State) {
		t.Helper()
		for len(v.states) == 0 || v.states[len(v.states)-1] != want {
			if err := v.read(); err != nil {
				t.Fatalf("waiting for %s: %v", want, err)
			}
		}
	}
	for v.next < 3 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	s.do("POST", "/runs/"+id+"/pause", asJSON, "")
	until(lab.Paused)
	s.do("POST", "/runs/"+id+"/resume", asJSON, "")
	until(lab.Running)
	s.do("POST", "/runs/"+id+"/stop", asJSON, "")
	if code := v.readAll(); code != websocket.CloseNormalClosure || v.states[len(v.states)-1] != lab.Cancelled {
		t.Errorf("closed with %d after %v", code, v.states)
	}
}

// A viewer who takes nothing in harms nobody.
func TestSocketStalled(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	stalled := []*viewer{s.view(id, ""), s.view(id, ""), s.view(id, "")} // they never read
	v := s.view(id, "")
	for v.next < 50 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range stalled {
		for w.next < 50 { // what they missed is still there, each step once
			if err := w.read(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A server that goes away says so, so that its viewers come back.
func TestSocketDrain(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	v := s.view(id, "")
	for v.next < 3 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	s.handler.Drain()
	if code := v.readAll(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d, want %d", code, websocket.CloseGoingAway)
	}
}
