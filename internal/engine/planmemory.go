package engine

import (
	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/spec"
)

// kernelMemory is about what the kernels of a run pack and gather their operands
// into, in bytes.
const kernelMemory = 3 << 20

// hostMemory is what a run of s takes at its peak besides the tensors of its
// device, in bytes: a test holds the sum of both to the measured peak. Watching,
// the other metrics of a probe and the judging of features come one after the other.
func hostMemory(s spec.Spec) int64 {
	return kernelMemory + viewMemory(s) + max(watchMemory(s), probeMemory(s), neighbourMemory(s))
}

// viewMemory is what the views of two steps take, the one that trains and the one
// that is being drawn.
func viewMemory(s spec.Spec) int64 {
	h, w, c := data.Shape(s.Data)
	return 4 * 2 * 2 * int64(s.Batch*h*w*c)
}

// watchMemory is about what the tape takes of float64 numbers, values and
// gradients: so many matrices of the outputs that it watches, for methods that
// correlate features as many of those correlations, and copies of a bank.
func watchMemory(s spec.Spec) int64 {
	const outputs, correlations, banks = 96, 36, 6 // measured: 10 to 17 MB at 64 x 256, 24 to 34 with correlations
	n, d := int64(min(s.Batch, method.WatchedRows)), int64(min(width(s), method.WatchedCols))
	numbers := outputs * n * d
	if s.Method.Family == method.Decorrelation {
		numbers += correlations * d * d
	}
	if rows := stateRows(s); rows > int64(width(s)) { // a matrix of correlations has no more
		numbers += banks * min(rows, method.WatchedBank) * d
	}
	return 8 * numbers
}

// stateRows returns the rows of width D that the method's state has.
func stateRows(s spec.Spec) int64 {
	state := new(counter)
	if o := s.Objective(); o.Build != nil {
		o.Build(state, width(s))
	}
	return state.elements / int64(width(s))
}

// probeMemory is what the other metrics of a probe take: both views' outputs,
// their rows at length 1, in float64 once more and centred, and the smaller of the
// Gram matrices with what its eigenvalues take.
func probeMemory(s spec.Spec) int64 {
	n, d := int64(2*s.Batch), int64(width(s))
	gram := min(n, d)
	return (4+4+8+8)*n*d + 2*8*gram*gram
}

// judged returns how many images the features are judged by.
func judged(s spec.Spec) int {
	info, _ := data.Lookup(s.Data)
	return min(info.Train, probe.Bank) + probe.Queries
}

// neighbourMemory is what judging the features takes, at its peak in the linear
// probe: the features, in float64 once more, the smaller of their Gram matrices with
// its factor, and the pixels of a batch.
func neighbourMemory(s spec.Spec) int64 {
	if s.Probe.KNN == 0 {
		return 0
	}
	h, w, c := data.Shape(s.Data)
	n, f := int64(judged(s)), int64(s.Encoder.Out())
	gram := min(n, f)
	return (4+8)*n*f + 2*8*gram*gram + 4*evaluation*int64(h*w*c)
}
