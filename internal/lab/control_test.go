package lab

import (
	"context"
	"errors"
	"testing"
)

func TestPauseStepResume(t *testing.T) {
	gate := make(chan struct{}, 100)
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 20)
	id := submit(t, l, s)
	done := func() int { m, _ := l.Run(id); return m.Done }

	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, l, id, "five steps", func(m Manifest) bool { return m.Done == 5 })

	// The engine is inside its sixth step, so the pause waits for that one.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Pause(ctx, id); !errors.Is(err, context.Canceled) {
		t.Fatalf("a pause that nobody waits for: %v", err)
	}
	gate <- struct{}{}
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := await(t, l, id, Paused); m.Done != 6 {
		t.Fatalf("paused with %d steps, want 6", m.Done)
	}
	for range 14 {
		gate <- struct{}{}
	}
	if done() != 6 {
		t.Fatalf("a paused run went on to %d", done())
	}

	// A place that is given up is another's.
	other := submit(t, l, tiny(2, 1))
	await(t, l, other, Finished)
	gate <- struct{}{} // the other took one

	for want := 7; want <= 9; want++ {
		if err := l.Step(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if m, _ := l.Run(id); m.State != Paused || m.Done != want {
			t.Fatalf("after one step: %s with %d, want %d", m.State, m.Done, want)
		}
	}
	if err := l.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, l, id, s)
	if err := l.Pause(t.Context(), id); !errors.Is(err, ErrEnded) {
		t.Errorf("pause after the end: %v", err)
	}
	if err := l.Stop(t.Context(), id); err != nil {
		t.Errorf("stop after the end: %v", err)
	}
}

func TestPauseInQueue(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	first, s := submit(t, l, tiny(1, 1)), tiny(2, 3)
	id := submit(t, l, s)
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	close(gate)
	await(t, l, first, Finished)
	if m, _ := l.Run(id); m.State != Paused || m.Done != 0 || m.Position != 0 {
		t.Fatalf("paused in the queue: %s, %d steps, position %d", m.State, m.Done, m.Position)
	}
	if err := l.Step(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(id); m.State != Paused || m.Done != 1 {
		t.Fatalf("after one step: %s, %d steps", m.State, m.Done)
	}
	if err := l.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, l, id, s)
}

// A run that was resumed waits at the end of the queue, as one that has had its turn.
func TestResumedRunsWaitTheirTurn(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	resumed := submit(t, l, tiny(1, 2))
	pauseIn(t, l, resumed, gate)
	running, waiting := submit(t, l, tiny(2, 1)), submit(t, l, tiny(3, 1))
	if err := l.Resume(t.Context(), resumed); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{running: 0, waiting: 1, resumed: 2} {
		if m, _ := l.Run(id); m.Position != want {
			t.Errorf("run %d is at position %d", want, m.Position)
		}
	}
	close(gate)
	a, b, c := await(t, l, running, Finished), await(t, l, waiting, Finished), await(t, l, resumed, Finished)
	if b.Started.Before(a.Ended) || c.Ended.Before(b.Ended) {
		t.Errorf("the first ended %v, the second started %v and ended %v, the resumed one %v", a.Ended, b.Started, b.Ended, c.Ended)
	}
}

func TestStop(t *testing.T) {
	gate := make(chan struct{}, 10)
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 6)
	running, queued := submit(t, l, s), submit(t, l, tiny(2, 6))
	for range 3 {
		gate <- struct{}{}
	}
	awaitThat(t, l, running, "three steps", func(m Manifest) bool { return m.Done == 3 })
	for _, id := range []string{queued, running} {
		if err := l.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	m, _ := l.Run(running)
	if m.State != Cancelled || m.Done != 3 || m.Reason != "stopped after 3 of 6 steps" || m.CurveHash != "" {
		t.Errorf("stopped while running: %+v", m)
	}
	if m, _ := l.Run(queued); m.State != Cancelled || m.Done != 0 || !m.Started.IsZero() {
		t.Errorf("stopped in the queue: %+v", m)
	}
	if steps, _ := all(t, l, running, 0); len(steps) != 3 {
		t.Errorf("a stopped run keeps %d records, want 3", len(steps))
	}

	// Again: a new attempt that shares nothing with the old one.
	old, err := l.Follow(running, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if _, err := old.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := submit(t, l, s); again != running {
		t.Fatalf("the id changed from %s to %s", running, again)
	}
	close(gate)
	if m := checkWhole(t, l, running, s); m.Attempt != 2 {
		t.Errorf("attempt %d, want 2", m.Attempt)
	}
	if b, err := old.Next(t.Context()); err == nil {
		t.Errorf("a cursor over the first attempt sees %+v of the second", b)
	}
	if n, _ := l.store.count(t.Context(), subject(running, 1)); n != 0 {
		t.Errorf("%d records of the first attempt are left in the store", n)
	}
}

func TestStopWhilePaused(t *testing.T) {
	l := start(t, "", 1, count)
	id := submit(t, l, tiny(1, 1000))
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := l.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(id); m.State != Cancelled {
		t.Errorf("the run is %s (%s)", m.State, m.Reason)
	}
	if id := submit(t, l, tiny(2, 3)); await(t, l, id, Finished).Done != 3 { // the place is free
		t.Error("the next run does not go")
	}
}
