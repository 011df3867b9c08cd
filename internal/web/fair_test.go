package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"gradlab/internal/lab"
)

// cookie is what a browser sends that has been on a page of the lab.
func (s *server) cookie() string {
	s.t.Helper()
	resp, _ := s.do("GET", "/credits", asPage, "")
	if len(resp.Cookies()) != 1 {
		s.t.Fatalf("%d cookies from a page", len(resp.Cookies()))
	}
	c := resp.Cookies()[0]
	return c.Name + "=" + c.Value
}

type laneAnswer struct {
	ID, State string
	Position  int
	Wait      float64
}

// startAs submits settings as a program with a cookie does, and returns the first lane.
func (s *server) startAs(cookie, settings string) laneAnswer {
	s.t.Helper()
	resp, body := s.do("POST", "/runs", asJSON, settings, "Cookie", cookie)
	var v struct{ Lanes []laneAnswer }
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != 200 {
		s.t.Fatalf("POST /runs %s: %d %s", settings, resp.StatusCode, body)
	}
	return v.Lanes[0]
}

func (s *server) manifest(id string) (m lab.Manifest, body string) {
	s.t.Helper()
	_, body = s.do("GET", "/runs/"+id, asJSON, "")
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		s.t.Fatalf("%v in %s", err, body)
	}
	return m, body
}

// With two places taken by others a visitor is told number and wait, before and
// after; whoever has a run going is told that the next comes after it.
func TestVisitorsWait(t *testing.T) {
	s := newServer(t)
	a, b, c := s.cookie(), s.cookie(), s.cookie()
	const says = "would wait as number 1, about 1 s"
	if _, page := s.do("GET", "/lab?"+long, asPage, "", "Cookie", c); strings.Contains(page, "would wait") {
		t.Error("a page says that one would wait, where nothing runs")
	}
	first := s.startAs(a, long)
	s.startAs(b, long+"&seed=2")
	if _, page := s.do("GET", "/lab?"+long+"&seed=3", asPage, "", "Cookie", c); !strings.Contains(page, says) {
		t.Errorf("the page does not say %q", says)
	}
	if _, page := s.do("GET", "/lab?"+long+"&seed=3", asPage, "", "Cookie", a); !strings.Contains(page, "comes after your other run") {
		t.Error("the page does not say that the visitor's next run comes after the one that is going")
	}
	if _, page := s.do("GET", "/lab?"+long, asPage, "", "Cookie", a); strings.Contains(page, "comes after your other run") {
		t.Error("the page of a run says that the run comes after itself")
	}
	if l := s.startAs(c, long+"&seed=3"); l.State != "queued" || l.Position != 1 || l.Wait != 1 {
		t.Errorf("the third visitor is told %+v", l)
	}
	next := s.startAs(a, long+"&seed=4")
	m, body := s.manifest(next.ID)
	if next.Position != 0 || m.State != lab.Queued || m.Reason != "comes after another run of its visitor" {
		t.Errorf("the next run of one who has a run going: %+v, then %s (%s)", next, m.State, m.Reason)
	}
	for _, secret := range []string{"isitor\":", "asker", "standing", "address"} {
		if strings.Contains(strings.ToLower(body), secret) {
			t.Errorf("the manifest tells %q", secret)
		}
	}
	if _, page := s.do("GET", "/runs/"+next.ID, asPage, ""); !strings.Contains(page, "queued: comes after another run of its visitor") {
		t.Error("the run's page does not say why it waits")
	}

	// The third visitor's first record comes although the others' runs go on.
	v := s.view(s.startAs(c, long+"&seed=3").ID, "")
	for v.next == 0 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	if m, _ := s.manifest(first.ID); m.State != lab.Running {
		t.Errorf("meanwhile the first run is %s", m.State)
	}
}

// A run that two visitors want goes on when one of them stops it, and ends with the other.
func TestStoppingIsLeaving(t *testing.T) {
	s := newServer(t)
	a, b := s.cookie(), s.cookie()
	id := s.startAs(a, long).ID
	if again := s.startAs(b, long); again.ID != id {
		t.Fatalf("another run: %+v", again)
	}
	for i, want := range []lab.State{lab.Running, lab.Cancelled} {
		resp, body := s.do("POST", "/runs/"+id+"/stop", asJSON, "", "Cookie", []string{a, b}[i])
		var m lab.Manifest
		if err := json.Unmarshal([]byte(body), &m); err != nil || resp.StatusCode != 200 || m.State != want {
			t.Errorf("stop %d: %s, the run is %s, want %s", i, resp.Status, m.State, want)
		}
	}
}

// Pages and answers to submissions bring a cookie, nothing else does, and who has one
// keeps it.
func TestWhoGetsACookie(t *testing.T) {
	s := newServer(t)
	resp, _ := s.do("POST", "/runs", asJSON, tiny+"&steps=3")
	if len(resp.Cookies()) != 1 {
		t.Errorf("a submission brings %d cookies", len(resp.Cookies()))
	}
	mine := s.cookie()
	set := func(path, accept, cookie string) bool {
		resp, _ := s.do("GET", path, accept, "", "Cookie", cookie)
		if len(resp.Cookies()) > 0 && resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s: what names a visitor may be kept: %s", path, resp.Header.Get("Cache-Control"))
		}
		return len(resp.Cookies()) > 0
	}
	for _, path := range pages("nobody") {
		if !set(path, asPage, "") || set(path, asPage, mine) || !set(path, asPage, mine+"x") {
			t.Errorf("%s: a cookie is to be set for who has none, or a forged one, and for nobody else", path)
		}
	}
	for _, path := range []string{"/static/nothing", "/healthz", "/api/methods", "/runs/nobody/records"} {
		if set(path, asJSON, "") {
			t.Errorf("%s sets a cookie", path)
		}
	}
	resp, _ = s.do("POST", "/runs", asPage, tiny+"&steps=3", "Cookie", mine)
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 0 {
		t.Errorf("with a cookie: %s, %d cookies", resp.Status, len(resp.Cookies()))
	}
}
