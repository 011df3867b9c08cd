package nn

import "gradlab/internal/engine/tensor"

// A Layer is one step of a Net. Matrices have a row for each sample, or for each
// pixel of each sample; see package tensor.
type Layer interface {
	// Forward returns the output for x and leaves in s what the way back needs.
	// Where a layer says so it overwrites x.
	Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor
	// Pullback returns the gradient of the input for the gradient dy of the
	// output: it overwrites dy, or it writes to room, a column that is long enough.
	Pullback(a *tensor.Arena, s *Saved, dy, room tensor.Tensor) tensor.Tensor
}

// Weighted is a Layer with weights.
type Weighted interface {
	// Params returns the weights.
	Params() []*Param
	// Gradients writes the weights' gradients for the gradient dy of the output.
	Gradients(a *tensor.Arena, s *Saved, dy tensor.Tensor)
}

// Saved is what one layer keeps of one batch for the way back: handles to the
// arena's memory.
type Saved struct {
	Views int // that lie in the batch, one above the other

	X   tensor.Tensor // the input, or its shape alone
	Y   tensor.Tensor // the output, or the standardised input
	Inv tensor.Tensor // 1/sd of each column, a row for each view
}

// sum writes f(view 0) + f(view 1) + ... to dst, in this order.
func (s *Saved) sum(a *tensor.Arena, dst tensor.Tensor, f func(dst tensor.Tensor, view int)) {
	defer a.Release(a.Mark())
	f(dst, 0)
	for i := 1; i < s.Views; i++ {
		term := a.New(dst.Rows, dst.Cols)
		f(term, i)
		a.AddScaled(dst, 1, term)
	}
}

// part returns the first rows*cols elements of room as a matrix.
func part(room tensor.Tensor, rows, cols int) tensor.Tensor {
	return room.Slice(0, rows*cols).Reshape(rows, cols)
}
