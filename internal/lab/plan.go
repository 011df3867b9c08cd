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
