package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
)

// An average is F, D x D, the moving average of the correlation of the targets t of
// both views at length 1,
//
//	F <- rho F + (1 - rho) (1/2N) sum t t'
//
// It has the step's own batch in it when the step needs it, and the first batch is
// its first value. DirectPred and UniGrad keep one.
type average struct {
	d     tensor.Device
	f     tensor.Tensor // D x D
	share float64       // of the last batch in f: 1 after the first, 1 - rho later; 0 before
}

// build makes room for outputs of that width.
func (v *average) build(d tensor.Device, width int) {
	*v = average{d: d, f: d.New(width, width)}
}

// add takes a batch in, N x D of each view, raw.
func (v *average) add(a *tensor.Arena, rho float64, targets [2]tensor.Tensor) {
	defer a.Release(a.Mark())
	if v.share == 0 {
		rho = 0
	}
	v.share = 1 - rho
	batch := a.New(v.f.Rows, v.f.Cols)
	for i, t := range targets {
		unit := a.New(t.Rows, t.Cols)
		a.NormalizeRows(unit, a.New(t.Rows, 1), t, tiny)
		a.Gemm(batch, tensor.TN, 1/(2*float64(t.Rows)), unit, unit, float64(i))
	}
	a.Lerp(v.f, rho, batch)
}

// kept is the average as a State says it.
func (v *average) kept() []Kept {
	return []Kept{{Name: "f", Matrix: v.f}, {Name: "f.share", Share: &v.share}}
}

// part returns the average over the first channels alone, in memory of a.
func (v *average) part(a *tensor.Arena, width int) average {
	f := a.New(width, width)
	a.Upload64(f, v.corner(width))
	return average{d: v.d, f: f, share: v.share}
}

// corner returns the first rows and columns of F on the host.
func (v *average) corner(width int) []float64 {
	return corner(v.d, v.f.Slice(0, width), width)
}

// constant is F on the tape.
func (v *average) constant(t *autodiff.Tape) *autodiff.Node {
	return t.Const(v.f.Rows, v.f.Cols, v.corner(v.f.Cols))
}
