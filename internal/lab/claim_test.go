package lab

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// A worker that closes gives its runs back with a checkpoint, and another goes on at
// once: the lease is an hour.
func TestWorkersHandOver(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 10)
	a := share(t, url, NoWorkers, count, patient)
	first := share(t, url, 1, gated(gate), careful)
	s := tiny(1, 40)
	id := submit(t, a, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	begins := make(chan int, 100)
	share(t, url, 1, firstly(count, begins), patient)
	shut(t, first)
	if m := checkWhole(t, a, id, s); m.Resumed != 5 || <-begins != 5 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
}

// A worker is killed: its run is taken up from the last checkpoint, what was seen
// stands, and what the worker might still say is refused.
func TestWorkerIsSuperseded(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, careful)
	first := share(t, url, 1, gated(gate), careful)
	s := tiny(1, 40)
	id := submit(t, a, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	first.mu.Lock()
	r := first.runs[id]
	old, rev, last := r.m, r.rev, r.last
	first.mu.Unlock()
	first.store.conn.Close() // as kill -9 would for the others
	if err := a.Pause(t.Context(), id); !errors.Is(err, ErrAway) || !strings.Contains(err.Error(), first.store.id) {
		t.Errorf("an order for a worker that is gone: %v", err)
	}
	begins, pass := make(chan int, 100), make(chan struct{}, 100)
	b := share(t, url, 1, firstly(gated(pass), begins), careful)
	hasty := share(t, url, NoWorkers, count, quick) // takes the first one for dead, and soon everybody where the machine is busy
	pass <- struct{}{}                              // it has the run from its first step on
	if at := <-begins; at == 0 || at > 5 {
		t.Errorf("it goes on at step %d", at)
	}
	shut(t, hasty)
	if _, err := b.store.append(t.Context(), r.subject, last, []record.Step{made(s, 5)}); !errors.Is(err, errStale) {
		t.Errorf("a late record: %v", err)
	}
	old.State = Failed
	if _, err := b.store.put(t.Context(), old, rev); !errors.Is(err, errStale) {
		t.Errorf("a late manifest: %v", err)
	}
	close(pass)
	checkWhole(t, a, id, s)
}

// A worker that finds somebody else's hand on its run lets go of it, and stores nothing.
func TestWorkersLetGo(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	first := share(t, url, 1, gated(gate), patient)
	s := tiny(1, 40)
	id := submit(t, first, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, first, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	b := share(t, url, NoWorkers, count, patient)
	records := subject(id, 1)
	for { // what guard does when a lease has run out
		n, err := b.store.get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		n.Worker, n.State = "somebody", Running
		if _, err = b.store.put(t.Context(), n.Manifest, n.revision); err == nil {
			break
		} else if !errors.Is(err, errStale) {
			t.Fatal(err)
		}
	}
	awaitHeard(t, first, id, func(m Manifest) bool { return m.Worker == "somebody" })
	if n, _ := first.store.count(t.Context(), records); n != 5 {
		t.Errorf("%d steps are stored", n)
	}
	other := submit(t, first, tiny(2, 3)) // its place is free
	close(gate)
	await(t, first, other, Finished)

	n, err := b.store.get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.put(t.Context(), n.free(), n.revision); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, first, id, s)
}

// A paused run that goes on where there is no place for it moves to a worker that has one.
func TestWaitingRunsMoveToFreePlaces(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, patient)
	busy := share(t, url, 1, gated(gate), patient)
	s := tiny(1, 30)
	id := submit(t, a, s)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	pauseIn(t, busy, id, gate)
	hog := submit(t, a, tiny(2, 3))
	awaitHeard(t, a, hog, func(m Manifest) bool { return m.State == Running })
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, a, id, func(m Manifest) bool { return m.State == Queued && m.Position == 1 && m.Worker == busy.store.id })
	share(t, url, 1, count, patient)
	if m := checkWhole(t, a, id, s); m.Resumed != 2 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
	close(gate)
	await(t, a, hog, Finished)
}

// A worker that lacks what a run needs leaves it to others.
func TestUnfitWorkersLeaveRunsToOthers(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	m, err := a.Submit(t.Context(), tiny(1, 3), Submission{})
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.Engine = "0THER0VERS10", engine.Version+1
	if _, err := a.store.put(t.Context(), m, 0); err != nil {
		t.Fatal(err)
	}
	l := share(t, url, 1, count, patient)
	await(t, l, submit(t, a, tiny(2, 3)), Finished)
	want := fmt.Sprintf("no worker has version %d of the engine", engine.Version+1)
	awaitHeard(t, a, m.ID, func(m Manifest) bool { return m.State == Queued && strings.Contains(m.Reason, want) })
	awaitHeard(t, l, m.ID, func(m Manifest) bool { return m.State == Queued && strings.Contains(m.Reason, want) })
}

// A worker with too little memory for a run leaves it to others, and where there are none
// everybody says how much it needs.
func TestSmallWorkersLeaveLargeRunsToOthers(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	pretend(t, a, "large", able) // so that it is taken
	awaitThatLab(t, a, func() bool { return len(a.crowd()) == 1 })
	small, err := open(Options{NATS: url, Workers: 1, Memory: 1 << 17}, count, patient)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, small) })
	pretend(t, small, "large", able) // and tried by the small one
	s := tiny(1, 5)
	id := submit(t, a, s)
	awaitThatLab(t, small, func() bool { r := small.runs[id]; return r != nil && r.fitness == unfit && !r.active })
	pretend(t, a, "large", leaves)
	m := awaitHeard(t, a, id, func(m Manifest) bool { return strings.Contains(m.Reason, "of memory, and no worker has more than") })
	if m.State != Queued || m.Done != 0 {
		t.Errorf("the run is %s with %d steps", m.State, m.Done)
	}
	share(t, url, 1, count, patient)
	checkWhole(t, a, id, s)
}

// A run that was parked between two slices is queued in memory as it is in the store: who
// wants it too stores what the memory says, and a running run without a worker is
// nobody's to take up.
func TestParkedBetweenSlices(t *testing.T) {
	url, gate := external(t), make(chan struct{})
	how := patient
	how.slice, how.resting = 1, -1
	l := share(t, url, 1, gated(gate), how)
	s := tiny(1, 20)
	id := submit(t, l, s)
	gate <- struct{}{}
	other := submit(t, l, tiny(2, 20))
	gate <- struct{}{} // the step after which the turn is the other's
	m := awaitHeard(t, l, id, func(m Manifest) bool { return m.Worker == "" })
	if m.State != Queued {
		t.Errorf("without a worker the run is %s", m.State)
	}
	close(gate)
	checkWhole(t, l, id, s)
	await(t, l, other, Finished)
}
