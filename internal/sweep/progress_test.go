package sweep

import (
	"testing"
	"time"

	"gradlab/internal/grid"
)

// The estimate goes by what was computed since the sweep began: what was there before is
// no pace, and a run counts for what its steps cost. Why nothing goes on is said only
// where nothing does.
func TestProgress(t *testing.T) {
	run := func(state string, before, done int, flops float64) *Run {
		r := &Run{Run: new(grid.Run), State: state, Done: done, before: before, flops: flops}
		r.Spec.Steps = 100
		return r
	}
	s := &Sweep{runs: []*Run{run("running", 0, 50, 1), run("queued", 60, 60, 1), run("queued", -1, 0, 2)}}
	s.runs[1].Reason = "no worker is there"
	s.began = time.Now().Add(-time.Hour)
	p := s.progress()
	if p.Runs != 3 || p.Running != 1 || p.Ended != 0 || p.Share != 110.0/400 || p.Stuck != "" {
		t.Errorf("the progress is %+v", p)
	}
	if want := 290.0 / 50; p.Left.Hours() < want || p.Left.Hours() > 2*want { // 50 steps in an hour, and 290 to go
		t.Errorf("%v left, want %g h", p.Left, want)
	}
	s.runs[0].State = "queued"
	s.runs[0].before = 50
	if p := s.progress(); p.Left != 0 || p.Stuck != "no worker is there" {
		t.Errorf("where nothing goes on: %+v", p)
	}
}
