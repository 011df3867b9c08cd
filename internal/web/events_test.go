package web_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// A stream is a viewer on an event stream, read as the standard says.
type stream struct {
	*viewer
	body  *bufio.Reader
	close func()
	id    string // of the last event that had one
	retry string
}

func (s *server) openEvents(id, query, last string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/runs/"+id+"/events"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("events%s: %s, %s", query, resp.Status, resp.Header.Get("Content-Type"))
	}
	return &stream{
		viewer: &viewer{t: s.t, next: -1}, body: bufio.NewReader(resp.Body), id: last,
		close: func() { cancel(); resp.Body.Close() },
	}
}

// until reads while more says so, or to the end.
func (s *stream) until(more func(*viewer) bool) {
	s.t.Helper()
	kind, data := "", ""
	for more == nil || s.next < 0 || more(s.viewer) {
		line, err := s.body.ReadString('\n')
		if err == io.EOF && line == "" {
			return
		}
		if err != nil {
			s.t.Fatal(err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case line == "\n" && data != "":
			s.event(kind, data)
			kind, data = "", ""
		case line == "\n", strings.HasPrefix(line, ":"): // a remark
		case field == "event":
			kind = value
		case field == "data":
			data = value
		case field == "id":
			s.id = value
		case field == "retry":
			s.retry = value
		default:
			s.t.Fatalf("line %q", line)
		}
	}
}

func (s *stream) event(kind, data string) {
	s.t.Helper()
	if kind == "" {
		s.take(true, []byte(data))
		return
	}
	b, err := base64.StdEncoding.DecodeString(data)
	if kind != "block" || err != nil {
		s.t.Fatalf("event %s: %v", kind, err)
	}
	s.take(false, b)
	if s.id != strconv.Itoa(s.next-1) && s.next > 0 {
		s.t.Fatalf("id %s after step %d", s.id, s.next-1)
	}
}

// events opens a stream and reads it to the end, or while more says so.
func (s *server) events(id, query, last string, more func(*viewer) bool) *viewer {
	s.t.Helper()
	e := s.openEvents(id, query, last)
	defer e.close()
	e.until(more)
	return e.viewer
}

// The event stream of a run holds what its socket holds.
func TestEvents(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=60&method=barlow")
	early := s.events(id, "?from=0", "", nil)
	m := s.finish(id)
	late := s.events(id, "", "", nil)
	for name, v := range map[string]*viewer{"early": early, "late": late} {
		h := record.NewHash(v.hello.Schema)
		for _, step := range v.steps {
			h.Add(step)
		}
		if v.next != 60 || v.frames == 0 || h.Sum() != m.CurveHash || v.bye.Code != 1000 || v.bye.Retry != 0 {
			t.Errorf("the %s viewer saw %d steps, %d frames, %+v, and the run's curve: %v", name, v.next, v.frames, v.bye, h.Sum() == m.CurveHash)
		}
	}
	if n := len(early.states); n == 0 || early.states[n-1] != lab.Finished || early.hash != m.CurveHash {
		t.Errorf("the early viewer was told %v, %s", early.states, early.hash)
	}
	if v := s.events(id, "?from=3", "49", nil); v.next != 60 || len(v.steps) != 10 {
		t.Errorf("after event 49: %d steps", len(v.steps)) // the header is newer than the address
	}
	if resp, body := s.do("GET", "/runs/"+id+"/events", "", "", "Last-Event-ID", "59"); resp.StatusCode != 204 || body != "" {
		t.Errorf("a browser that comes back to a run that has ended: %s %q", resp.Status, body)
	}
	if resp, body := s.do("HEAD", "/runs/"+id+"/events", "", ""); resp.StatusCode != 200 || body != "" {
		t.Errorf("HEAD: %s", resp.Status)
	}
	for _, bad := range []struct{ query, last string }{{"?from=x", ""}, {"?wait=26", ""}, {"?wait=-1", ""}, {"?wait=x", ""}, {"", "x"}, {"", "99999999999"}} {
		if resp, body := s.do("GET", "/runs/"+id+"/events"+bad.query, asJSON, "", "Last-Event-ID", bad.last); resp.StatusCode != 400 || !strings.Contains(body, "errors") {
			t.Errorf("%+v: %s %s", bad, resp.Status, body)
		}
	}
	if resp, _ := s.do("POST", "/runs/"+id+"/events", asJSON, ""); resp.StatusCode != 405 {
		t.Errorf("POST: %s", resp.Status)
	}
	if resp, _ := s.do("POST", "/runs/"+id+"/events", asJSON, "", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != 403 {
		t.Errorf("POST from another site: %s", resp.Status)
	}
	resp, _ := s.do("GET", "/runs/"+id+"/events", "", "", "Origin", "https://example.org", "Sec-Fetch-Site", "cross-site")
	if head := resp.Header; head.Get("Access-Control-Allow-Origin") != "" || head.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("a page of another site may read the stream: %v", head)
	}
}

// Long polls make up the whole run: each ends with news, the last with goodbye.
func TestLongPolls(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=90")
	next, polls := 0, 0
	for done := false; !done; polls++ {
		v := s.events(id, "?wait=25&from="+strconv.Itoa(next), "", nil)
		if done = v.bye.Code == 1000; len(v.steps) == 0 && len(v.states) == 0 && !done {
			t.Fatalf("nothing new from step %d, at once or after 25 s", next)
		}
		next = v.next
	}
	if next != 90 || polls < 2 {
		t.Errorf("%d polls led to step %d", polls, next)
	}

	s = newServer(t) // the first knows its pace now, and a slow one refuses so long a run
	id = s.start(long)
	v := s.events(id, "?wait=25", "", nil)
	for v.hello.State == lab.Queued || v.next == 0 {
		v = s.events(id, "?wait=25", "", nil)
	}
	s.do("POST", "/runs/"+id+"/pause", asJSON, "")
	m, _ := s.lab.Run(id)
	if v = s.events(id, "?wait=0&from="+strconv.Itoa(m.Done), "", nil); v.hello.State != lab.Paused || len(v.steps) > 0 {
		t.Errorf("wait=0: %s with %d steps", v.hello.State, len(v.steps))
	}
	told := make(chan *viewer)
	go func() { told <- s.events(id, "?wait=25&from="+strconv.Itoa(m.Done), "", nil) }()
	s.do("POST", "/runs/"+id+"/step", asJSON, "")
	if v := <-told; v.next == m.Done && len(v.states) == 0 {
		t.Error("a poll ended without news")
	}
	s.do("POST", "/runs/"+id+"/stop", asJSON, "")
}

// Lines of JSON are polled likewise.
func TestRecordsPolled(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=90&method=byol")
	for next := 0; ; {
		resp, body := s.do("GET", "/runs/"+id+"/records?wait=25&from="+strconv.Itoa(next), "", "")
		next += len(lines(t, body, next))
		if resp.StatusCode == http.StatusNoContent {
			if next != 90 {
				t.Errorf("no more after step %d", next-1)
			}
			break
		}
		if body == "" {
			t.Fatalf("nothing new from step %d, at once or after 25 s", next)
		}
	}
	for _, bad := range []string{"26", "x", "-1", "1.5"} {
		if resp, _ := s.do("GET", "/runs/"+id+"/records?wait="+bad, asJSON, ""); resp.StatusCode != 400 {
			t.Errorf("wait=%s: %s", bad, resp.Status)
		}
	}
}
