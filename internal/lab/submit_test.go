package lab

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A refusing bucket takes no manifest.
type refusing struct{ jetstream.KeyValue }

func (refusing) Update(context.Context, string, []byte, uint64) (uint64, error) {
	return 0, errors.New("no room")
}

// A submission that the store does not take has failed, and ended; it may be repeated.
func TestSubmissionIsNotStored(t *testing.T) {
	l := start(t, "", 1, count)
	runs := l.store.runs
	l.store.runs = refusing{runs}
	_, err := l.Submit(t.Context(), tiny(1, 5), Submission{})
	l.store.runs = runs
	if err == nil || !strings.Contains(err.Error(), "no room") {
		t.Fatalf("the error is %v", err)
	}
	id, _ := l.ID(tiny(1, 5))
	if m, ok := l.Run(id); !ok || m.State != Failed || m.Ended.Before(m.Created) {
		t.Errorf("the run is %s, created %v and ended %v", m.State, m.Created, m.Ended)
	}
	checkWhole(t, l, submit(t, l, tiny(1, 5)), tiny(1, 5))
}

// An answer is what Submit returns.
type answer struct {
	m   Manifest
	err error
}

// submitting submits in another goroutine.
func submitting(t testing.TB, l *Lab, s spec.Spec, sub Submission) <-chan answer {
	t.Helper()
	out := make(chan answer, 1)
	go func() {
		m, err := l.Submit(context.WithoutCancel(t.Context()), s, sub)
		out <- answer{m, err}
	}()
	return out
}

// Whoever asks for a run that somebody else has just stopped gets its next attempt, not
// the one that is about to end.
func TestAskedForWhileItIsStopped(t *testing.T) {
	var stopped atomic.Bool
	begun, cut, hold := make(chan struct{}), make(chan struct{}), make(chan struct{})
	ends := sync.OnceFunc(func() { close(hold) })
	defer ends()
	l := start(t, "", 1, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		if stopped.Swap(true) {
			return count(ctx, s, o, emit)
		}
		close(begun)
		<-ctx.Done() // in a long step, which ends in its own time
		close(cut)
		<-hold
		return ctx.Err()
	})
	s := tiny(1, 5)
	id := ask(t, l, s, by("a"))
	<-begun
	left := make(chan error, 1)
	go func() { left <- l.Leave(context.WithoutCancel(t.Context()), id, by("a")) }()
	<-cut
	second := submitting(t, l, s, by("b"))
	for waits := false; !waits; time.Sleep(time.Millisecond) {
		select {
		case a := <-second:
			t.Fatalf("attempt %d is given, which is %s", a.m.Attempt, a.m.State)
		default:
		}
		l.mu.Lock()
		waits = len(l.coming) == 1
		l.mu.Unlock()
	}
	ends()
	if err := <-left; err != nil {
		t.Error(err)
	}
	if a := <-second; a.err != nil || a.m.Attempt != 2 {
		t.Errorf("attempt %d, %v", a.m.Attempt, a.err)
	}
	checkWhole(t, l, id, s)
}

// Whoever asks for a run at the moment at which it becomes this process's, and ends, gets
// its next attempt too.
func TestAskedForWhileItChangesHands(t *testing.T) {
	l := share(t, external(t), NoWorkers, count, patient)
	s := tiny(1, 5)
	id := ask(t, l, s, by("a"))
	l.mu.Lock()
	r := l.runs[id]
	l.mu.Unlock()
	r.saving.Lock() // so that the manifest cannot be altered yet
	second := submitting(t, l, s, by("b"))
	awaitThatLab(t, l, func() bool { return len(l.coming) == 1 && l.ticked.After(l.coming[0]) }) // it is about to be
	l.mu.Lock()
	r.active, r.ending = true, true
	l.mu.Unlock()
	r.saving.Unlock()
	awaitThatLab(t, l, func() bool { return r.saving.TryLock() })
	r.saving.Unlock()
	l.mu.Lock()
	r.active, r.ending = false, false
	r.change(Cancelled, "stopped")
	l.dequeue(r)
	l.mu.Unlock()
	if a := <-second; a.err != nil || a.m.Attempt != 2 || a.m.State != Queued {
		t.Errorf("attempt %d is %s, %v", a.m.Attempt, a.m.State, a.err)
	}
}
