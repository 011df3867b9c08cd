// Package engine trains one run.
//
// Run is the training loop. It reads like Algorithm 1 of a paper, and its helpers
// are a file each: views.go (the images of a step), pictures.go (the same for people to
// look at), trainer.go (the networks and what else a run remembers), backward.go, measure.go (what a record says),
// sphere.go (outputs and terms in three dimensions), ways.go (the terms on their way
// back through the network), neighbours.go (kNN), schema.go (the record's fields), plan.go (the cost before
// anything runs), id.go (a run's name), checkpoint.go (a run that was stopped goes
// on), diverged.go (how training ends badly), job.go (how fast all that is).
//
// A run is a function of its Spec alone: two runs of one Spec give the same
// records to the last bit on one machine class, whatever the number of threads,
// the duration of a step excepted.
package engine

import (
	"context"
	"io"
	"runtime"
	"time"

	"gradlab/internal/engine/kernel"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// Version numbers what a Spec computes. It goes up when a run of some Spec gives
// another curve than before; a test holds the curves and says so.
const Version = 2

// Class returns the class of machines that compute the same bits as this one.
func Class() string { return kernel.Class() }

// Options say where a run happens. They change no bit of its records.
type Options struct {
	Threads int    // threads that compute; 0 is as many as the machine has
	Images  string // folder of image sets that are not part of the program
	Memory  int64  // bytes that a run may take, for Plan; 0 is half of the machine's

	// Resume, where it is not nil, is read to its end: a checkpoint of this very run, or
	// of one that does the same up to there (spec.Spec.SameUntil), on a machine of this
	// class, behind which it goes on. The first record is that of the step after it,
	// and all are to the bit those of a run that was never stopped. Where it cannot be
	// used Run returns ErrCheckpoint before any step.
	Resume io.Reader
	// Checkpoint, where it is not nil, is called between two steps, after each Every
	// (0 is 1), and behind the last, and Run waits for it: another place to pause. Until
	// it returns, write writes a checkpoint of the run before the step next; a call
	// that does not write costs nothing. Its error ends the run.
	Checkpoint func(next int, write func(io.Writer) error) error
	Every      int
}

func (o Options) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// device returns what computes s.
func (o Options) device(s spec.Spec) tensor.Device {
	if s.Device == "reference" {
		return tensor.Reference()
	}
	return tensor.CPU(o.threads())
}

// Run trains s and hands every step's record to emit, in order. It waits for
// emit, which is how a run is paused. The error is emit's, the context's, about
// the images or the checkpoint, or *Diverged after the record in which that shows. A panic is a
// fault of the program; who must survive it recovers. No goroutine is left behind.
func Run(ctx context.Context, s spec.Spec, o Options, emit func(record.Step) error) error {
	set, err := o.open(s)
	if err != nil {
		return err
	}
	if err := fits(s, set); err != nil {
		return err
	}
	t, first, err := o.begin(s, set)
	if err != nil {
		return err
	}
	views := drawViews(set, s, o.threads(), first)
	defer views.stop()
	gallery := newGallery(set)
	then, branches := s.Branch()
	for step := first; step < s.Length(); step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		began := time.Now()
		if branches && step == s.At {
			t = t.branch(then)
		}
		due := t.due(step)
		if due.knn {
			t.neighbours(gallery)
		}
		x1, x2 := views.next()
		t.labels = views.labels()
		t.step(step, due, x1, x2)
		t.reading.milliseconds = time.Since(began).Seconds() * 1000
		if err := emit(t.record(step, due)); err != nil {
			return err
		}
		if err := t.diverged(step); err != nil {
			return err
		}
		if err := o.between(step+1, s, set, t); err != nil {
			return err
		}
	}
	return nil
}

// step is one step of training on the views x1 and x2, N x H x W x C each.
func (t *trainer) step(step int, due due, x1, x2 []float32) {
	a, s := t.arena, &t.spec
	a.Reset()
	images := t.upload(x1, x2)

	t.online.Forward(a, &t.pass, images) // h and z of both views
	pair := t.pair(images)               // with the targets and what the predictor says
	if due.probe {
		t.probe(pair)
	}
	if due.rehearsal {
		t.equivalence(pair)
	}
	split := s.Method.Both(a, t.objective, s.Gradient, pair) // loss and its gradient, term by term
	g := t.sum(split.Terms)                                  // what drives training
	if due.probe {
		t.sphere(pair, split.Terms)
	}
	if due.ways {
		t.follow(split)
	}
	if !due.nothing {
		t.measure(split)
	}

	t.backward(g, pair)
	if t.objective.Observe != nil {
		t.objective.Observe(a, pair.N)
	}
	t.descent.Step(a, s.Optim, s.Optim.Rate(step, s.Steps))
	if t.follower != nil {
		t.follower.Step(a, s.EMA.At(step, s.Steps))
	}
	if !due.nothing {
		t.read(step)
	}
	if due.ways {
		t.arrive()
	}
}
