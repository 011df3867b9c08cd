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

// A viewer checks what it is told, over whatever way it comes.
type viewer struct {
	t      *testing.T
	conn   *websocket.Conn // of those on a socket
	hello  lab.Manifest
	next   int // the step that is due
	steps  []record.Step
	frames int
	states []lab.State
	hash   string
	bye    struct {
		Code   int
		Reason string
		Retry  int `json:"retry_ms"`
	}
}

func (s *server) view(id, query string) *viewer {
	s.t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+"/runs/"+id+"/socket"+query, http.Header{"Origin": {s.URL}})
	if err != nil {
		s.t.Fatalf("%v, %v", err, resp)
	}
	s.t.Cleanup(func() { conn.Close() })
	v := &viewer{t: s.t, conn: conn, next: -1}
	if err := v.read(); err != nil || v.hello.ID != id {
		s.t.Fatalf("hello: %+v, %v", v.hello, err)
	}
	return v
}

// read takes in one message of a socket.
func (v *viewer) read() error {
	v.t.Helper()
	v.conn.SetReadDeadline(time.Now().Add(patience))
	kind, b, err := v.conn.ReadMessage()
	if err != nil {
		return err
	}
	v.take(kind == websocket.TextMessage, b)
	return nil
}

// take checks a message: a hello comes first, steps in order and without a gap, and
// behind a goodbye nothing.
func (v *viewer) take(text bool, b []byte) {
	v.t.Helper()
	if v.bye.Code != 0 {
		v.t.Fatalf("%d bytes after the goodbye", len(b))
	}
	if text {
		var m struct {
			Type      string
			Run       lab.Manifest
			From      int
			State     lab.State
			CurveHash string `json:"curve_hash"`
		}
		if err := json.Unmarshal(b, &m); err != nil {
			v.t.Fatalf("message %s: %v", b, err)
		}
		switch {
		case m.Type == "hello" && (v.next < 0 || v.next == m.From):
			v.hello, v.next = m.Run, m.From
		case m.Type == "state" && v.next >= 0:
			v.states, v.hash = append(v.states, m.State), m.CurveHash
		case m.Type == "bye" && v.next >= 0:
			if err := json.Unmarshal(b, &v.bye); err != nil || v.bye.Code == 0 || v.bye.Reason == "" {
				v.t.Fatalf("goodbye %s: %v", b, err)
			}
		default:
			v.t.Fatalf("message %s while step %d is due", b, v.next)
		}
		return
	}
	if k, err := record.Kind(b); err != nil {
		v.t.Fatal(err)
	} else if k == record.KindFrame {
		at, f, rest, err := record.DecodeFrame(b)
		if err != nil || len(rest) > 0 || at >= v.next || f.Name == "" {
			v.t.Fatalf("frame %q of step %d after %d steps, %d bytes behind it, %v", f.Name, at, v.next, len(rest), err)
		}
		v.frames++
		return
	}
	steps, rest, err := record.DecodeSteps(b)
	if err != nil || len(rest) > 0 || len(steps) == 0 || steps[0].Step != v.next || len(steps[0].Values) != len(v.hello.Schema.Fields) {
		v.t.Fatalf("a block of %d steps after step %d, %d bytes behind it, %v", len(steps), v.next-1, len(rest), err)
	}
	v.steps = append(v.steps, steps...)
	v.next += len(steps)
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
			if c.Code != v.bye.Code {
				v.t.Errorf("closed with %d after the goodbye %+v", c.Code, v.bye)
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

// A viewer whose connection is cut 50 times in mid-run, and who comes back another
// way each time, sees each step exactly once.
func TestViewerComesBack(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	var all []record.Step
	for cut := 0; cut <= 50; cut++ {
		next := len(all)
		query := "?from=" + strconv.Itoa(next)
		var v *viewer
		switch {
		case cut == 50:
			s.do("POST", "/runs/"+id+"/stop", asJSON, "")
			v = s.view(id, query)
			v.readAll()
		case cut%3 == 0:
			v = s.view(id, query)
			for v.next < next+7 {
				if err := v.read(); err != nil {
					t.Fatal(err)
				}
			}
			v.conn.NetConn().Close() // no goodbye, as when a lid closes
		case cut%3 == 1:
			v = s.events(id, "", strconv.Itoa(next-1), func(v *viewer) bool { return v.next < next+7 })
		default:
			v = s.events(id, query+"&wait=20", "", nil)
		}
		if v.next != next+len(v.steps) {
			t.Fatalf("asked from %d, is sent %d steps up to %d", next, len(v.steps), v.next)
		}
		all = append(all, v.steps...)
	}
	m, _ := s.lab.Run(id)
	c, err := s.lab.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for seen := 0; seen < m.Done; {
		b, err := c.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range b.Steps {
			step.Frames = nil // which come as the budget allows
			if d := m.Schema.Difference(all[seen], step); d != "" || all[seen].Step != seen {
				t.Fatalf("step %d came as step %d with another %s", seen, all[seen].Step, d)
			}
			seen++
		}
	}
	if len(all) != m.Done {
		t.Errorf("%d steps were seen of %d", len(all), m.Done)
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

// A server that goes away says so on every way, and when to come back: not to all
// at the same moment.
func TestDrain(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	v, other := s.view(id, ""), s.view(id, "")
	for v.next < 3 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	stream := s.openEvents(id, "", "")
	stream.until(func(v *viewer) bool { return v.next < 3 })
	s.handler.Drain()
	if code := v.readAll(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d, want %d", code, websocket.CloseGoingAway)
	}
	other.readAll()
	stream.until(nil)
	if v.bye.Retry == other.bye.Retry && v.bye.Retry == stream.bye.Retry {
		t.Errorf("all are to come back after %d ms", v.bye.Retry)
	}
	for _, b := range []int{v.bye.Retry, other.bye.Retry, stream.bye.Retry} {
		if b < 500 || b >= 4500 {
			t.Errorf("one is to come back after %d ms", b)
		}
	}
	if stream.bye.Code != websocket.CloseGoingAway || stream.retry != strconv.Itoa(stream.bye.Retry) {
		t.Errorf("the stream ends with %+v and retry: %s", stream.bye, stream.retry)
	}
	if resp, _ := s.do("GET", "/runs/"+id+"/events", asJSON, ""); resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a stream from a server that goes away: %s", resp.Status)
	}
	if resp, _ := s.do("GET", "/runs/"+id+"/records?from=100000&wait=20", asJSON, ""); resp.StatusCode != 503 {
		t.Errorf("a long poll to a server that goes away: %s", resp.Status)
	}
}
