package lab

import (
	"context"
	"errors"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// The real engine, cut off in the middle and begun again with another number of
// threads, gives the curve of one that was left alone.
func TestEngineGoesOn(t *testing.T) {
	s := tiny(1, 20)
	undisturbed, err := Open(in(t.TempDir(), Options{Workers: 1, Threads: 1}))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, undisturbed)
	id := submit(t, undisturbed, s)
	want, m := all(t, undisturbed, id, 0)
	if m.State != Finished || len(want) != 20 {
		t.Fatalf("the run is %s (%s) with %d steps", m.State, m.Reason, len(want))
	}

	dir := t.TempDir()
	l, err := open(in(dir, Options{Workers: 1, Threads: 1}), upTo(10), usual)
	if err != nil {
		t.Fatal(err)
	}
	submit(t, l, s)
	awaitThat(t, l, id, "ten steps", func(m Manifest) bool { return m.Done == 10 })
	shut(t, l)
	if l, err = Open(in(dir, Options{Workers: 1, Threads: 2})); err != nil {
		t.Fatal(err)
	}
	defer shut(t, l)
	got, again := all(t, l, id, 0)
	if again.State != Finished || again.CurveHash != m.CurveHash {
		t.Fatalf("the run is %s (%s) with curve hash %s, want %s", again.State, again.Reason, again.CurveHash, m.CurveHash)
	}
	for i := range want {
		if d := m.Schema.Difference(want[i], got[i]); d != "" {
			t.Errorf("step %d has another %s", i, d)
		}
	}
}

// upTo is the engine, which takes so many steps and then no more until it is cut off.
func upTo(steps int) trainFunc { return limited(engine.Run, steps) }

// limited is train, which takes so many steps and then no more until it is cut off.
func limited(train trainFunc, steps int) trainFunc {
	return func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return train(ctx, s, o, func(r record.Step) error {
			if r.Step == steps {
				<-ctx.Done()
				return ctx.Err()
			}
			return emit(r)
		})
	}
}

func TestMissingImages(t *testing.T) {
	settings, err := spec.ParseQuery("data=cifar10")
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GRADLAB_CIFAR10", t.TempDir())
	l := start(t, "", 1, count)
	m, err := l.Submit(t.Context(), s, Submission{})
	var errs knob.Errors
	if !errors.As(err, &errs) || errs[0].Key != "data" {
		t.Errorf("a run without images is %s, %v", m.State, err)
	}
	if len(l.Runs()) != 0 {
		t.Error("it is in the catalogue")
	}
}
