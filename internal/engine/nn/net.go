package nn

import "gradlab/internal/engine/tensor"

// A Net is a list of layers. The empty Net is the identity.
type Net struct {
	In, Out int // columns of the input and of the output
	layers  []Layer
	params  []*Param
}

// A Trace is what a Net keeps of one batch. The zero Trace is ready; reusing one
// saves its allocation. Its tensors are valid until the arena is reset.
type Trace []Saved

func (n *Net) add(l Layer) {
	n.layers = append(n.layers, l)
	n.params = append(n.params, l.Params()...)
}

// Params returns all weights of the net, in the order of its layers.
func (n *Net) Params() []*Param { return n.params }

// Forward returns the output for x and fills t for the way back. x itself is left alone.
func (n *Net) Forward(a *tensor.Arena, x tensor.Tensor, t *Trace) tensor.Tensor {
	if len(*t) != len(n.layers) {
		*t = make(Trace, len(n.layers))
	}
	for i, l := range n.layers {
		x = l.Forward(a, x, &(*t)[i])
	}
	return x
}

// Backward adds the gradients of all weights for the gradient dy of the output,
// and returns the gradient of the input, or none where wantInput is false: the
// images' gradient is never needed, and it is the dearest of all.
func (n *Net) Backward(a *tensor.Arena, dy tensor.Tensor, t Trace, wantInput bool) tensor.Tensor {
	last := n.firstWithWeights()
	for i := len(n.layers) - 1; i >= 0; i-- {
		if !wantInput && i < last {
			return tensor.Tensor{}
		}
		dy = n.layers[i].Backward(a, dy, &t[i], wantInput || i > last)
	}
	return dy
}

// firstWithWeights returns the index of the first layer that has weights.
func (n *Net) firstWithWeights() int {
	for i, l := range n.layers {
		if len(l.Params()) > 0 {
			return i
		}
	}
	return len(n.layers)
}

// Pullback returns the gradient of the input for the gradient dy of the output
// and leaves the weights' gradients alone.
func (n *Net) Pullback(a *tensor.Arena, dy tensor.Tensor, t Trace) tensor.Tensor {
	for i := len(n.layers) - 1; i >= 0; i-- {
		dy = n.layers[i].Pullback(a, dy, &t[i])
	}
	return dy
}
