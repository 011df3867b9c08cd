package lab

import (
	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// Plan says what a run would cost here. The error is knob.Errors where it is too
// large for this machine.
func (l *Lab) Plan(s spec.Spec) (engine.Cost, error) { return engine.Plan(s, l.engine) }

// ID returns the id that a run has here, whether there is one or not. The error
// says which images are missing.
func (l *Lab) ID(s spec.Spec) (string, error) { return engine.ID(s, l.engine) }

// Classes returns the names of the classes of a run's images. The error says which
// images are missing.
func (l *Lab) Classes(s spec.Spec) ([]string, error) { return engine.Classes(s, l.engine) }

// Batch returns images of the batch that a run of s trains on at a step. The error
// is knob.Errors where there is no such step, row or number of images.
func (l *Lab) Batch(s spec.Spec, step, from, n int) (engine.Pictures, error) {
	return engine.Batch(s, l.engine, step, from, n)
}

// HeldOut returns the held-out images whose likeness a run of s measures, in the order of that frame.
func (l *Lab) HeldOut(s spec.Spec) (engine.Pictures, error) { return engine.HeldOut(s, l.engine) }
