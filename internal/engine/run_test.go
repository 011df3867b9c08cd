package engine

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// small is a run of a moment.
const small = "data=shapes batch=8 encoder.width=4 encoder.depth=2 projector.depth=2 projector.width=16 predictor.width=8 steps=7 probe.every=3 probe.knn=0 "

// parse reads settings as on the command line; later ones win.
func parse(t testing.TB, settings string) spec.Spec {
	t.Helper()
	var in []spec.Setting
	for s := range strings.FieldsSeq(settings) {
		key, value, _ := strings.Cut(s, "=")
		in = slices.DeleteFunc(in, func(s spec.Setting) bool { return s.Key == key })
		in = append(in, spec.Setting{Key: key, Value: value})
	}
	s, err := spec.Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run returns the records of a run to its end.
func run(t testing.TB, s spec.Spec, threads int) []record.Step {
	t.Helper()
	var steps []record.Step
	err := Run(t.Context(), s, Options{Threads: threads}, func(r record.Step) error {
		steps = append(steps, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// value returns a field of a record.
func value(t testing.TB, s spec.Spec, r record.Step, name string) float64 {
	t.Helper()
	i := Schema(s).Index(name)
	if i < 0 || Schema(s).Fields[i].Every&r.Has == 0 {
		t.Fatalf("step %d has no %s", r.Step, name)
	}
	return float64(r.Values[i])
}

// methods returns a small run of every method, of every encoder, and of a closed form.
func methods() []string {
	all := []string{"method=byol gradient=closed predictor=linear", "method=simclr encoder=mlp encoder.width=8 encoder.depth=1"}
	for _, m := range method.All() {
		all = append(all, "method="+m.Name)
	}
	return all
}

// Two runs of one spec print the same numbers to the last digit, probes
// included, on one thread and on two.
func TestRunsRepeatBitForBit(t *testing.T) {
	for _, m := range methods() {
		s := parse(t, small+m)
		want := run(t, s, 1)
		if len(want) != s.Steps {
			t.Fatalf("%s: %d records of %d steps", m, len(want), s.Steps)
		}
		for _, threads := range []int{1, 2} {
			for i, got := range run(t, s, threads) {
				if field := Schema(s).Difference(want[i], got); field != "" {
					t.Errorf("%s with %d threads: step %d has another %s", m, threads, i, field)
				}
			}
		}
	}
}

// Runs with one seed start from the same weights and see the same views,
// whatever their method: so what does not depend on the method is the same.
func TestMethodsShareWeightsAndViews(t *testing.T) {
	for _, field := range []string{"channel_std", "positive_similarity", "negative_similarity", "effective_rank", "offdiagonal"} {
		var want float64
		for i, m := range method.All() {
			s := parse(t, small+"method="+m.Name)
			if got := value(t, s, run(t, s, 2)[0], field); i == 0 {
				want = got
			} else if got != want {
				t.Errorf("%s of %s at step 0 is %g, of %s %g", field, m.Name, got, method.All()[0].Name, want)
			}
		}
	}
}

func TestCadence(t *testing.T) {
	s := parse(t, small+"probe.knn=5")
	var probes, knns []int
	for _, r := range run(t, s, 2) {
		var want []string
		if r.Has&record.EachKNN != 0 {
			knns = append(knns, r.Step)
			want = append(want, "likeness", "likeness_length")
		}
		if r.Has&record.EachProbe != 0 {
			probes = append(probes, r.Step)
			want = append(want, "correlation", "spectrum", "shares", "equivalence", "equivalence_ratio",
				"sphere", "sphere_positive", "sphere_negative", "sphere_length", "sphere_angle", "sphere_class")
		}
		var names []string
		for _, f := range r.Frames {
			names = append(names, f.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("step %d has frames %q, want %q", r.Step, names, want)
		}
	}
	if !slices.Equal(probes, []int{0, 3, 6}) || !slices.Equal(knns, []int{0, 5, 6}) {
		t.Errorf("probes at %v, kNN at %v", probes, knns)
	}
}

// The floor stays beside every later accuracy, and is the first one.
func TestRandomEncoderIsAFloor(t *testing.T) {
	s := parse(t, small+"probe.knn=3")
	steps := run(t, s, 2)
	for name, random := range map[string]string{"knn_accuracy": "knn_random", "probe_accuracy": "probe_random"} {
		floor := value(t, s, steps[0], random)
		if first := value(t, s, steps[0], name); first != floor || first < 0.12 {
			t.Errorf("the initial %s is %g, its floor %g", name, first, floor)
		}
		if last := steps[len(steps)-1]; value(t, s, last, random) != floor || value(t, s, last, name) == floor {
			t.Errorf("%s: the floor moved, or the accuracy did not", name)
		}
	}
}

// Both accuracies are taken on the encoder's features of one bank and the same queries.
func TestAccuraciesAreOfTheFeatures(t *testing.T) {
	_, tr := start(t, parse(t, small))
	set, err := data.Open("shapes", "")
	if err != nil {
		t.Fatal(err)
	}
	g := newGallery(set)
	bank := g.features(tr.arena, tr.online.Encoder, set.Train, probe.Bank)
	queries := g.features(tr.arena, tr.online.Encoder, set.Test, probe.Queries)
	knn, linear := g.accuracy(bank, queries)
	of, asked := set.Train.Labels[:probe.Bank], set.Test.Labels[:probe.Queries]
	if want := probe.KNN(bank, of, queries, asked, len(set.Classes)); knn != want {
		t.Errorf("kNN accuracy %g, want %g", knn, want)
	}
	if want := probe.LinearProbe(bank, of, queries, asked, len(set.Classes)); linear != want || linear < 0.12 {
		t.Errorf("accuracy of the linear probe %g, want %g", linear, want)
	}
}

func TestEveryStepHasWhatScriptsRelyOn(t *testing.T) {
	s := parse(t, small+"method=barlow")
	for i, name := range strings.Fields("loss positive_norm negative_norm total_norm positive_negative_cos balance positive_similarity " +
		"negative_similarity channel_std collapse_level learning_rate momentum step_ms terms.positive terms.negative " +
		"residual approximation effective_rank alignment uniformity offdiagonal") {
		f := Schema(s).Fields[i]
		if f.Name != name || f.Title == "" || f.Doc == "" {
			t.Errorf("field %d is %+v, want %s", i, f, name)
		}
	}
	for _, r := range run(t, s, 2) {
		for i, f := range Schema(s).Fields {
			if v := float64(r.Values[i]); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("step %d: %s is %g", r.Step, f.Name, v)
			}
		}
	}
}

// Stopping: by the context, by whoever takes the records, by a diverging run.
func TestRunEndsEarly(t *testing.T) {
	s := parse(t, small)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := Run(ctx, s, Options{Threads: 2}, func(record.Step) error {
		if n++; n == 2 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 2 {
		t.Errorf("cancelled after 2 steps: %v after %d", err, n)
	}

	full := errors.New("the disk is full")
	if err := Run(t.Context(), s, Options{Threads: 2}, func(record.Step) error { return full }); !errors.Is(err, full) {
		t.Errorf("the error of emit: %v", err)
	}
}

func TestDivergence(t *testing.T) {
	s := parse(t, small+"method=barlow lr=100 weight_decay=1 steps=100")
	last := -1
	err := Run(t.Context(), s, Options{Threads: 2}, func(r record.Step) error {
		last = r.Step
		return nil
	})
	var d *Diverged
	if !errors.As(err, &d) || d.Step != last || last == s.Steps-1 {
		t.Fatalf("%v after record %d", err, last)
	}
	if len(d.Causes) < 2 || !strings.Contains(d.Causes[0], "weight_decay=1") || !strings.Contains(d.Causes[1], "lr=100") {
		t.Errorf("the likeliest causes are %q", d.Causes)
	}
}

// A panic while the views of a step are drawn is the run's, and not the process's.
func TestPanicWhileDrawingIsTheRuns(t *testing.T) {
	set, err := data.Open("shapes", "")
	if err != nil {
		t.Fatal(err)
	}
	broken := *set
	broken.Train = &data.Images{N: set.Train.N, H: set.H, W: set.W, C: set.C} // without pixels
	v := drawViews(&broken, parse(t, small), 2, 0)
	defer v.stop()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	v.next()
}

// From the views to the optimizer a step allocates nothing, on one thread and on
// two, whether its products are too small to share or not.
func TestNoAllocationInSteadyState(t *testing.T) {
	const steps = 20
	sizes := []string{small}
	if !testing.Short() {
		sizes = append(sizes, small+"batch=128 encoder=mlp encoder.width=96 projector.width=96 predictor.width=64 ")
	}
	for _, size := range sizes {
		for _, m := range methods() {
			for threads := 1; threads <= 2; threads++ {
				s := parse(t, size+"steps=1000 "+m)
				set, err := data.Open(s.Data, "")
				if err != nil {
					t.Fatal(err)
				}
				v := drawViews(set, s, threads, 0)
				tr := newTrainer(tensor.CPU(threads), s)
				tr.init()
				mallocs := make([]uint64, steps)
				for n := range 3 + steps { // in the first ones the threads' scratch memory grows to its size
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					x1, x2 := v.next()
					tr.step(n, due{}, x1, x2)
					runtime.ReadMemStats(&after)
					mallocs[max(0, n-3)] = after.Mallocs - before.Mallocs
				}
				// The runtime allocates when a thread starts again that had nothing to do for a while.
				if slices.Sort(mallocs); mallocs[steps/4] != 0 {
					t.Errorf("%s%s on %d threads: allocations of %d steps %v", size, m, threads, steps, mallocs)
				}
				v.stop()
			}
		}
	}
}
