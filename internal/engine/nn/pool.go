package nn

import "gradlab/internal/engine/tensor"

// A Pool layer is the mean over the picture (global average pooling): (N Pixels) x C to N x C.
type Pool struct{ Pixels int }

// Params returns nothing.
func (Pool) Params() []*Param { return nil }

// Forward saves nothing.
func (p Pool) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	y := a.New(x.Rows/p.Pixels, x.Cols)
	a.MeanGroups(y, x)
	return y
}

// Backward is Pullback.
func (p Pool) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	if !wantInput {
		return tensor.Tensor{}
	}
	return p.Pullback(a, dy, s)
}

// Pullback gives each pixel its share of dy.
func (p Pool) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	dx := a.New(dy.Rows*p.Pixels, dy.Cols)
	a.SpreadGroups(dx, dy)
	return dx
}

// A Flatten layer makes a row of each image: (N Pixels) x C to N x (Pixels C). It copies nothing.
type Flatten struct{ Pixels int }

// Params returns nothing.
func (Flatten) Params() []*Param { return nil }

// Forward saves nothing.
func (f Flatten) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	return x.Reshape(x.Rows/f.Pixels, x.Cols*f.Pixels)
}

// Backward is Pullback.
func (f Flatten) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	return f.Pullback(a, dy, s)
}

// Pullback reshapes.
func (f Flatten) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	return dy.Reshape(dy.Rows*f.Pixels, dy.Cols/f.Pixels)
}
