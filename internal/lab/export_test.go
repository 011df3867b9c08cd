package lab

import (
	"context"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// OpenWith is Open with another engine, for the load test, which looks at a lab through
// its HTTP face and so stands outside the package.
func OpenWith(o Options, train func(context.Context, spec.Spec, engine.Options, func(record.Step) error) error) (*Lab, error) {
	return open(o, train, usual)
}
