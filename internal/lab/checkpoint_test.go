package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// always stores a checkpoint whenever the engine offers one, and parks no run.
var always = regime{portion: 1e9, rest: time.Hour, resting: 100}

// A diary is what a lab logs.
type diary struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buf.Write(b)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buf.String()
}

// startLogged is startIn with what is logged.
func startLogged(t testing.TB, dir string, train trainFunc, how regime) (*Lab, *diary) {
	t.Helper()
	d := new(diary)
	l, err := open(in(dir, Options{Workers: 1, Threads: 1, Log: slog.New(slog.NewTextHandler(d, nil))}), train, how)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, l) })
	return l, d
}

// firstly is train, and tells the first step that it says.
func firstly(train trainFunc, first chan<- int) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		said := false
		return train(ctx, s, o, func(r record.Step) error {
			if !said {
				said = true
				first <- r.Step
			}
			return emit(r)
		})
	}
}

// sparse lets the engine offer a checkpoint only before the steps given.
func sparse(train trainFunc, before ...int) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		between := o.Checkpoint
		o.Checkpoint = func(next int, write func(io.Writer) error) error {
			for _, b := range before {
				if b == next {
					return between(next, write)
				}
			}
			return nil
		}
		return train(ctx, s, o, emit)
	}
}

// cutOff computes so many steps of a run of the real engine and closes the lab,
// with checkpoints before the steps given. It returns the run's id.
func cutOff(t testing.TB, dir string, s spec.Spec, steps int, before ...int) string {
	t.Helper()
	l := startIn(t, dir, 1, sparse(upTo(steps), before...), always)
	id := submit(t, l, s)
	awaitThat(t, l, id, "its steps", func(m Manifest) bool { return m.Done == steps })
	shut(t, l)
	return id
}

// undisturbed returns the records and the curve hash of the real engine.
func undisturbed(t testing.TB, s spec.Spec) (steps []record.Step, hash string) {
	t.Helper()
	h := record.NewHash(engine.Schema(s))
	err := engine.Run(t.Context(), s, engine.Options{Threads: 1}, func(r record.Step) error {
		steps = append(steps, r)
		h.Add(r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps, h.Sum()
}

// keeps tells whether there is a checkpoint of the first attempt at a run.
func keeps(t testing.TB, l *Lab, id string) bool {
	t.Helper()
	_, err := l.store.checkpoints.GetInfo(t.Context(), object(id, 1))
	if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// checkRepeats checks that a run of the real engine has ended as if nothing had been.
func checkRepeats(t testing.TB, l *Lab, id string, s spec.Spec) Manifest {
	t.Helper()
	want, hash := undisturbed(t, s)
	got, m := all(t, l, id, 0)
	if m.State != Finished || m.CurveHash != hash || len(got) != len(want) {
		t.Fatalf("the run is %s (%s) with %d steps and curve hash %s, want %s", m.State, m.Reason, len(got), m.CurveHash, hash)
	}
	for i := range want {
		if d := m.Schema.Difference(want[i], got[i]); d != "" {
			t.Errorf("step %d has another %s", i, d)
		}
	}
	return m
}

// A run that was cut off goes on from its newest checkpoint, with another number of
// threads, and to the same curve.
func TestCutOffRunsGoOnFromTheirCheckpoint(t *testing.T) {
	for name, c := range map[string]struct {
		before []int
		resume int
	}{
		"at the end of the log": {[]int{2, 10}, 10},
		"before it":             {[]int{2, 4, 6}, 6}, // steps 6 to 9 are met again
		"none":                  {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, s := t.TempDir(), tiny(1, 20)
			id := cutOff(t, dir, s, 10, c.before...)
			first := make(chan int, 1)
			l, err := open(in(dir, Options{Workers: 1, Threads: 2}), firstly(engine.Run, first), usual)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, l)
			if m := checkRepeats(t, l, id, s); m.Resumed != c.resume {
				t.Errorf("the manifest says that it went on at step %d, want %d", m.Resumed, c.resume)
			}
			if got := <-first; got != c.resume {
				t.Errorf("the engine began at step %d, want %d", got, c.resume)
			}
		})
	}
}

// Steps behind the checkpoint are compared with what was stored.
func TestStepsBehindACheckpointAreCompared(t *testing.T) {
	dir, s := t.TempDir(), tiny(1, 20)
	id := cutOff(t, dir, s, 10, 6)
	l := start(t, dir, 1, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return engine.Run(ctx, s, o, func(r record.Step) error {
			if i := engine.Schema(s).Index("loss"); r.Step == 8 {
				r.Values[i]++
			}
			return emit(r)
		})
	})
	if m := await(t, l, id, Failed); !strings.Contains(m.Reason, "step 8 comes out with another loss") || m.Done != 10 || m.Resumed != 6 {
		t.Errorf("done %d, resumed at %d, reason %q", m.Done, m.Resumed, m.Reason)
	}
}

// A checkpoint that cannot be used costs time and nothing else; the log says why.
func TestUnusableCheckpointsCostOnlyTime(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, l *Lab, name string, good []byte) error
		says  string
	}{
		"damaged": {func(t *testing.T, l *Lab, name string, good []byte) error {
			good[len(good)/2] ^= 1
			return l.store.keep(t.Context(), name, 6, writes(good))
		}, "it is damaged"},
		"cut": {func(t *testing.T, l *Lab, name string, good []byte) error {
			return l.store.keep(t.Context(), name, 6, writes(good[:len(good)/2]))
		}, "it ends in its section "},
		"of another class": {func(t *testing.T, l *Lab, name string, good []byte) error {
			return l.store.keep(t.Context(), name, 6, writes(bytes.Replace(good, []byte(engine.Class()), []byte("other")[:len(engine.Class())], 1)))
		}, "its machine class is "},
		"ahead of the log": {func(t *testing.T, l *Lab, name string, good []byte) error {
			return l.store.keep(t.Context(), name, 11, writes(good))
		}, "goes on at step 11, and 10 records are there"},
		"without its pieces": {func(t *testing.T, l *Lab, _ string, _ []byte) error {
			return l.store.objects.Purge(t.Context(), jetstream.WithPurgeSubject(pieces+">"))
		}, "0 of its 1 pieces are there"},
		"without a step": {func(t *testing.T, l *Lab, name string, _ []byte) error {
			_, err := l.store.checkpoints.PutString(t.Context(), name, "what is this")
			return err
		}, "does not say at which step"},
		"another step": {func(t *testing.T, l *Lab, name string, good []byte) error {
			return l.store.keep(t.Context(), name, 7, writes(good))
		}, "goes on at step 6"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, s := t.TempDir(), tiny(1, 20)
			id := cutOff(t, dir, s, 10, 6)
			l := start(t, dir, 1, forgetful(never)) // nothing moves
			k, err := l.store.kept(t.Context(), object(id, 1))
			if err != nil {
				t.Fatal(err)
			}
			good, err := io.ReadAll(k)
			if err = errors.Join(err, k.Close(), c.spoil(t, l, object(id, 1), good)); err != nil {
				t.Fatal(err)
			}
			shut(t, l)

			l, log := startLogged(t, dir, engine.Run, usual)
			if m := checkRepeats(t, l, id, s); m.Resumed != 0 {
				t.Errorf("it went on at step %d", m.Resumed)
			}
			if !strings.Contains(log.String(), c.says) || !strings.Contains(log.String(), "computed from its first step") {
				t.Errorf("the log lacks %q:\n%s", c.says, log)
			}
		})
	}
}

func writes(b []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := w.Write(b); return err }
}

// never takes no step.
func never(ctx context.Context, _ spec.Spec, _ engine.Options, _ func(record.Step) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// The lab puts down what it has when it closes.
func TestClosingStoresACheckpoint(t *testing.T) {
	dir, gate := t.TempDir(), make(chan struct{}, 10)
	l := start(t, dir, 1, gated(gate))
	s := tiny(1, 12)
	id := submit(t, l, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, l, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	if keeps(t, l, id) {
		t.Fatal("a checkpoint after no time")
	}
	pauseIn(t, l, id, gate)
	shut(t, l)

	first := make(chan int, 1)
	l = start(t, dir, 1, firstly(count, first))
	if err := l.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := checkWhole(t, l, id, s); m.Resumed != 6 || <-first != 6 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
}

// Where checkpoints cannot be stored, runs go on.
func TestRunsGoOnWithoutCheckpoints(t *testing.T) {
	gate := make(chan struct{})
	l, log := startLogged(t, t.TempDir(), gated(gate), always)
	s := tiny(1, 4)
	id := submit(t, l, s)
	if err := l.store.js.DeleteObjectStore(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	close(gate)
	checkWhole(t, l, id, s)
	if !strings.Contains(log.String(), "a checkpoint is not stored") {
		t.Errorf("the log says nothing of it:\n%s", log)
	}
}

// What a killed process leaves behind is swept away when the lab opens.
func TestCheckpointsAreSwept(t *testing.T) {
	dir, s := t.TempDir(), tiny(1, 20)
	id := cutOff(t, dir, s, 10, 6)
	l := start(t, dir, 1, forgetful(never))
	for _, name := range []string{object("NOBODY", 1), object(id, 7)} {
		if err := l.store.keep(t.Context(), name, 3, writes([]byte("left behind"))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.store.js.Publish(t.Context(), pieces+"unfinished", []byte("a piece")); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	l = start(t, dir, 1, forgetful(never))
	if theCluster != nil { // where others may be storing one just now it would wait an hour
		if err := l.sweep(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := l.store.checkpoints.List(t.Context())
	if err != nil || len(objects) != 1 || objects[0].Name != object(id, 1) {
		t.Errorf("%d objects are left, %v", len(objects), err)
	}
	found, err := l.store.pieces(t.Context(), ">")
	if err != nil || len(found) != 1 {
		t.Errorf("pieces of %d objects are left, %v", len(found), err)
	}
}

// A checkpoint of many pieces is what was written, and a new one takes its place.
func TestManyPieces(t *testing.T) {
	l := start(t, "", 1, count)
	for _, n := range []int{0, 1, pieceSize, 5*pieceSize + 3} {
		want := bytes.Repeat([]byte{byte(n), 1, 2}, n/3+1)[:n]
		err := l.store.keep(t.Context(), "x.1", n, func(w io.Writer) error {
			for part := want; len(part) > 0; {
				cut := min(len(part), 70000)
				if _, err := w.Write(part[:cut]); err != nil {
					return err
				}
				part = part[cut:]
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		k, err := l.store.kept(t.Context(), "x.1")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(k)
		if err != nil || !bytes.Equal(got, want) || k.next != n {
			t.Errorf("%d bytes came back as %d, next %d, %v", n, len(got), k.next, err)
		}
		k.Close()
	}
	broken := errors.New("the device is gone")
	if err := l.store.keep(t.Context(), "x.1", 1, func(w io.Writer) error {
		w.Write(make([]byte, 3*pieceSize))
		return broken
	}); !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
	if k, err := l.store.kept(t.Context(), "x.1"); err != nil || k.next != 5*pieceSize+3 {
		t.Errorf("the one before it is gone: %v", err)
	} else {
		k.Close()
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic is swallowed")
			}
		}()
		l.store.keep(t.Context(), "x.1", 1, func(io.Writer) error { panic("tensor: none") })
	}()
}

// Checkpoints come no sooner than their regime allows, and a dear one later.
func TestPace(t *testing.T) {
	began := time.Now()
	p := pace{regime: regime{every: 10 * time.Second, portion: 0.02}, last: began}
	at := func(d time.Duration) time.Time { return began.Add(d) }
	for _, c := range []struct {
		price, at time.Duration
		want      bool
	}{
		{0, 9 * time.Second, false}, {0, 10 * time.Second, true},
		{100 * time.Millisecond, 10 * time.Second, true},
		{time.Second, 49 * time.Second, false}, {time.Second, 50 * time.Second, true},
	} {
		if p.price = c.price; p.due(at(c.at)) != c.want {
			t.Errorf("at a price of %v one is due after %v: %v", c.price, c.at, !c.want)
		}
	}
	p.took(at(time.Minute), at(time.Minute+300*time.Millisecond))
	if p.due(at(75*time.Second)) || !p.due(at(76*time.Second)) {
		t.Errorf("after one of %v it is not due 15 s later", p.price)
	}
	// 10 s of steps and 20 s of waiting between two slices are 10 s.
	p = pace{regime: p.regime, last: began}
	p.waited(at(4*time.Second), at(14*time.Second))
	p.waited(at(19*time.Second), at(29*time.Second))
	if p.due(at(29*time.Second)) || !p.due(at(30*time.Second)) {
		t.Error("one is due after another time than that of the slices together")
	}
	p.took(at(40*time.Second), at(41*time.Second))
	if p.waited(at(35*time.Second), at(45*time.Second)); p.last != at(45*time.Second) {
		t.Errorf("one that was stored while the run waited counts as of %v", p.last.Sub(began))
	}
}

// The price of a checkpoint in the store: the default run's, one with a bank, one of
// a wide projector, and one that must not be in memory as a whole.
func BenchmarkKeep(b *testing.B) {
	l := start(b, "", 1, count)
	for _, size := range []int{3 << 20, 7 << 20, 120 << 20, 600 << 20} {
		piece := bytes.Repeat([]byte("gradients"), 8000)
		write := func(w io.Writer) error {
			for left := size; left > 0; left -= len(piece) {
				if _, err := w.Write(piece[:min(left, len(piece))]); err != nil {
					return err
				}
			}
			return nil
		}
		b.Run(fmt.Sprintf("%dMiB", size>>20), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				if err := l.store.keep(b.Context(), "x.1", 1, write); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("read%dMiB", size>>20), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				ctx, cancel := context.WithTimeout(b.Context(), keepTime)
				defer cancel()
				k, err := l.store.kept(ctx, "x.1")
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, k); err != nil || n != int64(size) {
					b.Fatal(n, err)
				}
				k.Close()
			}
		})
	}
}
