package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// then counts until a step, and goes on with f.
func then(at int, f func() error) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		stop := errors.New("here")
		err := count(ctx, s, o, func(r record.Step) error {
			if r.Step == at {
				return stop
			}
			return emit(r)
		})
		if errors.Is(err, stop) {
			return f()
		}
		return err
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		train  trainFunc
		want   State
		reason string
	}{
		"panic":       {then(5, func() error { panic("tensor: shapes differ") }), Failed, "tensor: shapes differ"},
		"error":       {then(5, func() error { return errors.New("no such image") }), Failed, "no such image"},
		"early end":   {then(5, func() error { return nil }), Failed, "ended after 5 of 9 steps"},
		"divergence":  {then(5, func() error { return &engine.Diverged{Step: 5, Field: "loss", Causes: []string{"lr"}} }), Diverged, "5"},
		"a gap":       {skip, Failed, "said step 1 with"},
		"wrong width": {narrow, Failed, "with 1 values"},
	} {
		t.Run(name, func(t *testing.T) {
			l := start(t, "", 1, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
				if s.Seed == 7 {
					return count(ctx, s, o, emit)
				}
				return c.train(ctx, s, o, emit)
			})
			bad, good := submit(t, l, tiny(1, 9)), submit(t, l, tiny(7, 9))
			m := await(t, l, bad, c.want)
			if !strings.Contains(m.Reason, c.reason) {
				t.Errorf("the reason is %q, want one with %q", m.Reason, c.reason)
			}
			if (m.CurveHash != "") != (c.want == Diverged) || (m.Causes != nil) != (c.want == Diverged) {
				t.Errorf("curve hash %q, causes %q", m.CurveHash, m.Causes)
			}
			if steps, _ := all(t, l, bad, 0); len(steps) != m.Done {
				t.Errorf("%d records, done %d", len(steps), m.Done)
			}
			checkWhole(t, l, good, tiny(7, 9)) // the others go on
		})
	}
}

func skip(_ context.Context, s spec.Spec, _ engine.Options, emit func(record.Step) error) error {
	return emit(made(s, 1))
}

func narrow(_ context.Context, _ spec.Spec, _ engine.Options, emit func(record.Step) error) error {
	return emit(record.Step{Values: []float32{1}})
}

// A full store ends the run with the reason; what was acknowledged stays.
func TestFullStore(t *testing.T) {
	l, err := open(in(t.TempDir(), Options{Workers: 1}), count, regime{records: 20 << 10, every: time.Hour, portion: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, l)
	s := tiny(1, 5000)
	id := submit(t, l, s)
	m := await(t, l, id, Failed)
	if !strings.Contains(m.Reason, "the store does not take its records") || !strings.Contains(m.Reason, "maximum bytes") {
		t.Errorf("the reason is %q", m.Reason)
	}
	stored, err := l.store.count(t.Context(), subject(id, 1))
	if steps, _ := all(t, l, id, 0); len(steps) != stored || m.Done != stored || err != nil {
		t.Errorf("%d records are shown, %d stored, done %d, %v", len(steps), stored, m.Done, err)
	}
}

// Somebody else who writes to a run is noticed.
func TestFence(t *testing.T) {
	gate := make(chan struct{}, 10)
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 9)
	id := submit(t, l, s)
	gate <- struct{}{}
	awaitThat(t, l, id, "one step", func(m Manifest) bool { return m.Done == 1 })
	if _, err := l.store.js.Publish(t.Context(), subject(id, 1), record.Append(nil, []record.Step{made(s, 1)})); err != nil {
		t.Fatal(err)
	}
	gate <- struct{}{}
	if theCluster != nil { // it may be another lab's right, so this one begins anew behind what is stored
		close(gate)
		checkWhole(t, l, id, s)
		return
	}
	if m := await(t, l, id, Failed); !strings.Contains(m.Reason, "wrong last sequence") || m.Done != 1 {
		t.Errorf("done %d, reason %q", m.Done, m.Reason)
	}
}

func TestUnusableDirectories(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(dir, "taken")
	if err := errors.Join(os.Mkdir(taken, 0o700), os.WriteFile(filepath.Join(taken, "jetstream"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ dir, says string }{
		"its store a file": {taken, "does not start: Can't start JetStream: storage directory is not a directory"},
		"none":             {"", "no data directory"},
		"a file":           {file, "cannot be made"},
		"beneath a file":   {filepath.Join(file, "x"), "cannot be made"},
	} {
		if l, err := Open(Options{Dir: c.dir}); err == nil || !strings.Contains(err.Error(), c.says) {
			if err == nil {
				shut(t, l)
			}
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
	if os.Getuid() > 0 { // the superuser may write everywhere
		closed := filepath.Join(dir, "closed")
		if err := os.Mkdir(closed, 0o500); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(Options{Dir: closed}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("a closed directory: %v", err)
		}
	}
}

// untilForgotten waits until a run that has ended has given its records' memory back.
func untilForgotten(t *testing.T, l *Lab, id string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		loaded := l.runs[id].loaded
		l.mu.Unlock()
		if !loaded {
			return
		}
		if time.Now().After(end) {
			t.Fatal("an ended run keeps its records in memory")
		}
	}
}

// A manifest or a message that cannot be read is named, and stays.
func TestCorruptStore(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, 1, count)
	id := submit(t, l, tiny(1, 5))
	await(t, l, id, Finished)
	if _, err := l.store.js.Publish(t.Context(), subject(id, 1), []byte("not a record")); err != nil {
		t.Fatal(err)
	}
	untilForgotten(t, l, id) // a viewer who came before would read the memory
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Next(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a corrupt message: %v", err)
	}
	if _, err := l.store.runs.Put(t.Context(), "broken", []byte("{")); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	if _, err := Open(in(dir, Options{})); err == nil || !strings.Contains(err.Error(), "manifest of run broken") {
		t.Errorf("a corrupt manifest: %v", err)
	}
}
