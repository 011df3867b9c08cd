package engine

import (
	stdbytes "bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/record"
)

// A run that is extended is the shorter one up to there, the measurements at its last step
// included, and behind it learning rate and momentum hold what they were: for every
// method and every pair of schedules.
func TestExtendedRunsHold(t *testing.T) {
	settings := []string{"schedule=constant", "momentum.schedule=constant method=byol", "warmup=7", "warmup=3 schedule=constant"}
	for _, m := range method.All() {
		settings = append(settings, "method="+m.Name)
	}
	for _, m := range settings {
		t.Run(m, func(t *testing.T) {
			t.Parallel()
			short, long := parse(t, small+m), parse(t, small+m+" then.steps=10")
			want, got := run(t, short, 2), run(t, long, 1)
			if len(got) != 10 {
				t.Fatalf("%d records", len(got))
			}
			for i := range want {
				if field := Schema(short).Difference(want[i], got[i]); field != "" {
					t.Errorf("step %d has another %s", i, field)
				}
			}
			last := got[len(want)-1]
			for _, name := range []string{"learning_rate", "momentum"} {
				k := Schema(long).Index(name)
				for _, s := range got[len(want):] {
					if s.Values[k] != last.Values[k] {
						t.Errorf("%s at step %d is %g, and at the last of the schedule %g", name, s.Step, s.Values[k], last.Values[k])
					}
				}
			}
			if k := Schema(long).Index("learning_rate"); last.Values[k] <= 0 {
				t.Errorf("the learning rate that is held is %g", last.Values[k])
			}
			for step, s := range got {
				if s.Has != Measured(long, step) {
					t.Errorf("step %d has %b, want %b", step, s.Has, Measured(long, step))
				}
			}
		})
	}
}

// Runs go on from the checkpoint of another run that is the same up to there, to the bits
// that computing from the first step gives: branches from their parent, extended runs
// from the shorter one.
func TestRunsGoOnFromTheirParents(t *testing.T) {
	type pair struct {
		parent, child string
		until         int
	}
	pairs := []pair{
		{"", "at=4 then.lr=0.2", 4},
		{"method=byol", "method=byol at=4 then.predictor=none", 4},
		{"method=simsiam", "method=simsiam at=4 then.target=momentum then.momentum=0.5", 4},
		{"at=4 then.lr=0.2", "at=4 then.lr=0.2 then.steps=9", 7},
		{"at=4 then.lr=0.2", "at=5 then.lr=0.2", 4},
		{"then.steps=8", "then.steps=10", 8},
		{"then.steps=8", "at=7 then.steps=10 then.lr=0.5", 7},
		{"then.steps=10", "", 7},
		{"device=reference method=moco bank=24", "device=reference method=moco bank=24 then.steps=9", 7},
	}
	for _, m := range method.All() {
		pairs = append(pairs, pair{"method=" + m.Name, "method=" + m.Name + " then.steps=9", 7})
	}
	for _, p := range pairs {
		t.Run(p.child, func(t *testing.T) {
			t.Parallel()
			parent, child := parse(t, small+p.parent), parse(t, small+p.child)
			if until := child.SameUntil(parent); until != p.until || parent.SameUntil(child) != until {
				t.Fatalf("the same until step %d and %d, want %d", until, parent.SameUntil(child), p.until)
			}
			_, at := checkpoints(t, parent, 2)
			want := run(t, child, 2)
			for from := 1; from <= parent.Length(); from += stride() {
				next := from
				err := Run(t.Context(), child, Options{Threads: 1, Resume: stdbytes.NewReader(at[from])}, func(got record.Step) error {
					if field := Schema(child).Difference(want[next], got); field != "" {
						return fmt.Errorf("step %d has another %s", next, field)
					}
					next++
					return nil
				})
				if from <= p.until && (err != nil || next != child.Length()) {
					t.Errorf("from step %d it came to step %d: %v", from, next, err)
				}
				if from > p.until && !errors.Is(err, ErrCheckpoint) {
					t.Errorf("from step %d, where they are different runs: %v", from, err)
				}
			}
		})
	}
}

// What is not the same run from its beginning is nobody's parent.
func TestStrangersAreRefused(t *testing.T) {
	_, at := checkpoints(t, parse(t, small), 1)
	for _, other := range []string{"seed=2 then.steps=9", "lr=0.5", "method=byol", "steps=8"} {
		err := Run(context.Background(), parse(t, small+other), Options{Threads: 1, Resume: stdbytes.NewReader(at[7])}, func(record.Step) error { return nil })
		if !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), "its settings is ") {
			t.Errorf("%s: %v", other, err)
		}
	}
}
