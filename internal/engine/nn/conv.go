package nn

import (
	"math"

	"gradlab/internal/engine/tensor"
)

// A Conv layer is a 3x3 convolution with padding 1 and without bias (batch norm
// follows): images H x W x In to OutH x OutW x Out. The batch size comes with the input.
type Conv struct {
	Weight *Param           // Out x 9 In
	Shape  tensor.ConvShape // N is 0
}

// newConv draws the weights as newLinear does, for a ReLU behind it.
func newConv(d tensor.Device, name string, s tensor.ConvShape, seed uint64) *Conv {
	c := &Conv{Weight: newParam(d, name+".weight", s.Out, 9*s.In, true), Shape: s}
	draw(d, c.Weight, seed, math.Sqrt(6/float64(9*s.In)))
	return c
}

// Params returns the weight.
func (c *Conv) Params() []*Param { return []*Param{c.Weight} }

// shape returns the geometry for a batch whose input or output has these rows.
func (c *Conv) shape(rows, perImage int) tensor.ConvShape {
	s := c.Shape
	s.N = rows / perImage
	return s
}

// Forward saves X.
func (c *Conv) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x // (N H W) x In
	g := c.shape(x.Rows, c.Shape.H*c.Shape.W)
	y := a.New(g.N*g.OutH()*g.OutW(), g.Out)
	a.Conv(y, x, c.Weight.W, g)
	return y
}

// Backward adds the weights' gradient.
func (c *Conv) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	g := c.shape(s.X.Rows, c.Shape.H*c.Shape.W)
	a.ConvWeightGrad(c.Weight.G, dy, s.X, g, 1)
	if !wantInput {
		return tensor.Tensor{}
	}
	return c.Pullback(a, dy, s)
}

// Pullback returns the gradient of the input.
func (c *Conv) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	g := c.shape(dy.Rows, c.Shape.OutH()*c.Shape.OutW())
	dx := a.New(g.N*g.H*g.W, g.In)
	a.ConvInputGrad(dx, dy, c.Weight.W, g)
	return dx
}
