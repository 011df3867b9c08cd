package lab

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// hasty parks a run soon after it has been paused.
var hasty = regime{every: time.Hour, portion: 1, rest: 10 * time.Millisecond, resting: 100}

// awaitParked waits until a paused run is nowhere in memory.
func awaitParked(t testing.TB, l *Lab, id string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		r := l.runs[id]
		parked := !r.active && r.refs == 0 && r.steps == nil && r.m.State == Paused
		active, refs, state := r.active, r.refs, r.m.State
		l.mu.Unlock()
		if parked {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the run is not parked: active %v, %d references, %s", active, refs, state)
		}
	}
}

// A paused run gives its memory back after a while, and goes on as if it had not:
// with steps one by one, to its end, and after a restart.
func TestPausedRunsGiveTheirMemoryBack(t *testing.T) {
	dir := t.TempDir()
	l := startIn(t, dir, 1, engine.Run, hasty)
	s := tiny(1, 400)
	id := submit(t, l, s)
	awaitThat(t, l, id, "a step", func(m Manifest) bool { return m.Done > 0 })
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitParked(t, l, id)
	before, _ := l.Run(id)
	for i := range 3 {
		if err := l.Step(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if m, _ := l.Run(id); m.State != Paused || m.Done != before.Done+i+1 || i == 0 && m.Resumed != before.Done {
			t.Fatalf("after one step: %s with %d steps, was %d, resumed at %d", m.State, m.Done, before.Done, m.Resumed)
		}
		if i < 2 {
			awaitParked(t, l, id)
		}
	}
	awaitParked(t, l, id)
	shut(t, l)

	l = startIn(t, dir, 1, engine.Run, hasty)
	if m, _ := l.Run(id); m.State != Paused || m.Done != before.Done+3 {
		t.Fatalf("after a restart the run is %s with %d steps", m.State, m.Done)
	}
	if err := l.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := checkRepeats(t, l, id, s); m.Resumed != before.Done+3 {
		t.Errorf("it went on at step %d, want %d", m.Resumed, before.Done+3)
	}
}

// Of many paused runs only so many stay in memory.
func TestOnlySoManyRest(t *testing.T) {
	how := hasty
	how.rest, how.resting = time.Hour, 2
	gate := make(chan struct{})
	l := startIn(t, "", 1, gated(gate), how)
	var ids []string
	for seed := range 5 {
		id := submit(t, l, tiny(seed, 4))
		pauseIn(t, l, id, gate)
		ids = append(ids, id)
	}
	for _, id := range ids[2:] {
		awaitParked(t, l, id)
	}
	l.mu.Lock()
	for i, id := range ids {
		if r := l.runs[id]; r.active != (i < 2) {
			t.Errorf("paused run %d is in memory: %v", i, r.active)
		}
	}
	if l.resting != 2 {
		t.Errorf("%d rest", l.resting)
	}
	l.mu.Unlock()
	close(gate)
	for seed, id := range ids {
		if err := l.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		checkWhole(t, l, id, tiny(seed, 4))
	}
}

// A run that is parked can be stopped, and a viewer who comes sees its records.
func TestParkedRunsCanBeStopped(t *testing.T) {
	gate := make(chan struct{})
	l := startIn(t, "", 1, gated(gate), hasty)
	id := submit(t, l, tiny(1, 9))
	pauseIn(t, l, id, gate)
	awaitParked(t, l, id)
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if b, err := c.Next(t.Context()); err != nil || len(b.Steps) != 1 || b.Manifest.State != Paused {
		t.Errorf("a viewer sees %d steps of a %s run, %v", len(b.Steps), b.Manifest.State, err)
	}
	if err := l.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(id); m.State != Cancelled || m.Done != 1 {
		t.Errorf("the run is %s (%s) with %d steps", m.State, m.Reason, m.Done)
	}
}

// Where its checkpoint cannot be stored a paused run stays in memory, and goes on.
func TestUnparkable(t *testing.T) {
	gate := make(chan struct{})
	l, log := startLogged(t, t.TempDir(), gated(gate), hasty)
	s := tiny(1, 5)
	id := submit(t, l, s)
	if err := l.store.js.DeleteObjectStore(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	pauseIn(t, l, id, gate)
	for deadline := time.Now().Add(patience); !strings.Contains(log.String(), "a checkpoint is not stored"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is tried")
		}
	}
	close(gate)
	if err := l.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := checkWhole(t, l, id, s); m.Resumed != 0 {
		t.Errorf("it went on from a checkpoint at step %d", m.Resumed)
	}
}

// Orders that come at any moment, while a run is about to be parked, is parked, or
// comes back, lose nothing.
func TestOrdersWhileParking(t *testing.T) {
	how := hasty
	how.rest = time.Millisecond
	slow := func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return count(ctx, s, o, func(r record.Step) error {
			time.Sleep(time.Millisecond)
			return emit(r)
		})
	}
	l := startIn(t, "", 2, slow, how)
	s := tiny(1, 300)
	id := submit(t, l, s)
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		time.Sleep(time.Duration(random.IntN(6)) * time.Millisecond)
		var err error
		switch random.IntN(3) {
		case 0:
			err = l.Pause(t.Context(), id)
		case 1:
			err = l.Step(t.Context(), id)
		default:
			err = l.Resume(t.Context(), id)
		}
		if m, _ := l.Run(id); err != nil && !m.State.Ended() {
			t.Fatal(err)
		}
	}
	if m, _ := l.Run(id); !m.State.Ended() {
		if err := l.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	checkWhole(t, l, id, s)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy != 0 || l.resting != 0 {
		t.Errorf("%d places are taken, %d runs rest", l.busy, l.resting)
	}
}
