package lab

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A worker that stands idle takes over one of two runs that share another's place, from
// its checkpoint, and nothing moves back.
func TestIdleWorkersTakeRunsOver(t *testing.T) {
	url := external(t)
	how := patient
	how.slice = 1
	gate, train := gates(3)
	a := share(t, url, NoWorkers, count, patient)
	begun, there := make(chan int, 100), make(chan int, 100)
	busy := share(t, url, 1, firstly(train, begun), how)
	one, two := tiny(1, 40), tiny(2, 40)
	first := ask(t, a, one, by("a"))
	gate[1] <- struct{}{}
	awaitThat(t, a, first, "a step", func(m Manifest) bool { return m.Done == 1 })
	second := ask(t, a, two, by("b"))
	awaitHeard(t, busy, second, func(m Manifest) bool { return m.Position == 1 })
	gate[1] <- struct{}{} // the step after which the turn is the other's
	gate[2] <- struct{}{} // and back
	awaitThat(t, a, second, "a step", func(m Manifest) bool { return m.Done == 1 })

	idle := share(t, url, 1, firstly(train, there), how)
	awaitHeard(t, a, second, func(m Manifest) bool { return m.Worker == idle.store.id && m.State == Running })
	if m, _ := a.Run(first); m.Worker != busy.store.id || m.State != Running {
		t.Errorf("the other run is %s at %q", m.State, m.Worker)
	}
	close(gate[1])
	checkWhole(t, a, first, one) // now the busy one is idle, and the other's run has its place
	for range 10 {
		gate[2] <- struct{}{}
	}
	awaitThat(t, a, second, "more steps", func(m Manifest) bool { return m.Done == 11 })
	close(gate[2])
	if m := checkWhole(t, a, second, two); m.Resumed != 1 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
	if n := len(begun); n != 2 {
		t.Errorf("the busy worker began %d times", n)
	}
	if n := len(there); n != 1 || <-there != 1 {
		t.Errorf("the idle worker began %d times", n)
	}
}

// One offer moves one run, and those that come while it is on its way move none.
func TestOneRunIsHandedOverAtATime(t *testing.T) {
	url := external(t)
	gate := make(chan struct{})
	how := patient
	how.slice = time.Hour
	l := share(t, url, 1, gated(gate), how)
	var ids []string
	for seed := range 3 {
		ids = append(ids, submit(t, l, tiny(seed, 5)))
	}
	await(t, l, ids[0], Running)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids[1:] { // as they are between two turns
		r := l.runs[id]
		r.active, r.m.State = true, Running
	}
	l.handOver(ids[:1]) // it has its place
	l.handOver(ids[2:])
	l.handOver(ids)
	for i, want := range []bool{false, false, true} {
		r := l.runs[ids[i]]
		if r.evicted != want {
			t.Errorf("run %d is on its way: %v", i, r.evicted)
		}
		if i > 0 {
			r.active, r.evicted, r.m.State = false, false, Queued
		}
	}
}

// An order to pause that comes while a run is being parked between two turns holds, in a
// store of its own and in one that is shared.
func TestPausesSurviveParking(t *testing.T) {
	how := patient
	how.slice, how.resting = 1, -1
	for name, start := range map[string]func(trainFunc) *Lab{
		"alone":  func(train trainFunc) *Lab { return startIn(t, "", 1, train, how) },
		"shared": func(train trainFunc) *Lab { return share(t, external(t), 1, train, how) },
	} {
		t.Run(name, func(t *testing.T) {
			gate, train := gates(3)
			parking, ordered := make(chan struct{}), make(chan struct{})
			var once sync.Once
			l := start(func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
				if between := o.Checkpoint; s.Seed == 1 {
					o.Checkpoint = func(next int, write func(io.Writer) error) error {
						return between(next, func(w io.Writer) error {
							once.Do(func() { close(parking); <-ordered })
							return write(w)
						})
					}
				}
				return train(ctx, s, o, emit)
			})
			s := tiny(1, 20)
			id := submit(t, l, s)
			gate[1] <- struct{}{}
			awaitThat(t, l, id, "a step", func(m Manifest) bool { return m.Done == 1 })
			other := submit(t, l, tiny(2, 20))
			gate[1] <- struct{}{}
			<-parking
			paused := make(chan error, 1)
			ctx, done := context.WithTimeout(t.Context(), patience)
			defer done()
			go func() { paused <- l.Pause(ctx, id) }()
			for told := false; !told; time.Sleep(time.Millisecond) {
				l.mu.Lock()
				told = l.runs[id].budget == 0
				l.mu.Unlock()
			}
			close(ordered)
			if err := <-paused; err != nil {
				t.Fatal(err)
			}
			if m, _ := l.Run(id); m.State != Paused || m.Done != 2 {
				t.Errorf("paused while it was parked: %s with %d steps", m.State, m.Done)
			}
			close(gate[2])
			checkWhole(t, l, other, tiny(2, 20))
			if m, _ := l.Run(id); m.State != Paused || m.Done != 2 {
				t.Errorf("and when there is a place again: %s with %d steps", m.State, m.Done)
			}
			close(gate[1])
			if err := l.Resume(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			checkWhole(t, l, id, s)
		})
	}
}
