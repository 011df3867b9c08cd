package web

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/spec"
)

// Who is one too many is told so on the page of what he has set, and when to come again.
func TestOneTooManyKeepsItsSettings(t *testing.T) {
	l, err := lab.Open(lab.Options{Dir: t.TempDir(), Workers: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	h := New(l, Options{Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		h.Drain()
		if err := l.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct {
		refused       *lab.Refused
		status        int
		retry, title  string
		embed         bool
		want, wantNot string
	}{
		{&lab.Refused{Reason: "300 submissions wait", Full: true, Position: 301, Wait: 90 * time.Second}, 503, "91", "The server is full", false, "number 301 in the queue", "need a change"},
		{&lab.Refused{Reason: "stop one, or wait"}, 429, "", "Too many at once", false, "Stop one, or wait.", "need a change"},
		{&lab.Refused{Reason: "stop one, or wait"}, 429, "", "Too many at once", true, "Stop one, or wait.", `class="controls"`},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/runs", nil)
		if err := h.redraw(w, r, view{}.framed(c.embed), []spec.Setting{{Key: "method", Value: "barlow"}, {Key: "seed", Value: "77"}}, c.refused); err != nil {
			t.Fatal(err)
		}
		answer := w.Result()
		body, _ := io.ReadAll(answer.Body) // of a recorder, which does not fail
		page := string(body)
		if answer.StatusCode != c.status || answer.Header.Get("Retry-After") != c.retry || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, Retry-After %q", c.title, answer.Status, answer.Header.Get("Retry-After"))
		}
		for _, want := range []string{"<b>" + c.title + ".</b> Nothing was started; the settings are kept.", c.want, `value="77"`, "Try again"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", c.title, want)
			}
		}
		if strings.Contains(page, c.wantNot) {
			t.Errorf("%s: the page has %q", c.title, c.wantNot)
		}
	}
}

// framed is the view in a frame, or not.
func (v view) framed(embed bool) view {
	v.Embed = embed
	return v
}
