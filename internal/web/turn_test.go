package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A slow writer notes its deadline.
type slowWriter struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (w *slowWriter) SetWriteDeadline(t time.Time) error { w.deadline = t; return nil }

// Where all places are taken one waits, for so long and no longer, and has all of the usual
// time for its answer afterwards.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		places := make(chan struct{}, 2)
		w, r := &slowWriter{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil)
		turn := func() (func(), error) { return wait(w, r, places, time.Minute, "Others are first.") }
		leave, err := turn()
		if _, again := turn(); err != nil || again != nil {
			t.Fatal(err, again)
		}
		began := time.Now()
		if _, err := turn(); err == nil || asProblem(err).status != http.StatusServiceUnavailable || !strings.Contains(err.Error(), "Others are first.") || time.Since(began) != time.Minute {
			t.Errorf("one more waits %v and gets %v", time.Since(began), err)
		}
		time.AfterFunc(40*time.Second, leave)
		if _, err := turn(); err != nil || time.Until(w.deadline) != writeTime {
			t.Errorf("after one has left: %v, with %v for the answer", err, time.Until(w.deadline))
		}
	})
}
