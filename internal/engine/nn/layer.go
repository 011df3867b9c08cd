package nn

import (
	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
)

// A Param is a weight tensor with its gradient.
type Param struct {
	Name  string        // "encoder.0.weight", unique in a model
	W, G  tensor.Tensor // the same shape
	Decay bool          // weight decay applies: not to biases and batch norm (as in SimCLR and BYOL)
}

// A Layer is one step of a Net. Images and features are matrices, see package tensor.
type Layer interface {
	// Forward returns the layer's output for x and saves in s what the way back
	// needs. It may overwrite x where it says so.
	Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor
	// Backward adds the weights' gradients for the gradient dy of the output, and
	// returns the gradient of the input, or none where wantInput is false.
	Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor
	// Pullback returns the gradient of the input for the gradient dy of the output.
	// It leaves dy and the weights' gradients alone.
	Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor
	// Params returns the layer's weights, in a fixed order.
	Params() []*Param
}

// Saved is what one layer keeps of one batch; each layer says what it uses.
type Saved struct {
	X   tensor.Tensor // input
	Y   tensor.Tensor // output
	Q   tensor.Tensor // standardised input
	Inv tensor.Tensor // 1 x C, 1/standard deviation
}

// newParam makes a rows x cols weight named name, zero.
func newParam(d tensor.Device, name string, rows, cols int, decay bool) *Param {
	return &Param{Name: name, W: d.New(rows, cols), G: d.New(rows, cols), Decay: decay}
}

// draw fills w with uniform numbers in (-bound, bound). They depend on seed and
// name alone, so a layer's initial weights do not depend on its neighbours.
// Uniform rather than normal numbers: no logarithm, so every machine draws the
// same bits.
func draw(d tensor.Device, p *Param, seed uint64, bound float64) {
	w := make([]float64, p.W.Len())
	stream := random.Named("weights/" + p.Name)
	for i := range p.W.Rows {
		src := random.New(seed, stream, 0, i)
		row := w[i*p.W.Cols : (i+1)*p.W.Cols]
		for j := range row {
			row[j] = float64(float32(bound * (2*src.Float64() - 1)))
		}
	}
	d.Upload64(p.W, w)
}
