package web_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gradlab/internal/lab"
	"gradlab/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(tests{m}) }

// tests end the browser that they share before anybody looks for what they have left behind.
type tests struct{ *testing.M }

func (t tests) Run() int {
	defer chromium.stop()
	return t.M.Run()
}

// A server is the real lab behind the real handler, in a folder of the test's own.
type server struct {
	*httptest.Server
	t       *testing.T
	lab     *lab.Lab
	handler *web.Handler
	client  *http.Client // does not follow redirects
}

func newServer(t testing.TB) *server { return newServerIn(t, t.TempDir()) }

func newServerIn(t testing.TB, dir string) *server {
	t.Helper()
	l, err := lab.Open(lab.Options{Dir: dir, Workers: 2, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	h := web.New(l, web.Options{Log: slog.New(slog.DiscardHandler)})
	s := &server{Server: httptest.NewUnstartedServer(h), lab: l, handler: h}
	s.t, _ = t.(*testing.T)
	s.Config = web.NewServer("", h)
	s.Config.WriteTimeout = patience // under the race detector an answer may take a busy machine longer than any reader waits
	s.Start()
	s.client = s.Client()
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(func() {
		h.Drain()
		s.client.CloseIdleConnections()
		s.Server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := l.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// tiny is a run that takes a few milliseconds a step.
const tiny = "data=shapes&encoder=mlp&encoder.width=16&batch=16&projector.depth=1&projector.width=16&probe.every=5&probe.knn=0"

// long runs for as long as a test wants to look at it.
const long = tiny + "&steps=100000"

// do sends a request; accept and body may be empty.
func (s *server) do(method, path, accept, body string, header ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, string(b)
}

const (
	asJSON = "application/json"
	asPage = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" // what browsers send
)

// start submits settings and returns the first lane's id.
func (s *server) start(settings string) string {
	s.t.Helper()
	resp, body := s.do("POST", "/runs", asJSON, settings)
	var v struct{ ID string }
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != 200 || v.ID == "" {
		s.t.Fatalf("POST /runs %s: %d %s", settings, resp.StatusCode, body)
	}
	return v.ID
}

// finish waits until a run has ended and returns its manifest.
func (s *server) finish(id string) lab.Manifest {
	s.t.Helper()
	s.do("GET", "/runs/"+id+"/records", "", "")
	var m lab.Manifest
	_, body := s.do("GET", "/runs/"+id, asJSON, "")
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		s.t.Fatalf("%v in %s", err, body)
	}
	if !m.State.Ended() {
		s.t.Fatalf("the records ended, but the run is %s", m.State)
	}
	return m
}

// pages are one address of each kind of page, errors among them; id is a run's.
func pages(id string) []string {
	return []string{"/", "/lab", "/lab?method=barlow&b.method=byol", "/lab?batch=1&nonsense=2", "/runs/" + id, "/credits", "/sweep", "/sweep?seed=1..2", "/sweep?seed=2..1", "/nowhere", "/runs/nobody"}
}

func TestEveryAnswerIsSecured(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	addresses := append(pages(id), "/runs/"+id+"/records?wait=0", "/runs/"+id+"/records?wait=9&from=99", "/runs/"+id+"/records.csv", "/runs/"+id+"/events", "/runs/"+id+"/events?wait=0", "/runs/"+id+"/frames", "/runs/"+id+"/socket", "/api/methods", "/healthz", "/static/nothing")
	for _, path := range addresses {
		resp, body := s.do("GET", path, asPage, "")
		csp := resp.Header.Get("Content-Security-Policy")
		for _, word := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, word) {
				t.Errorf("%s: policy %q lacks %s", path, csp, word)
			}
		}
		if strings.Contains(csp, "unsafe") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q, nosniff %q", path, csp, resp.Header.Get("X-Content-Type-Options"))
		}
		if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			lower := strings.ToLower(body)
			for _, bad := range []string{"<script>", "<style", " style=", " onclick=", " onload=", "javascript:"} {
				if strings.Contains(lower, bad) {
					t.Errorf("%s: the page has %q inside, which its own policy refuses", path, bad)
				}
			}
			for _, ref := range references(body) {
				if u, err := url.Parse(ref); err != nil || u.Host != "" {
					t.Errorf("%s: the page loads %s from elsewhere", path, ref)
				}
			}
		}
	}
}

func TestAFigureLoadsNothing(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	resp, _ := s.do("GET", "/runs/"+id+"/figures/correlation.svg", "", "")
	if csp := resp.Header.Get("Content-Security-Policy"); csp != "default-src 'none'; img-src data:; frame-ancestors 'none'" {
		t.Errorf("policy %q", csp)
	}
}

// references returns what a page loads by itself: scripts, style sheets and pictures.
func references(page string) []string {
	var list []string
	for _, tag := range []string{"<script ", "<link ", "<img ", "<source "} {
		for rest := page; ; {
			_, after, ok := strings.Cut(rest, tag)
			if !ok {
				break
			}
			inner, _, _ := strings.Cut(after, ">")
			rest = after
			if strings.Contains(inner, "canonical") {
				continue
			}
			for _, attr := range []string{`src="`, `href="`, `srcset="`} {
				if _, v, ok := strings.Cut(inner, attr); ok {
					v, _, _ = strings.Cut(v, `"`)
					list = append(list, v)
				}
			}
		}
	}
	return list
}

func TestWhatAPageLoadsIsThere(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	for _, path := range pages(id) {
		_, body := s.do("GET", path, asPage, "")
		for _, ref := range references(body) {
			ref = strings.ReplaceAll(ref, "&amp;", "&")
			if resp, _ := s.do("GET", ref, "", ""); resp.StatusCode != 200 {
				t.Errorf("%s loads %s: %s", path, ref, resp.Status)
			}
		}
	}
}

func TestNothingIsThere(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/nowhere", 404}, {"GET", "/runs/0000000000ZZ", 404}, {"GET", "/runs/0000000000ZZ/records", 404},
		{"GET", "/runs/0000000000ZZ/socket", 404}, {"GET", "/runs/0000000000ZZ/records.csv", 404}, {"GET", "/runs/0000000000ZZ/figures/norms.svg", 404},
		{"POST", "/runs/0000000000ZZ/stop", 404}, {"GET", "/experiments/nothing", 404}, {"GET", "/static/../web.go", 404}, {"GET", "/static/nothing.js", 404},
		{"GET", "/runs", 405}, {"DELETE", "/runs/0000000000ZZ", 405}, {"POST", "/lab", 405},
	} {
		resp, body := s.do(c.method, c.path, asJSON, "")
		var v struct{ Errors []struct{ Message string } }
		if err := json.Unmarshal([]byte(body), &v); resp.StatusCode != c.status || err != nil || len(v.Errors) != 1 || v.Errors[0].Message == "" {
			t.Errorf("%s %s: %s %s, want %d with an error that says so", c.method, c.path, resp.Status, body, c.status)
		}
		resp, body = s.do(c.method, c.path, asPage, "")
		if resp.StatusCode != c.status || !strings.Contains(body, `href="/lab"`) {
			t.Errorf("%s %s in a browser: %s, want a page that leads on\n%.300s", c.method, c.path, resp.Status, body)
		}
	}
}

func TestForeignSitesCannotStartRuns(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct {
		headers []string
		status  int
	}{
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://example.org"}, 403},
		{[]string{"Origin", s.URL}, 200},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", s.URL}, 200},
		{nil, 200},
	} {
		resp, body := s.do("POST", "/runs", asJSON, tiny+"&steps=2", c.headers...)
		if resp.StatusCode != c.status {
			t.Errorf("%v: %s %s, want %d", c.headers, resp.Status, body, c.status)
		}
	}
}

func TestLimits(t *testing.T) {
	s := newServer(t)
	if resp, _ := s.do("POST", "/runs", asJSON, strings.Repeat("lr=0.1&", 20000)); resp.StatusCode != 413 {
		t.Errorf("a body of 140 kB: %s", resp.Status)
	}
	if resp, _ := s.do("GET", "/healthz", "", "", "X-Long", strings.Repeat("x", 64<<10)); resp.StatusCode != 431 {
		t.Errorf("a header of 64 kB: %s", resp.Status)
	}
	if resp, _ := s.do("GET", "/lab?"+strings.Repeat("lr=0.1&", 2000), asPage, ""); resp.StatusCode >= 500 {
		t.Errorf("a link of 14 kB: %s", resp.Status)
	}
}

func TestHealth(t *testing.T) {
	s := newServer(t)
	if resp, _ := s.do("GET", "/healthz", "", ""); resp.StatusCode != 200 {
		t.Errorf("healthz: %s", resp.Status)
	}
	if resp, body := s.do("GET", "/readyz", "", ""); resp.StatusCode != 200 {
		t.Errorf("readyz: %s %s", resp.Status, body)
	}
	s.handler.Drain()
	if resp, _ := s.do("GET", "/healthz", "", ""); resp.StatusCode != 200 {
		t.Errorf("healthz while draining: %s", resp.Status)
	}
	if resp, _ := s.do("GET", "/readyz", "", ""); resp.StatusCode != 503 {
		t.Errorf("readyz while draining: %s", resp.Status)
	}
}

func TestStaticFiles(t *testing.T) {
	s := newServer(t)
	_, page := s.do("GET", "/lab", asPage, "")
	n := 0
	for _, ref := range references(page) {
		if !strings.HasPrefix(ref, "/static/") || !strings.Contains(ref, "?v=") {
			continue // the icon has no version: its address never changes
		}
		n++
		resp, plain := s.do("GET", ref, "", "", "Accept-Encoding", "identity")
		if resp.Header.Get("Content-Encoding") != "" || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %v", ref, resp.Header)
		}
		if resp, zipped := s.do("GET", ref, "", "", "Accept-Encoding", "gzip"); resp.Header.Get("Content-Encoding") == "gzip" && len(zipped) >= len(plain) {
			t.Errorf("%s: compressed to %d of %d bytes", ref, len(zipped), len(plain))
		}
		if resp, _ := s.do("GET", ref, "", "", "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != 304 {
			t.Errorf("%s again: %s", ref, resp.Status)
		}
		bare, _, _ := strings.Cut(ref, "?")
		if resp, _ := s.do("GET", bare+"?v=old", "", ""); strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s?v=old is kept for ever", bare)
		}
	}
	if n < 2 {
		t.Errorf("the lab loads %d built files", n)
	}
}
