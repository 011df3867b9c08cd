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
	// Accumulate adds to the weights' gradients for the gradient dy of the output.
	Accumulate(a *tensor.Arena, s *Saved, dy tensor.Tensor)
}

// Saved is what one layer keeps of one batch for the way back: handles to the
// arena's memory.
type Saved struct {
	X   tensor.Tensor // the input, or its shape alone
	Y   tensor.Tensor // the output, or the standardised input
	Inv tensor.Tensor // 1/sd of each column
}

// part returns the first rows*cols elements of room as a matrix.
func part(room tensor.Tensor, rows, cols int) tensor.Tensor {
	return room.Slice(0, rows*cols).Reshape(rows, cols)
}
