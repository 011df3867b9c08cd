package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine/method"
)

// The jobs have the shapes that docs/performance.md says, for every method.
func TestJobs(t *testing.T) {
	shapes := map[string][]string{
		"mlp":  {"512x3072", "512x512", "512x512", "512x512", "512x512"},
		"conv": {"32x27", "64x288", "128x576", "256x1152", "512x256", "512x512", "512x512"},
		"toy":  {"128x3072", "128x128", "128x128", "128x128", "128x128"},
	}
	for _, j := range Jobs() {
		for _, m := range method.All() {
			s := j.Spec(m)
			if want := map[string]int{"mlp": 256, "conv": 256, "toy": 32}[j.Name]; s.Method != m || s.Batch != want {
				t.Errorf("%s: batch %d of %s", j.Name, s.Batch, s.Method.Name)
			}
			var got []string
			for _, w := range weights(newTrainer(new(counter), s).online) {
				if w.W.Rows > 1 && !strings.HasPrefix(w.Name, "predictor") {
					got = append(got, fmt.Sprintf("%dx%d", w.W.Rows, w.W.Cols))
				}
			}
			if strings.Join(got, " ") != strings.Join(shapes[j.Name], " ") {
				t.Errorf("%s: weights %v", j.Name, got)
			}
		}
	}
	for _, name := range JobMethods() {
		if _, ok := method.Lookup(name); !ok {
			t.Errorf("there is no method %s", name)
		}
	}
	if _, ok := LookupJob("mpl"); ok {
		t.Error("there is a job mpl")
	}
}

// The pace of a run counts its steps and accounts for all of their time.
func TestMeasure(t *testing.T) {
	for _, trial := range []Trial{{Steps: 3}, {Steps: 2, Augment: true}, {Time: time.Millisecond}} {
		s := parse(t, small+"method=byol")
		p, err := Measure(t.Context(), s, Options{Threads: 2}, trial)
		if err != nil {
			t.Fatal(err)
		}
		if n := p.Training.Steps; n != p.Measured.Steps || n != trial.Steps && (trial.Steps > 0 || n < leastSteps) {
			t.Errorf("%+v: %d and %d steps", trial, n, p.Measured.Steps)
		}
		for _, timing := range []Timing{p.Training, p.Measured} {
			if timing.Best <= 0 || timing.Median < timing.Best || timing.PerSecond(s.Batch) <= 0 {
				t.Errorf("%+v: %+v", trial, timing)
			}
		}
		if len(p.Spans) < 10 || p.Between < 0 || p.FLOPs <= 0 || p.FLOPs >= estimate(s).StepFLOPs {
			t.Errorf("%+v: %+v", trial, p)
		}
		seen := map[string]int{}
		for _, o := range p.Spans {
			seen[o.Name] = o.Calls
		}
		// The views are not copied. Both go through two convolutions at once, of the online branch and of the slow copy.
		if seen["Conv"] != 4 || seen["Upload"] != 0 || seen["Download64"] != 0 {
			t.Errorf("calls in a step: %v", seen)
		}
	}
}

// Views that lie behind one another are taken where they are, others are copied; both train the same.
func TestViewsAreTakenWhereTheyLie(t *testing.T) {
	s := parse(t, small+"method=byol")
	var losses [2]float64
	for i := range losses {
		v, tr := start(t, s)
		for step := range 3 {
			x1, x2 := v.next()
			if i == 1 {
				x1, x2 = slices.Clone(x1), slices.Clone(x2)
			}
			tr.step(step, due{}, x1, x2)
			if _, at := tr.borrowed.Memory(); tr.borrowed.IsNone() != (i == 1) || at != 0 {
				t.Errorf("views are borrowed as %v", tr.borrowed)
			}
		}
		losses[i] = tr.reading.loss
	}
	if losses[0] != losses[1] {
		t.Errorf("a loss of %g where the views lie, %g of copies", losses[0], losses[1])
	}
}

// A step that measures nothing trains the very same.
func TestTrainingAloneTrainsTheSame(t *testing.T) {
	for _, m := range methods() {
		s := parse(t, small+m)
		var losses [2]float64
		for i, kind := range []due{{}, {nothing: true}} {
			v, tr := start(t, s)
			for step := range 3 {
				x1, x2 := v.next()
				tr.step(step, kind, x1, x2)
			}
			x1, x2 := v.next()
			tr.step(3, due{}, x1, x2)
			losses[i] = tr.reading.loss
		}
		if losses[0] != losses[1] {
			t.Errorf("%s: a loss of %g where it was measured before, %g where not", m, losses[0], losses[1])
		}
	}
}

func TestMeasureFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Measure(ctx, parse(t, small), Options{Threads: 1}, Trial{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var d *Diverged
	if _, err := Measure(t.Context(), parse(t, small+"lr=100 weight_decay=1"), Options{Threads: 1}, Trial{Steps: 200}); !errors.As(err, &d) {
		t.Errorf("diverged: %v", err)
	}
	s := parse(t, small+"data=cifar10")
	t.Setenv("GRADLAB_CIFAR10", "")
	if _, err := Measure(t.Context(), s, Options{Images: t.TempDir()}, Trial{}); err == nil {
		t.Error("no images, no error")
	}
	if _, err := Augmenting(s, Options{Images: t.TempDir()}); err == nil {
		t.Error("no images, no error")
	}
}

func TestAugmenting(t *testing.T) {
	for threads := 1; threads <= 2; threads++ {
		if got, err := Augmenting(parse(t, small), Options{Threads: threads}); err != nil || !(got > 0) {
			t.Errorf("%g views a second, %v", got, err)
		}
	}
}
