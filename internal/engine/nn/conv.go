package nn

import "gradlab/internal/engine/tensor"

// Conv is a 3x3 convolution with padding 1 and without bias, which the batch
// normalisation behind it would subtract again. Its input is (N*H*W) x In, its
// output (N*OutH*OutW) x Out, for any N.
type Conv struct {
	W     *Param           // Out x (9*In)
	shape tensor.ConvShape // N is 0
}

func newConv(d tensor.Device, name string, shape tensor.ConvShape) *Conv {
	return &Conv{W: newWeight(d, name+".weight", shape.Out, 9*shape.In), shape: shape}
}

// Params returns the weights.
func (c *Conv) Params() []*Param { return []*Param{c.W} }

// of returns the geometry for an input of rows pixels.
func (c *Conv) of(rows int) tensor.ConvShape {
	s := c.shape
	s.N = rows / (s.H * s.W)
	return s
}

// Forward: y = x * w.
func (c *Conv) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	s.X = x
	shape := c.of(x.Rows)
	y := a.New(shape.N*shape.OutH()*shape.OutW(), shape.Out)
	a.Conv(y, x, c.W.W, shape)
	return y
}

// Pullback is the gradient of the input.
func (c *Conv) Pullback(a *tensor.Arena, s *Saved, dy, room tensor.Tensor) tensor.Tensor {
	dx := part(room, s.X.Rows, s.X.Cols)
	a.ConvInputGrad(dx, dy, c.W.W, c.of(s.X.Rows))
	return dx
}

// Gradients is the gradient of the weights, view by view: the parts that its sums
// are cut into are those of a view.
func (c *Conv) Gradients(a *tensor.Arena, s *Saved, dy tensor.Tensor) {
	for i := range s.Views {
		x := s.X.Part(i, s.Views)
		a.ConvWeightGrad(c.W.G, dy.Part(i, s.Views), x, c.of(x.Rows), min(float64(i), 1))
	}
}
