package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"gradlab/internal/record"
)

// Late, slow, returning and many viewers are the same case.
func TestViewersSeeEachRecordOnce(t *testing.T) {
	l := start(t, "", 2, count)
	s := tiny(1, 2500) // more than fit one batch
	id := submit(t, l, s)
	var viewers sync.WaitGroup
	for i := range 20 {
		viewers.Go(func() {
			next := i * 17 // each looks four times, from where it was
			for look := range 4 {
				if err := view(t.Context(), l, id, &next, look == 3); err != nil {
					t.Errorf("viewer %d: %v", i, err)
					return
				}
			}
			if next != s.Steps {
				t.Errorf("viewer %d saw %d steps", i, next)
			}
		})
	}
	viewers.Wait()
	checkWhole(t, l, id, s)
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.runs[id]; r.refs != 0 || r.steps != nil {
		t.Errorf("nobody looks, and %d steps with %d references are in memory", len(r.steps), r.refs)
	}
}

// view reads on from a step, to the end or only the next batch.
func view(ctx context.Context, l *Lab, id string, next *int, toEnd bool) error {
	c, err := l.Follow(id, *next)
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		b, err := c.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(b.Steps) > batchSteps || b.Manifest.Done < *next+len(b.Steps) && len(b.Steps) > 0 {
			return fmt.Errorf("a batch of %d steps from %d of a run with %d", len(b.Steps), *next, b.Manifest.Done)
		}
		for _, s := range b.Steps {
			if s.Step != *next {
				return fmt.Errorf("step %d where %d is due", s.Step, *next)
			}
			*next++
		}
		if !toEnd {
			return nil
		}
	}
}

func TestFollowFromAnywhere(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, 1, count)
	s := tiny(1, 30)
	id := submit(t, l, s)
	await(t, l, id, Finished)
	shut(t, l)
	l = start(t, dir, 1, count) // from the store, not from memory
	for _, from := range []int{-3, 0, 1, 29, 30, 1000} {
		steps, m := all(t, l, id, from)
		if want := max(30-max(from, 0), 0); len(steps) != want || m.State != Finished {
			t.Errorf("from %d: %d steps of a %s run, want %d", from, len(steps), m.State, want)
		}
	}
}

// A viewer waits for news and is told of states, not only of records.
func TestCursorTellsStates(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	id := submit(t, l, tiny(1, 2))
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if b, err := c.Next(t.Context()); err != nil || b.Manifest.State != Running || len(b.Steps) != 0 {
		t.Fatalf("at first: %+v, %v", b, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("without news: %v", err)
	}
	pauseIn(t, l, id, gate)
	var steps []record.Step
	for b := (Batch{}); b.Manifest.State != Paused; steps = append(steps, b.Steps...) {
		if b, err = c.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(steps) != 1 {
		t.Errorf("paused after %d steps", len(steps))
	}
	if err := l.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if b, err := c.Next(t.Context()); err != nil || b.Manifest.State != Cancelled || len(b.Steps) != 0 {
		t.Errorf("at the end: %+v, %v", b, err)
	}
	if b, err := c.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %+v, %v", b, err)
	}
}
