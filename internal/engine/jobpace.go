package engine

import (
	"context"
	"runtime"
	"slices"
	"time"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// A Trial says how the pace of a run is taken.
type Trial struct {
	Augment bool          // every step draws its views, as a run does; else all take those of the first step
	Steps   int           // of either kind that count; 0: as many as fit in Time, and at least five
	Time    time.Duration // for the steps that count; 0 is two seconds
}

// A Pace is how fast the steps of a run are, once they are warm.
type Pace struct {
	Training    Timing             // from the views to the optimizer, and nothing else
	Measured    Timing             // with what every step measures for its record
	Allocations int                // on the heap in a training step: the fewest of any, since the process has some of its own every second
	FLOPs       float64            // of a training step
	Spans       []tensor.Operation // of a training step: its time in each operation, the longest first
	Between     time.Duration      // of such a step outside of all operations, waiting for views included
}

// A Timing is the time that steps took.
type Timing struct {
	Steps        int
	Median, Best time.Duration
}

// PerSecond returns how many there are in a second of what there are n of in a step.
func (t Timing) PerSecond(n int) float64 { return float64(n) / t.Median.Seconds() }

const (
	warmSteps  = 2 // of either kind, until all memory has its size
	leastSteps = 5
	mostSteps  = 1 << 16 // of either kind
)

// Measure takes the pace of a run of s. Steps that train only and steps that
// measure take turns, so that the ratio of the two is of one moment of the machine;
// then some training steps go under a stopwatch, which costs a little. It takes as
// many steps as it wants, whatever s says of their number, and never branches. The error
// is the context's, about the images, or *Diverged: how fast a network of NaNs is says nothing.
func Measure(ctx context.Context, s spec.Spec, o Options, trial Trial) (Pace, error) {
	set, err := o.open(s)
	if err != nil {
		return Pace{}, err
	}
	if err := fits(s, set); err != nil {
		return Pace{}, err
	}
	s.Steps = 4 * mostSteps
	r := newRounds(set, s, o, trial.Augment)
	defer r.stop()

	kinds := [2]due{{nothing: true}, {}}
	for range warmSteps {
		if err := ctx.Err(); err != nil {
			return Pace{}, err
		}
		for _, kind := range kinds {
			r.step(kind)
		}
	}
	times := [2][]time.Duration{make([]time.Duration, 0, mostSteps), make([]time.Duration, 0, mostSteps)}
	for began := time.Now(); trial.wants(len(times[0]), time.Since(began)); {
		if err := ctx.Err(); err != nil {
			return Pace{}, err
		}
		for k, kind := range kinds {
			times[k] = append(times[k], r.step(kind))
		}
	}
	if err := r.trainer.diverged(r.number - 1); err != nil {
		return Pace{}, err
	}

	n := len(times[0])
	p := Pace{Training: timing(times[0]), Measured: timing(times[1]), FLOPs: trainingFLOPs(s)}
	r.spans(&p, max(3, n/5))
	return p, nil
}

// wants reports whether n steps of each kind in that time are too few.
func (t Trial) wants(n int, took time.Duration) bool {
	if t.Steps > 0 || n >= mostSteps {
		return n < min(t.Steps, mostSteps)
	}
	limit := t.Time
	if limit == 0 {
		limit = 2 * time.Second
	}
	return n < leastSteps || took < limit
}

func timing(times []time.Duration) Timing {
	slices.Sort(times)
	return Timing{Steps: len(times), Median: times[len(times)/2], Best: times[0]}
}

// rounds are the steps of a run whose pace is taken.
type rounds struct {
	trainer *trainer
	plain   tensor.Device
	watch   *tensor.Stopwatch // on plain
	views   *views
	fixed   bool // all steps take the views of the first one
	x       [2][]float32
	number  int // of the next step
}

func newRounds(set *data.Set, s spec.Spec, o Options, augment bool) *rounds {
	r := &rounds{plain: o.device(s), views: drawViews(set, s, o.threads(), 0), fixed: !augment}
	r.watch = tensor.NewStopwatch(r.plain)
	r.trainer = newTrainer(r.plain, s)
	r.trainer.init()
	r.x[0], r.x[1] = r.views.next()
	if r.fixed {
		r.views.stop()
	}
	return r
}

func (r *rounds) stop() {
	if !r.fixed {
		r.views.stop()
	}
}

// step takes one step and returns how long it took, its views included.
func (r *rounds) step(kind due) time.Duration {
	began := time.Now()
	if !r.fixed {
		r.x[0], r.x[1] = r.views.next()
	}
	r.trainer.step(r.number, kind, r.x[0], r.x[1])
	r.number++
	return time.Since(began)
}

// spans takes n training steps under the stopwatch, and says what an average one
// spent in each operation and outside of them, and how often it allocated.
func (r *rounds) spans(p *Pace, n int) {
	a, train := r.trainer.arena, due{nothing: true}
	a.Device = r.watch
	defer func() { a.Device = r.plain }()
	r.step(train) // the stopwatch meets all operations
	r.watch.Restart()
	mallocs := make([]int, n)
	for i := range n {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p.Between += r.step(train)
		runtime.ReadMemStats(&after)
		mallocs[i] = int(after.Mallocs - before.Mallocs)
	}
	p.Allocations, p.Spans = slices.Min(mallocs), r.watch.Operations()
	for i := range p.Spans {
		o := &p.Spans[i]
		p.Between -= o.Time
		o.Time, o.Calls, o.FLOPs = o.Time/time.Duration(n), o.Calls/n, o.FLOPs/float64(n)
	}
	p.Between /= time.Duration(n)
}

// trainingFLOPs returns the operations of a step that measures nothing.
func trainingFLOPs(s spec.Spec) float64 {
	d := new(counter)
	newTrainer(d, s).step(0, due{nothing: true}, nil, nil)
	return d.flops
}

// Augmenting returns how many views a second the augmentations of s make of the
// images on o's threads: the best of a number of batches.
func Augmenting(s spec.Spec, o Options) (viewsPerSecond float64, err error) {
	set, err := o.open(s)
	if err != nil {
		return 0, err
	}
	if err := fits(s, set); err != nil {
		return 0, err
	}
	source, d := data.NewSource(set, s.Batch, s.Augment, s.Seed).Parallel(o.threads()), newDrawing(set, s.Batch)
	best := time.Duration(0)
	for step, until := 0, time.Now().Add(time.Second); step < 3 || time.Now().Before(until); step++ {
		began := time.Now()
		source.Views(step, d.x[0], d.x[1])
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
	}
	return float64(2*s.Batch) / best.Seconds(), nil
}
