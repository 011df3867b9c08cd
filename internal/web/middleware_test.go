package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/report"
)

// bare is a handler without a lab: enough for what lies around the pages.
func bare(log *bytes.Buffer) *Handler {
	return &Handler{log: slog.New(slog.NewJSONHandler(log, nil)), assets: newAssets()}
}

// A panic in one request is an answer with status 500, counted and in the log as one; the
// next request is none the worse.
func TestPanicIsAnAnswer(t *testing.T) {
	var log bytes.Buffer
	h := bare(&log)
	r := chi.NewRouter()
	r.Get("/runs/{id}", h.handle(func(http.ResponseWriter, *http.Request) error { panic("a mistake") }))
	for range 2 {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", "/runs/abc", nil))
		if w.Code != 500 || strings.Contains(w.Body.String(), "mistake") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if n := strings.Count(log.String(), "a mistake"); n < 2 || !strings.Contains(log.String(), "middleware_test.go") {
		t.Errorf("the log has the panic %d times:\n%s", n, &log)
	}
	if n := h.answers[500].Load(); n != 2 || strings.Count(log.String(), `"msg":"request","method":"GET","path":"/runs/abc","run":"abc","status":500`) != 2 {
		t.Errorf("%d answers are counted, and the log has\n%s", n, &log)
	}
}

func TestAccessLogNamesTheRun(t *testing.T) {
	var log bytes.Buffer
	h := bare(&log)
	r := chi.NewRouter()
	r.Get("/runs/{id}", h.handle(func(http.ResponseWriter, *http.Request) error { return lab.ErrUnknown }))
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/runs/abc?from=1", nil))
	var line struct {
		Msg, Method, Path, Run string
		Status                 int
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, &log)
	}
	if line.Msg != "request" || line.Method != "GET" || line.Path != "/runs/abc" || line.Run != "abc" || line.Status != 404 {
		t.Errorf("%+v", line)
	}
}

// Each error has one status, and the words of a fault do not leave the server.
func TestStatusOfErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{knob.Errors{{Key: "lr", Value: "x", Problem: "is not a number in", Range: "0..10", Nearest: "0.06"}}, 422, "lr"},
		{&knob.Error{Key: "lr", Value: "x", Problem: "is not a number in"}, 422, "lr"},
		{lab.ErrUnknown, 404, "run"},
		{lab.ErrEnded, 409, "ended"},
		{lab.ErrClosed, 503, "again"},
		{report.ErrUnknown, 404, "norms"},
		{&http.MaxBytesError{Limit: 10}, 413, "10"},
		{notFound("No", "there is no %s", "such"), 404, "such"},
		{errors.New("the password is 1234"), 500, "log"},
	} {
		var log bytes.Buffer
		w := httptest.NewRecorder()
		bare(&log).fail(w, httptest.NewRequest("GET", "/", nil), c.err)
		var v struct{ Errors []struct{ Message string } }
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || len(v.Errors) != 1 {
			t.Errorf("%v: %s", c.err, w.Body)
			continue
		}
		if m := v.Errors[0].Message; w.Code != c.status || !strings.Contains(m, c.says) || strings.Contains(m, "1234") {
			t.Errorf("%v: %d %q, want %d with %q", c.err, w.Code, m, c.status, c.says)
		}
		if (c.status >= 500) != (log.Len() > 0) {
			t.Errorf("%v: log %q", c.err, &log)
		}
	}
}

func TestNegotiation(t *testing.T) {
	for _, c := range []struct {
		accept     string
		page, json bool
	}{
		{"", false, false}, {"*/*", false, false}, {"application/json", false, true}, {"application/json, text/plain, */*", false, true},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true, false}, {"text/html, application/json", true, false},
		{"application/json, text/html;q=0.5", false, true}, {"application/x-ndjson", false, false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", c.accept)
		if wantsPage(r) != c.page || wantsJSON(r) != c.json {
			t.Errorf("Accept %q: page %v, JSON %v", c.accept, wantsPage(r), wantsJSON(r))
		}
	}
}

// A server that is full says so to people and to programs, with the position and
// an honest time; a visitor who has too many is told that.
func TestRefusals(t *testing.T) {
	var log bytes.Buffer
	h := bare(&log)
	full := &lab.Refused{Reason: "500 submissions wait", Full: true, Position: 12, Wait: 90400 * time.Millisecond}
	for _, c := range []struct {
		err    *lab.Refused
		status int
		retry  string
		says   []string
	}{
		{full, 503, "91", []string{"500 submissions wait", "number 12", "about 2 min"}},
		{&lab.Refused{Reason: "full", Full: true}, 503, "60", []string{"Nobody can say yet"}},
		{&lab.Refused{Reason: "300 from this address"}, 429, "", []string{"300 from this address"}},
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			r := httptest.NewRequest("POST", "/runs", nil)
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			h.fail(w, r, c.err)
			if w.Code != c.status || w.Header().Get("Retry-After") != c.retry {
				t.Errorf("%+v: %d, to be tried again after %q", c.err, w.Code, w.Header().Get("Retry-After"))
			}
			for _, part := range c.says {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%+v: no %q in %s", c.err, part, w.Body)
				}
			}
			if accept == "application/json" && !strings.Contains(w.Body.String(), `"later":"`) {
				t.Errorf("a program isn't told that it may try again: %s", w.Body)
			}
			if accept == "application/json" && c.err == full && !strings.Contains(w.Body.String(), `"position":12,"wait":90`) {
				t.Errorf("a program is told %s", w.Body)
			}
		}
	}
	if log.Len() > 0 {
		t.Errorf("a full server floods its log: %s", &log)
	}
}
