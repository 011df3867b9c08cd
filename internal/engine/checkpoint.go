package engine

import (
	"encoding/binary"
	"errors"
	"fmt"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// A checkpoint is all that a run carries from one step to the next: the weights,
// the optimizer's velocities, the slow copy, the state of the method, and the
// accuracies of the initial weights, which later records repeat. Views and orders
// of images are functions of seed and step, and the learning rate one of the step,
// so the number of the next step stands for them. A run that goes on from a
// checkpoint says the same bits as one that was never stopped.
//
// Its form, version 1, little endian; a text is a u16 and as many bytes:
//
//	8 bytes  "gradlab" and 0x1a
//	u32      version of the form
//	u32      engine.Version
//	text     machine class
//	text     the run's settings, as the query of its link
//	text     digest of the images
//	u32      number of the next step, from 1
//	u32      bytes of an element: 4 on the device cpu, 8 on reference
//	u32      number of sections; then they, each with its name as a text and
//	           u32 rows, u32 cols, rows x cols elements   of a matrix
//	           u32 0, u32 0, f64                          of a number
//	32 bytes SHA-256 of all bytes before
//
// Which sections there are, in which order and of which shapes, follows from the
// settings (trainer.sections). So a reader knows what it must find: it allocates
// nothing by a number that it has read.

// ErrCheckpoint is in the error of a run that cannot go on from Options.Resume. The
// run has taken no step then, and the rest of the error says why.
var ErrCheckpoint = errors.New("the checkpoint cannot be used")

const (
	checkpointMagic = "gradlab\x1a"
	checkpointForm  = 1
	stretch         = 1 << 13 // elements that are on their way at a time
)

var le = binary.LittleEndian

// A checkpointer writes and reads the checkpoints of one run.
type checkpointer struct {
	spec   spec.Spec // the whole run's, whatever is in force
	digest string    // of the images
}

func newCheckpointer(s spec.Spec, set *data.Set) checkpointer {
	return checkpointer{s, set.Digest}
}

// elementSize returns the bytes of an element on the run's device.
func (c checkpointer) elementSize() uint32 {
	if c.spec.Device == "reference" {
		return 8
	}
	return 4
}

// trainer returns the trainer in which the step after a checkpoint is taken, its
// state zero. At the very step of a branch that is the one before it: the loop branches.
func (c checkpointer) trainer(d tensor.Device, next int) *trainer {
	then, ok := c.spec.Branch()
	if !ok || next <= c.spec.At {
		return newTrainer(d, c.spec)
	}
	t := newTrainer(d, then)
	t.says(c.spec)
	return t
}

// A section is one thing that a trainer carries from step to step: a matrix, or a
// number with what it may be.
type section struct {
	name   string
	matrix tensor.Tensor
	get    func() float64
	set    func(float64) bool // false: it may not be that
}

// sections lists what t carries from step to step.
func (t *trainer) sections() []section {
	var all []section
	matrix := func(name string, x tensor.Tensor) { all = append(all, section{name: name, matrix: x}) }
	for _, p := range t.online.Params() {
		matrix("online."+p.Name, p.W)
	}
	t.descent.Velocities(func(name string, v tensor.Tensor) { matrix("velocity."+name, v) })
	if t.slow != nil {
		for _, p := range t.slow.Params() {
			matrix("slow."+p.Name, p.W)
		}
	}
	if t.objective.Kept != nil {
		for _, k := range t.objective.Kept() {
			switch name := "method." + k.Name; {
			case k.Share != nil:
				all = append(all, share(name, k.Share))
			case k.Count != nil:
				all = append(all, count(name, k.Count, k.Below))
			default:
				matrix(name, k.Matrix)
			}
		}
	}
	matrix("axes", t.axes)
	r := &t.reading
	return append(all, share("random.knn", &r.knnRandom), share("random.linear", &r.linearRandom), flag("random.known", &r.knowsRandom), flag("axes.known", &t.axed))
}

func share(name string, v *float64) section {
	return section{name: name,
		get: func() float64 { return *v },
		set: func(x float64) bool { *v = x; return x >= 0 && x <= 1 },
	}
}

func count(name string, v *int, below int) section {
	return section{name: name,
		get: func() float64 { return float64(*v) },
		set: func(x float64) bool {
			if !(x >= 0 && x < float64(below)) || x != float64(int(x)) {
				return false
			}
			*v = int(x)
			return true
		},
	}
}

func flag(name string, v *bool) section {
	return section{name: name,
		get: func() float64 {
			if *v {
				return 1
			}
			return 0
		},
		set: func(x float64) bool { *v = x == 1; return x == 0 || x == 1 },
	}
}

// begin returns the trainer of s and the step that it takes first.
func (o Options) begin(s spec.Spec, set *data.Set) (*trainer, int, error) {
	d := o.device(s)
	if o.Resume != nil {
		return newCheckpointer(s, set).read(d, o.Resume)
	}
	t := newTrainer(d, s)
	t.init()
	return t, 0, nil
}

// between calls o.Checkpoint where one is due before the step next, or behind the last.
func (o Options) between(next int, s spec.Spec, set *data.Set, t *trainer) error {
	if o.Checkpoint == nil || next < s.Length() && next%max(o.Every, 1) != 0 {
		return nil
	}
	return o.Checkpoint(next, newCheckpointer(s, set).writer(t, next))
}

// unusable makes an error of a reader.
func unusable(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrCheckpoint, fmt.Errorf(format, args...))
}
