package lab

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// What happens between the moment at which a manifest is in the store and the one at which
// its writer knows.

// meanwhile does something at that moment, once, of the first manifest of l's that ok likes.
// An error of do is taken for that of the store. It is called before l has anything to store.
func meanwhile(l *Lab, ok func(Manifest) bool, do func() error) {
	var done atomic.Bool
	l.store.after = func(m Manifest) error {
		if ok(m) && !done.Swap(true) {
			return do()
		}
		return nil
	}
}

// awaitRun waits until ok, called with Lab.mu held, says yes of a run; its error is for who is
// not the test's own goroutine.
func awaitRun(l *Lab, id string, ok func(*run) bool) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		r := l.runs[id]
		yes := r != nil && ok(r)
		l.mu.Unlock()
		if yes {
			return nil
		}
		if time.Now().After(deadline) {
			return errors.New("it does not come to that")
		}
	}
}

func revision(l *Lab, id string) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.runs[id].rev
}

// stored is what the store has of a run, wherever it is known.
func stored(t testing.TB, l *Lab, id string) note {
	t.Helper()
	n, err := l.store.get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A run that has been parked, or has ended, is pinned elsewhere before its worker knows that this
// is stored: the worker learns of the pin, and goes on changing the run.
func TestPinnedWhileItIsLetGo(t *testing.T) {
	for name, is := range map[string]func(Manifest) bool{
		"parked": func(m Manifest) bool { return m.State == Paused && m.Worker == "" },
		"ended":  func(m Manifest) bool { return m.State == Finished },
	} {
		t.Run(name, func(t *testing.T) {
			url, gate := external(t), make(chan struct{}, 100)
			how := patient
			how.rest = 10 * time.Millisecond
			p := share(t, url, 1, gated(gate), how)
			q := share(t, url, NoWorkers, count, patient)
			id, _ := p.ID(tiny(1, 20))
			meanwhile(p, is, func() error {
				if err := awaitRun(q, id, func(r *run) bool { return is(r.m) }); err != nil {
					return err
				}
				if err := q.Pin(t.Context(), id); err != nil {
					return err
				}
				return awaitRun(p, id, func(r *run) bool { return r.rev >= revision(q, id) })
			})
			ask(t, p, tiny(1, 20), by("x"))
			if name == "parked" {
				pauseIn(t, p, id, gate)
			} else {
				close(gate)
			}
			if err := awaitRun(p, id, func(r *run) bool { return !r.active && r.m.Pinned }); err != nil {
				t.Error("the pin:", err)
			}
			ctx, done := context.WithTimeout(t.Context(), patience)
			defer done()
			if err := p.Unpin(ctx, id); err != nil {
				t.Error(err)
			}
		})
	}
}

// A pin on an ended run stands in the attempt that begins before the pin's writer knows.
func TestPinOutlivesTheAttempt(t *testing.T) {
	p := share(t, external(t), NoWorkers, count, patient)
	id, _ := p.ID(tiny(1, 5))
	again := make(chan error, 1)
	meanwhile(p, func(m Manifest) bool { return m.Pinned }, func() error {
		n, err := p.store.get(t.Context(), id)
		if err != nil {
			return err
		}
		if err := awaitRun(p, id, func(r *run) bool { return r.rev >= n.revision }); err != nil { // the watch was faster
			return err
		}
		go func() {
			_, err := p.Submit(context.WithoutCancel(t.Context()), tiny(1, 5), by("y"))
			again <- err
		}()
		return awaitRun(p, id, func(r *run) bool { return r.m.Attempt == 2 })
	})
	ask(t, p, tiny(1, 5), by("x"))
	if err := p.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := p.Pin(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := <-again; err != nil {
		t.Fatal(err)
	}
	if m, _ := p.Run(id); !m.Pinned || !stored(t, p, id).Pinned {
		t.Errorf("pinned here: %v, in the store: %v", m.Pinned, stored(t, p, id).Pinned)
	}
}

// Who takes back that he wants a run takes back no more than that, though the acknowledgement is
// lost and the worker has stored its beat meanwhile: what he said is tried a second time then.
func TestWhoLeavesLeavesAlone(t *testing.T) {
	url := external(t)
	p := share(t, url, 1, gated(make(chan struct{})), patient)
	q := share(t, url, NoWorkers, count, patient)
	id, _ := p.ID(tiny(1, 20))
	meanwhile(q, func(m Manifest) bool { return m.State == Running && len(m.Askers) == 1 }, func() error {
		rev := revision(q, id)
		if err := awaitRun(q, id, func(r *run) bool { return r.rev > rev+1 }); err != nil {
			return err
		}
		return &jetstream.APIError{Code: 400, ErrorCode: jetstream.JSErrCodeStreamWrongLastSequence} // of the second try
	})
	ask(t, q, tiny(1, 20), by("x"))
	ask(t, q, tiny(1, 20), by("y"))
	awaitHeard(t, q, id, func(m Manifest) bool { return m.State == Running && m.Worker != "" && len(m.Askers) == 2 })
	if err := q.Leave(t.Context(), id, by("x")); err != nil {
		t.Fatal(err)
	}
	if m, _ := q.Run(id); m.State != Running || len(m.Askers) != 1 || m.Askers[0].Visitor != "y" {
		t.Errorf("it is %s (%s), wanted by %v", m.State, m.Reason, m.Askers)
	}
}

// Who asks for a run that its last visitor leaves at that moment gets one that goes on.
func TestJoinedWhileItIsLeft(t *testing.T) {
	p := start(t, "", 1, gated(make(chan struct{})))
	for seed := range 60 {
		s := tiny(seed, 20)
		id := ask(t, p, s, by("x"))
		left := make(chan error, 1)
		go func() { left <- p.Leave(context.WithoutCancel(t.Context()), id, by("x")) }()
		_, err := p.Submit(t.Context(), s, by("y"))
		if err := errors.Join(err, <-left); err != nil {
			t.Fatal(err)
		}
		if m, _ := p.Run(id); m.State.Ended() {
			t.Fatalf("y has just asked for it, and it is %s (%s), attempt %d", m.State, m.Reason, m.Attempt)
		}
		if err := p.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

// A submission that another has joined is not displaced any more.
func TestJoinedWhileItIsDisplaced(t *testing.T) {
	p := share(t, external(t), NoWorkers, count, patient)
	id := ask(t, p, tiny(1, 20), by("x"))
	p.mu.Lock()
	p.regime.waiting = 0
	rest := p.replace("visitor x")
	p.mu.Unlock()
	if len(rest) != 1 {
		t.Fatalf("%d things are left to do", len(rest))
	}
	ask(t, p, tiny(1, 20), by("y"))
	rest[0](t.Context())
	if m, _ := p.Run(id); m.State != Queued {
		t.Errorf("y wants it, and it is %s (%s)", m.State, m.Reason)
	}
}

// A single step that is ordered while a worker claims the run is one step.
func TestStepWhileItIsClaimed(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	p := share(t, url, 1, gated(gate), patient)
	q := share(t, url, NoWorkers, count, patient)
	hog := ask(t, p, tiny(2, 1), by("h"))
	awaitHeard(t, q, hog, func(m Manifest) bool { return m.State == Running })
	id := ask(t, q, tiny(1, 5), by("x"))
	awaitThatLab(t, p, func() bool { r := p.runs[id]; return r != nil && r.waits })
	p.mu.Lock()
	r := p.runs[id]
	p.mu.Unlock()
	r.saving.Lock() // what it would store to claim it waits
	gate <- struct{}{}
	awaitThatLab(t, p, func() bool { return r.claiming })
	stepped := make(chan error, 1)
	go func() { stepped <- q.Step(context.WithoutCancel(t.Context()), id) }()
	awaitThatLab(t, q, func() bool { return q.runs[id].m.Take == 1 })
	rev := revision(q, id)
	awaitThatLab(t, p, func() bool { return r.rev >= rev })
	r.saving.Unlock()
	for range 20 {
		gate <- struct{}{}
	}
	if err := <-stepped; err != nil {
		t.Fatal(err)
	}
	if m, _ := q.Run(id); m.State != Paused || m.Done != 1 {
		t.Errorf("after a step it is %s with %d", m.State, m.Done)
	}
}

// A visitor who goes away while his change is stored leaves no lab that says it cannot store.
func TestGoneWhileItIsStored(t *testing.T) {
	p := start(t, "", 1, gated(make(chan struct{})))
	id := ask(t, p, tiny(1, 20), by("x"))
	ctx, done := context.WithCancel(t.Context())
	done()
	if err := p.Pin(ctx, id); err != nil {
		t.Error(err)
	}
	if err := p.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

// What this process has stored of a run that it does not hold is known here though the
// acknowledgement never came.
func TestStoredAndNotAcknowledged(t *testing.T) {
	p := share(t, external(t), NoWorkers, count, patient)
	id := ask(t, p, tiny(1, 20), by("x"))
	n := stored(t, p, id)
	n.State = Paused
	if _, err := p.store.put(t.Context(), n.Manifest, n.revision); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, p, id, func(m Manifest) bool { return m.State == Paused })
}

// The end of a run is in the store and its acknowledgement never comes: it stays the end.
func TestEndThatIsNotAcknowledged(t *testing.T) {
	url := external(t)
	var computed atomic.Int32
	p := share(t, url, 1, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		computed.Add(1)
		return count(ctx, s, o, emit)
	}, patient)
	q := share(t, url, NoWorkers, count, patient)
	id, _ := p.ID(tiny(1, 20))
	meanwhile(p, func(m Manifest) bool { return m.State == Finished }, func() error {
		n, err := q.store.get(context.WithoutCancel(t.Context()), id)
		if err != nil {
			return err
		}
		if err := awaitRun(p, id, func(r *run) bool { return r.rev >= n.revision }); err != nil {
			return err
		}
		return errSilent
	})
	ask(t, p, tiny(1, 20), by("x"))
	if err := awaitRun(p, id, func(r *run) bool { return !r.active && r.m.State.Ended() }); err != nil {
		t.Fatal(err)
	}
	if n := stored(t, p, id); n.State != Finished || n.CurveHash == "" || computed.Load() != 1 {
		t.Errorf("the store says %s, curve %q, and it was computed %d times", n.State, n.CurveHash, computed.Load())
	}
}

// A run that rests in its worker's memory, because nobody looked, goes on when it is asked for
// elsewhere so that nobody need look.
func TestKeepAskedForElsewhere(t *testing.T) {
	url := external(t)
	gate := make(chan struct{}, 100)
	how := patient
	how.alone = time.Millisecond
	p := share(t, url, 1, gated(gate), how)
	q := share(t, url, NoWorkers, count, patient)
	id := ask(t, p, tiny(1, 20), by("x"))
	gate <- struct{}{}
	awaitHeard(t, q, id, func(m Manifest) bool { return m.State == Paused && m.Worker != "" })
	if _, err := q.Submit(t.Context(), tiny(1, 20), Submission{Visitor: "y", Address: "there", Keep: true}); err != nil {
		t.Fatal(err)
	}
	close(gate)
	awaitHeard(t, q, id, func(m Manifest) bool { return m.State == Finished })
}
