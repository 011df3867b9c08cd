package foreign

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/knob"
	"gradlab/internal/npy"
)

// The largest input. Methods look at a batch: its similarities take 2N x 2N
// numbers, and every gradient as many as the batch itself.
const (
	MaxRows    = 4096
	MaxNumbers = 1 << 21 // of one view
)

// An Input is two views of N images, row n of both from the same image, and the
// target branch's outputs for them where there is one.
type Input struct {
	X [2]npy.Array
	T *[2]npy.Array // nil: each view is the other's target
}

// names are what errors call the four arrays.
var names = [4]string{"x1", "x2", "t1", "t2"}

func (in Input) arrays() []npy.Array {
	all := in.X[:]
	if in.T != nil {
		all = append(slices.Clone(all), in.T[:]...)
	}
	return all
}

// A Fault is what keeps an array from being measured.
type Fault struct {
	Array string // "x1", "x2", "t1", "t2"
	err   error
}

// Error is for the person who brought the array.
func (f *Fault) Error() string { return f.err.Error() }

// Unwrap returns the error that Error tells.
func (f *Fault) Unwrap() error { return f.err }

// Check returns all that keeps an input from being measured, each a *Fault, for
// the person who brought it.
func (in Input) Check() error {
	var errs []error
	fail := func(array string, err error) { errs = append(errs, &Fault{array, err}) }
	first := in.X[0]
	for i, a := range in.arrays() {
		if a.Rows != first.Rows || a.Cols != first.Cols {
			fail(names[i], fmt.Errorf("%s has shape (%d, %d) and %s has (%d, %d); row n of both must be the same image, in embeddings of one width",
				names[0], first.Rows, first.Cols, names[i], a.Rows, a.Cols))
		}
		if err := a.Finite(); err != nil {
			fail(names[i], fmt.Errorf("%s: %w", names[i], err))
		} else if slices.ContainsFunc(a.Data, func(v float64) bool { return math.Abs(v) > math.MaxFloat32 }) {
			fail(names[i], fmt.Errorf("%s: a number is too large for float32", names[i]))
		}
	}
	switch {
	case first.Rows < 2:
		fail(names[0], errors.New("one image alone has nothing to be compared with; give at least two rows"))
	case first.Rows > MaxRows:
		fail(names[0], fmt.Errorf("%d rows are more than the %d that fit a batch; give fewer, the same of every array: x[:%d]", first.Rows, MaxRows, MaxRows))
	case first.Rows*first.Cols > MaxNumbers:
		fail(names[0], fmt.Errorf("%d x %d numbers are more than the %d that fit a batch; give fewer rows, the same of every array: x[:%d]",
			first.Rows, first.Cols, MaxNumbers, MaxNumbers/first.Cols))
	}
	return errors.Join(errs...)
}

// matrix returns an array as the probes take it.
func matrix(a npy.Array) probe.Matrix {
	m := probe.Matrix{Rows: a.Rows, Cols: a.Cols, Data: make([]float32, len(a.Data))}
	for i, v := range a.Data {
		m.Data[i] = float32(v)
	}
	return m
}

// Options say what to look at.
type Options struct {
	Method *method.Method   // whose gradients to show, all of them; nil: the loss of every method
	Own    []method.Setting // settings of that method
	Target method.Target    // where the positives come from; "": each method's own, without momentum

	Threads int // 0 is one
	// Emit, where not nil, is given each gradient that is shown, N x D with respect
	// to the raw outputs of view 1 or 2: "simclr.x1", then its terms,
	// "simclr.positive.x1".
	Emit func(name string, gradient npy.Array) error
}

// Parse reads options from settings: method, target, and the method's own. The
// error is knob.Errors, all at once.
func Parse(settings []method.Setting) (Options, error) {
	var o Options
	var errs knob.Errors
	fail := func(err error) {
		var one *knob.Error
		if errors.As(err, &one) {
			errs = append(errs, one)
		}
	}
	var name, target string
	var shared, own knob.Set
	shared.Choice(&name, "method", "", methods(), "The method whose gradients are shown.")
	shared.Choice(&target, "target", "", []knob.Option{
		{Value: ""}, {Value: string(method.Shared)}, {Value: string(method.Stopped)},
	}, "Whether the other view carries gradient as the target.")
	for _, s := range settings {
		if shared.Lookup(s.Key) != nil {
			fail(shared.Set(s.Key, s.Value))
		}
	}
	o.Target = method.Target(target)
	if m, ok := method.Lookup(name); ok {
		o.Method = m
		m.New(&own)
		if o.Target != "" && !slices.Contains(m.Targets, o.Target) {
			errs = append(errs, &knob.Error{Key: "target", Value: target, Problem: "is not a target of " + m.Title, With: []string{"method"}})
		}
	}
	for _, s := range settings {
		switch {
		case shared.Lookup(s.Key) != nil:
		case o.Method == nil:
			errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is given without a method whose setting it would be", With: []string{"method"}})
		case own.Lookup(s.Key) == nil:
			errs = append(errs, knob.Unknown(s.Key, s.Value, append(own.Names(), shared.Names()...)))
		default:
			fail(own.Set(s.Key, s.Value))
			o.Own = append(o.Own, s)
		}
	}
	if len(errs) > 0 {
		return Options{}, errs
	}
	return o, nil
}

func methods() []knob.Option {
	options := []knob.Option{{Value: "", Title: "All"}}
	for _, m := range method.All() {
		options = append(options, knob.Option{Value: m.Name, Title: m.Title})
	}
	return options
}
