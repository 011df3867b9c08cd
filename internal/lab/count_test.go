package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// patience is how long anything may take. It is there to end a broken test, not to measure the
// machine, on which others may be at work; a cluster without a leader alone needs half a minute.
const patience = 2 * time.Minute

// tiny is a small run of so many steps; seed tells one from another.
func tiny(seed, steps int) spec.Spec {
	settings, err := spec.ParseQuery(fmt.Sprintf("data=shapes&encoder=mlp&encoder.width=16&encoder.depth=1&projector.depth=1&projector.width=16&batch=16&probe.every=16&probe.knn=0&seed=%d&steps=%d", seed, steps))
	if err != nil {
		panic(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		panic(err)
	}
	return s
}

// value stands for what a training would measure: a function of seed and step.
func value(s spec.Spec, step int) float32 { return float32(s.Seed)*1000 + float32(step) }

// made returns the record of a step that a count makes.
func made(s spec.Spec, step int) record.Step {
	schema := engine.Schema(s)
	r := record.Step{Step: step, Has: record.EachStep, Values: make([]float32, len(schema.Fields))}
	for i, f := range schema.Fields {
		if f.Every&record.EachStep != 0 {
			r.Values[i] = value(s, step)
		}
	}
	if step%4 == 0 {
		r.Frames = []record.Frame{{Name: "correlation", Rows: 2, Cols: 2, Of: 2, Scale: 1, Data: []int8{1, 0, 0, int8(step)}}}
	}
	return r
}

// count is an engine that only counts. Its checkpoint says how far it came.
func count(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
	first := 0
	if o.Resume != nil {
		b, err := io.ReadAll(o.Resume)
		if _, scan := fmt.Sscanf(string(b), "count %d", &first); err != nil || scan != nil {
			return fmt.Errorf("%w: it says %q, %w", engine.ErrCheckpoint, b, errors.Join(err, scan))
		}
	}
	for step := first; step < s.Length(); step++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := emit(made(s, step)); err != nil {
			return err
		}
		if o.Checkpoint == nil {
			continue
		}
		if err := o.Checkpoint(step+1, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "count %d", step+1)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// forgetful counts without checkpoints, and so without rest.
func forgetful(train trainFunc) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		o.Checkpoint, o.Resume = nil, nil
		return train(ctx, s, o, emit)
	}
}

// gated counts too, but takes a step only when the test sends to gate, and any
// number of them once it is closed.
func gated(gate <-chan struct{}) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return count(ctx, s, o, func(r record.Step) error {
			select {
			case <-gate:
				return emit(r)
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
}

// calm is the usual regime without slices, which go by the clock.
var calm = func() regime {
	how := usual
	how.slice = 0
	return how
}()

// start opens a lab in dir ("" is a new one) in calm and closes it with the test.
func start(t testing.TB, dir string, workers int, train trainFunc) *Lab {
	t.Helper()
	return startIn(t, dir, workers, train, calm)
}

// startIn is start in another regime.
func startIn(t testing.TB, dir string, workers int, train trainFunc, how regime) *Lab {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	l, err := open(in(dir, Options{Workers: workers, Threads: 1}), train, how)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, l) })
	return l
}

func shut(t testing.TB, l *Lab) {
	t.Helper()
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	if err := l.Close(ctx); err != nil {
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
		t.Fatalf("the lab does not close: %v\n%s", err, &stacks)
	}
}

func submit(t testing.TB, l *Lab, s spec.Spec) string {
	t.Helper()
	m, err := l.Submit(t.Context(), s, Submission{})
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

// await follows the run until it is in the state.
func await(t testing.TB, l *Lab, id string, want State) Manifest {
	t.Helper()
	return awaitThat(t, l, id, string(want), func(m Manifest) bool { return m.State == want })
}

func awaitThat(t testing.TB, l *Lab, id, what string, ok func(Manifest) bool) Manifest {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), patience)
	defer done()
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for {
		b, err := c.Next(ctx)
		if err != nil {
			m, _ := l.Run(id)
			t.Fatalf("waiting for %s: %v; the run is %s (%s)", what, err, m.State, m.Reason)
		}
		if ok(b.Manifest) {
			return b.Manifest
		}
	}
}

// all reads a run from a step to its end and checks that each step comes once.
func all(t testing.TB, l *Lab, id string, from int) ([]record.Step, Manifest) {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), patience)
	defer done()
	c, err := l.Follow(id, from)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var steps []record.Step
	var m Manifest
	for {
		b, err := c.Next(ctx)
		if errors.Is(err, io.EOF) {
			return steps, m
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range b.Steps {
			if due := max(from, 0) + len(steps); s.Step != due {
				t.Fatalf("step %d comes where %d is due", s.Step, due)
			}
			steps = append(steps, s)
		}
		m = b.Manifest
	}
}

// pauseIn pauses a gated run whose engine waits at the gate, after one more step.
func pauseIn(t testing.TB, l *Lab, id string, gate chan<- struct{}) {
	t.Helper()
	done := make(chan error)
	go func() { done <- l.Pause(context.WithoutCancel(t.Context()), id) }()
	for ordered := false; !ordered; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		ordered = l.runs[id].budget == 0
		l.mu.Unlock()
	}
	gate <- struct{}{}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// checkWhole checks that the run has finished with the records of count.
func checkWhole(t testing.TB, l *Lab, id string, s spec.Spec) Manifest {
	t.Helper()
	steps, m := all(t, l, id, 0)
	if m.State != Finished || len(steps) != s.Steps || m.Done != s.Steps {
		t.Fatalf("the run is %s (%s) with %d of %d steps, done %d", m.State, m.Reason, len(steps), s.Steps, m.Done)
	}
	h := record.NewHash(m.Schema)
	for i, r := range steps {
		h.Add(made(s, i))
		if d := m.Schema.Difference(r, made(s, i)); d != "" {
			t.Fatalf("step %d has another %s", i, d)
		}
	}
	if m.CurveHash != h.Sum() {
		t.Fatalf("the curve hash is %s, want %s", m.CurveHash, h.Sum())
	}
	return m
}
