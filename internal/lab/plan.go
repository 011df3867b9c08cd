package lab

import (
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// Plan says what a run would cost here. The error is knob.Errors where it takes more memory
// than this machine, or the largest of several that compute, may give it, where none of
// these has its images, and where its records alone are more than the store may hold.
func (l *Lab) Plan(s spec.Spec) (engine.Cost, error) {
	l.mu.Lock()
	crowd := l.crowd()
	l.mu.Unlock()
	var memory int64
	var images []string
	for _, p := range crowd {
		memory = max(memory, p.Memory)
		images = append(images, p.Images...)
	}
	o := l.engine
	if len(crowd) > 0 {
		o.Memory = memory
	}
	cost, err := engine.Plan(s, o)
	switch {
	case err != nil:
	case len(crowd) > 0 && !slices.Contains(images, s.Data):
		slices.Sort(images)
		err = knob.Errors{{Key: "data", Value: s.Data, Problem: "has images at none of the workers that are there; these have",
			Range: strings.Join(slices.Compact(images), ", ")}}
	case l.tooLong(cost):
		err = knob.Errors{engine.TooLong(s,
			fmt.Sprintf("would leave %.1f GB of records where the store may hold %.1f GB;", float64(cost.Output)/1e9, float64(l.regime.longest)/1e9),
			func(c engine.Cost) bool { return !l.tooLong(c) })}
	}
	return cost, err
}

// tooLong tells whether a run has more records than one may.
func (l *Lab) tooLong(c engine.Cost) bool { return l.regime.longest > 0 && c.Output > l.regime.longest }

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
