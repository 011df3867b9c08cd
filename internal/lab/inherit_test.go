package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/engine/method"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// like is tiny with more settings.
func like(t testing.TB, seed, steps int, more string) spec.Spec {
	t.Helper()
	over, err := spec.ParseQuery(more)
	if err != nil {
		t.Fatal(err)
	}
	settings, _ := spec.Override(tiny(seed, steps).Settings(), over)
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ended waits until a run has ended and its goroutine has given its records up.
func ended(t testing.TB, l *Lab, id string) Manifest {
	t.Helper()
	m := awaitThat(t, l, id, "its end", func(m Manifest) bool { return m.State.Ended() })
	l.mu.Lock()
	r := l.runs[id]
	l.mu.Unlock()
	if err := l.until(t.Context(), r, func() bool { return r.refs == 0 }); err != nil {
		t.Fatal(err)
	}
	return m
}

// A run that is extended goes on where the shorter one ended, for every method, and is
// what it would be computed from its first step; and so once more, and after a restart.
func TestExtendedRunsGoOnWhereTheyEnded(t *testing.T) {
	dir := t.TempDir()
	first := make(chan int, 1)
	l := start(t, dir, 1, firstly(engine.Run, first))
	extend := func(s spec.Spec, from int, then ...spec.Setting) spec.Spec {
		t.Helper()
		long, err := s.Extended(7, then)
		if err != nil {
			t.Fatal(err)
		}
		short, _ := l.ID(s)
		m := checkRepeats(t, l, submit(t, l, long), long)
		if began := <-first; began != from || m.Resumed != from || m.From != short {
			t.Errorf("%s began at step %d, resumed at %d from run %q; want step %d of %s", long.Query(), began, m.Resumed, m.From, from, short)
		}
		if m.Taken != m.Steps-from {
			t.Errorf("%s says that %d steps were computed while it had a place, want %d", long.Query(), m.Taken, m.Steps-from)
		}
		return long
	}
	for _, m := range method.All() {
		s := like(t, 1, 12, "method="+m.Name)
		submitted(t, l, s, first)
		once := extend(s, 12)
		if m.Name == "byol" {
			extend(once, 19)
			extend(s, 12, spec.Setting{Key: "schedule", Value: "constant"})
			shut(t, l)
			l = start(t, dir, 1, firstly(engine.Run, first))
			twice, err := once.Extended(20, nil)
			if err != nil {
				t.Fatal(err)
			}
			if m := checkRepeats(t, l, submit(t, l, twice), twice); <-first != 26 || m.Resumed != 26 { // where the longest one ended
				t.Errorf("after a restart it went on at step %d", m.Resumed)
			}
		}
	}
}

// A branch goes on from its parent's checkpoint, where that is not behind the branch.
func TestBranchesGoOnFromTheirParents(t *testing.T) {
	first, gate := make(chan int, 1), make(chan struct{}, 100)
	held := func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return engine.Run(ctx, s, o, func(r record.Step) error {
			<-gate
			return emit(r)
		})
	}
	l := startIn(t, "", 1, firstly(held, first), hasty)
	parent := like(t, 1, 20, "method=byol")
	id := submit(t, l, parent)
	for range 8 {
		gate <- struct{}{}
	}
	awaitThat(t, l, id, "eight steps", func(m Manifest) bool { return m.Done == 8 })
	pauseIn(t, l, id, gate)
	awaitParked(t, l, id) // with its checkpoint before step 9
	<-first
	for range 91 {
		gate <- struct{}{}
	}
	for at, from := range map[int]int{9: 9, 12: 9, 8: 0} {
		s := like(t, 1, 20, fmt.Sprintf("method=byol&at=%d&then.lr=0.2", at))
		m := checkRepeats(t, l, submit(t, l, s), s)
		if began := <-first; began != from || m.Resumed != from || (m.From == id) != (from > 0) {
			t.Errorf("at=%d began at step %d, resumed at %d from %q", at, began, m.Resumed, m.From)
		}
	}
	s := like(t, 1, 20, "method=byol&at=12&then.predictor=none&then.target=shared") // its records have other fields
	if m := checkRepeats(t, l, submit(t, l, s), s); <-first != 0 && m.From != "" && !sameFields(engine.Schema(parent), m.Schema) {
		t.Errorf("it took over records with other fields")
	}
}

// A checkpoint that cannot be used costs time and nothing else.
func TestUselessLegacy(t *testing.T) {
	first := make(chan int, 1)
	l := start(t, "", 1, firstly(engine.Run, first))
	k, err := l.store.kept(t.Context(), object(submitted(t, l, tiny(3, 6), first), 1))
	if err != nil || k == nil {
		t.Fatalf("a finished run has no checkpoint; %v", err)
	}
	strange, err := io.ReadAll(k)
	if err := errors.Join(err, k.Close()); err != nil {
		t.Fatal(err)
	}
	for seed, b := range [][]byte{[]byte("gradlab"), strange} {
		s := tiny(seed, 6)
		if err := l.store.keep(t.Context(), object(submitted(t, l, s, first), 1), 6, writes(b)); err != nil {
			t.Fatal(err)
		}
		long, err := s.Extended(3, nil)
		if err != nil {
			t.Fatal(err)
		}
		m := checkRepeats(t, l, submit(t, l, long), long)
		if began := <-first; began != 0 || m.Resumed != 0 {
			t.Errorf("with %.20q it began at step %d", b, began)
		}
	}
}

// submitted computes a run and returns its id.
func submitted(t testing.TB, l *Lab, s spec.Spec, first <-chan int) string {
	t.Helper()
	id := submit(t, l, s)
	ended(t, l, id)
	<-first
	return id
}
