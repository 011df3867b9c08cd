package nn

import "gradlab/internal/engine/tensor"

// Pool is the mean over all pixels of an image: (N*Pixels) x C to N x C.
type Pool struct {
	Pixels int
}

// Forward: the mean over an image's pixels.
func (p Pool) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x
	y := a.New(x.Rows/p.Pixels, x.Cols)
	a.MeanGroups(y, x)
	return y
}

// Pullback gives each pixel its share.
func (p Pool) Pullback(a *tensor.Arena, s *Saved, dy, room tensor.Tensor) tensor.Tensor {
	dx := part(room, s.X.Rows, s.X.Cols)
	a.SpreadGroups(dx, dy)
	return dx
}

// Flatten makes one row of all pixels of an image: (N*Pixels) x C to N x (Pixels*C).
// It moves nothing.
type Flatten struct {
	Pixels int
}

// Forward is the same numbers in another shape.
func (f Flatten) Forward(_ *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x
	return x.Reshape(x.Rows/f.Pixels, x.Cols*f.Pixels)
}

// Pullback is the same numbers in the input's shape.
func (f Flatten) Pullback(_ *tensor.Arena, s *Saved, dy, _ tensor.Tensor) tensor.Tensor {
	return dy.Reshape(s.X.Rows, s.X.Cols)
}
