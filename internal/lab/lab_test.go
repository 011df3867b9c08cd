package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

func TestMain(m *testing.M) {
	if dir := childDir(); dir != "" {
		child(dir) // a lab to be killed, see TestKill
		return
	}
	goleak.VerifyTestMain(m)
}

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

// count is an engine that only counts.
func count(ctx context.Context, s spec.Spec, _ engine.Options, emit func(record.Step) error) error {
	for step := range s.Steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := emit(made(s, step)); err != nil {
			return err
		}
	}
	return nil
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

// start opens a lab in dir ("" is a new one) and closes it with the test.
func start(t testing.TB, dir string, workers int, train trainFunc) *Lab {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	l, err := open(Options{Dir: dir, Workers: workers, Threads: 1}, train, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, l) })
	return l
}

func shut(t testing.TB, l *Lab) {
	t.Helper()
	ctx, done := context.WithTimeout(context.Background(), 20*time.Second)
	defer done()
	if err := l.Close(ctx); err != nil {
		t.Fatalf("the lab does not close: %v", err)
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
	ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
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
	ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
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

func TestRunToTheEnd(t *testing.T) {
	l := start(t, "", 0, count)
	s := tiny(1, 40)
	id := submit(t, l, s)
	m := checkWhole(t, l, id, s)
	if m.ID != id || m.Spec != s.Query() || m.Title != s.Method.Title || m.Engine != engine.Version || m.Class != engine.Class() || m.Steps != 40 || m.Attempt != 1 {
		t.Errorf("the manifest says %+v", m)
	}
	if m.Created.IsZero() || m.Started.Before(m.Created) || m.Ended.Before(m.Started) {
		t.Errorf("created %v, started %v, ended %v", m.Created, m.Started, m.Ended)
	}
	if err := l.Health(t.Context()); err != nil {
		t.Errorf("not healthy: %v", err)
	}
}

func TestSubmittersShare(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 10)
	a, err := l.Submit(t.Context(), s, Submission{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Submit(t.Context(), s, Submission{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.ID != b.ID || a.Attempt != b.Attempt || !b.Keep || len(l.Runs()) != 1 {
		t.Errorf("two submissions give %+v and %+v; %d runs", a, b, len(l.Runs()))
	}
	close(gate)
	checkWhole(t, l, a.ID, s)
	if c, _ := l.Submit(t.Context(), s, Submission{}); c.State != Finished || c.Done != 10 {
		t.Errorf("a finished run is submitted again: %+v", c)
	}
}

func TestQueue(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 2, gated(gate))
	var ids []string
	for seed := range 5 {
		ids = append(ids, submit(t, l, tiny(seed, 1)))
	}
	positions := func() (out []int) {
		for _, id := range ids {
			m, _ := l.Run(id)
			if (m.State == Queued) != (m.Position > 0) {
				t.Errorf("a run is %s at position %d", m.State, m.Position)
			}
			out = append(out, m.Position)
		}
		return out
	}
	if got := positions(); !slices.Equal(got, []int{0, 0, 1, 2, 3}) {
		t.Fatalf("positions %v", got)
	}
	var newest []string
	for _, m := range l.Runs() {
		newest = append(newest, m.ID)
	}
	slices.Reverse(newest)
	if !slices.Equal(newest, ids) {
		t.Errorf("Runs gives %v, want the reverse of %v", newest, ids)
	}
	if err := l.Stop(t.Context(), ids[3]); err != nil {
		t.Fatal(err)
	}
	if got := positions(); !slices.Equal(got, []int{0, 0, 1, 0, 2}) {
		t.Errorf("after one left, positions %v", got)
	}
	gate <- struct{}{} // one of the first two ends
	await(t, l, ids[2], Running)
	if got := positions(); !slices.Equal(got, []int{0, 0, 0, 0, 1}) {
		t.Errorf("after one ended, positions %v", got)
	}
	close(gate)
	var started []time.Time
	for _, i := range []int{0, 1, 2, 4} {
		started = append(started, await(t, l, ids[i], Finished).Started)
	}
	if !slices.IsSortedFunc(started, time.Time.Compare) {
		t.Errorf("runs started out of order: %v", started)
	}
}

func TestUnknownRun(t *testing.T) {
	l := start(t, "", 1, count)
	for name, err := range map[string]error{
		"Pause": l.Pause(t.Context(), "nobody"), "Resume": l.Resume(t.Context(), "nobody"),
		"Step": l.Step(t.Context(), "nobody"), "Stop": l.Stop(t.Context(), "nobody"),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.Follow("nobody", 0); !errors.Is(err, ErrUnknown) {
		t.Errorf("Follow: %v", err)
	}
	if _, ok := l.Run("nobody"); ok {
		t.Error("Run finds it")
	}
}

func TestDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, 1, count)
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "in use by another lab") {
		t.Errorf("a second lab on one directory: %v", err)
	}
	shut(t, l)
	start(t, dir, 1, count) // the lock is given back
}

func TestClosedLabRefuses(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	id := submit(t, l, tiny(1, 5))
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	for err == nil {
		_, err = c.Next(t.Context())
	}
	if !errors.Is(err, ErrClosed) {
		t.Errorf("a cursor over a closed lab: %v", err)
	}
	if _, err := l.Submit(t.Context(), tiny(2, 5), Submission{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Submit: %v", err)
	}
	if err := l.Pause(t.Context(), id); !errors.Is(err, ErrClosed) {
		t.Errorf("Pause: %v", err)
	}
	if err := l.Health(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Health: %v", err)
	}
}
