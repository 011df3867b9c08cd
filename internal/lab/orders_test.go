package lab

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Orders reach a run wherever it is: at a worker, waiting, parked.
func TestOrdersGoFar(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	far := share(t, url, 1, gated(gate), patient)
	a := share(t, url, NoWorkers, count, patient)
	s := tiny(1, 20)
	id := submit(t, a, s)
	for range 3 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "three steps", func(m Manifest) bool { return m.Done == 3 })
	paused := make(chan error)
	go func() { paused <- a.Pause(context.WithoutCancel(t.Context()), id) }()
	for ordered := false; !ordered; time.Sleep(time.Millisecond) {
		far.mu.Lock()
		ordered = far.runs[id].budget == 0
		far.mu.Unlock()
	}
	gate <- struct{}{}
	if err := <-paused; err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Paused || m.Done != 4 {
		t.Fatalf("paused from afar: %s with %d steps", m.State, m.Done)
	}
	for want := 5; want <= 6; want++ {
		gate <- struct{}{}
		if err := a.Step(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if m, _ := a.Run(id); m.State != Paused || m.Done != want {
			t.Fatalf("a step from afar: %s with %d steps, want %d", m.State, m.Done, want)
		}
	}
	shut(t, far) // the run is parked, and nobody's
	if m := awaitHeard(t, a, id, func(m Manifest) bool { return m.Worker == "" }); m.State != Paused || m.Done != 6 {
		t.Fatalf("its worker is gone: %s with %d steps", m.State, m.Done)
	}
	b := share(t, url, 1, gated(gate), patient)
	gate <- struct{}{}
	if err := a.Step(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Paused || m.Done != 7 || m.Resumed != 6 {
		t.Fatalf("a step of a parked run: %s with %d steps, resumed at %d", m.State, m.Done, m.Resumed)
	}
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	gate <- struct{}{}
	awaitThat(t, a, id, "eight steps", func(m Manifest) bool { return m.Done == 8 })
	if err := a.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Cancelled || m.Done != 8 || m.Reason != "stopped after 8 of 20 steps" {
		t.Errorf("stopped from afar: %+v", m)
	}
	if err := a.Pause(t.Context(), id); !errors.Is(err, ErrEnded) {
		t.Errorf("pause after the end: %v", err)
	}

	// Again, from another process; who followed the first attempt has seen its end.
	old, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if _, err := old.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(gate)
	submit(t, b, s)
	if m := checkWhole(t, b, id, s); m.Attempt != 2 {
		t.Errorf("attempt %d", m.Attempt)
	}
	awaitHeard(t, a, id, func(m Manifest) bool { return m.Attempt == 2 && m.State == Finished })
	if b, err := old.Next(t.Context()); err == nil {
		t.Errorf("a cursor over the first attempt sees %+v of the second", b)
	}
}

// A run that nobody holds takes orders where nobody computes.
func TestOrdersForRunsOfNobody(t *testing.T) {
	url := external(t)
	a, b := share(t, url, NoWorkers, count, patient), share(t, url, NoWorkers, count, patient)
	pretend(t, a, "a worker that takes nothing", able)
	id, other := submit(t, a, tiny(1, 5)), submit(t, a, tiny(2, 5))
	awaitHeard(t, b, other, func(m Manifest) bool { return m.Position == 2 })
	if err := b.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, a, other, func(m Manifest) bool { return m.Position == 1 })
	if m, _ := a.Run(id); m.State != Paused || m.Position != 0 {
		t.Errorf("paused while it waited: %s, position %d", m.State, m.Position)
	}
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, b, id, func(m Manifest) bool { return m.Position == 2 })
	if err := a.Stop(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, b, other, func(m Manifest) bool { return m.State == Cancelled })
}
