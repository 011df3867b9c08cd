package nn

import "gradlab/internal/engine/tensor"

// A Net is a chain of layers. The empty chain is the identity: it returns the
// very tensor that it is given.
type Net struct {
	layers []Layer
	params []*Param
}

// add appends layers.
func (n *Net) add(layers ...Layer) {
	for _, l := range layers {
		n.layers = append(n.layers, l)
		if w, ok := l.(Weighted); ok {
			n.params = append(n.params, w.Params()...)
		}
	}
}

// Empty reports whether n is the identity.
func (n *Net) Empty() bool { return len(n.layers) == 0 }

// Params returns all weights, in the order of the layers.
func (n *Net) Params() []*Param { return n.params }

// A Trace is what a net keeps of one batch for the way back. The zero Trace is
// ready; after its first use it allocates nothing.
type Trace struct {
	Views int // that lie in a batch, one above the other; 0 is 1
	saved []Saved
}

// Forward returns the output for the batch x and fills t.
func (n *Net) Forward(a *tensor.Arena, t *Trace, x tensor.Tensor) tensor.Tensor {
	if len(t.saved) != len(n.layers) {
		t.saved = make([]Saved, len(n.layers))
		for i := range t.saved {
			t.saved[i].Views = max(t.Views, 1)
		}
	}
	for i := 0; i < len(n.layers); i++ {
		if b, ok := n.behindNorm(i + 1); ok {
			x = b.forwardReLU(a, x, &t.saved[i], &t.saved[i+1])
			i++
			continue
		}
		x = n.layers[i].Forward(a, x, &t.saved[i])
	}
	return x
}

// behindNorm reports whether layer i is a ReLU behind a batch normalisation, and
// returns that: the two go together.
func (n *Net) behindNorm(i int) (*BatchNorm, bool) {
	if i < 1 || i >= len(n.layers) {
		return nil, false
	}
	if _, ok := n.layers[i].(ReLU); !ok {
		return nil, false
	}
	b, ok := n.layers[i-1].(*BatchNorm)
	return b, ok
}

// Backward writes the gradients of all weights for the gradient dy of the
// output, and returns the gradient of the input, or none where input is false:
// a first layer's costs as much as its forward pass and nobody wants it. It may
// overwrite dy. The result and its scratch memory are the arena's.
func (n *Net) Backward(a *tensor.Arena, t *Trace, dy tensor.Tensor, input bool) tensor.Tensor {
	return n.back(a, t, dy, true, input)
}

// Pullback is Backward without a trace in the gradients of the weights.
func (n *Net) Pullback(a *tensor.Arena, t *Trace, dy tensor.Tensor) tensor.Tensor {
	return n.back(a, t, dy, false, true)
}

func (n *Net) back(a *tensor.Arena, t *Trace, dy tensor.Tensor, weights, input bool) tensor.Tensor {
	end := 0 // the layer whose input gradient is the last one wanted
	if !input {
		end = n.firstWeighted() + 1
	}
	room := 0
	for i := end; i < len(n.layers); i++ {
		room = max(room, t.saved[i].X.Len())
	}
	rooms := [2]tensor.Tensor{a.New(room, 1), a.New(room, 1)} // a layer reads the one and writes the other
	for i := len(n.layers) - 1; i >= 0; i-- {
		if b, ok := n.behindNorm(i); ok && i > end {
			dy = b.backReLU(a, &t.saved[i-1], &t.saved[i], dy, weights)
			i--
			continue
		}
		if w, ok := n.layers[i].(Weighted); ok && weights {
			w.Gradients(a, &t.saved[i], dy)
		}
		if i < end {
			return tensor.Tensor{}
		}
		dy = n.layers[i].Pullback(a, &t.saved[i], dy, rooms[0])
		if dy.Len() <= room && dy.Same(rooms[0].Slice(0, dy.Len())) { // most layers answer in place
			rooms[0], rooms[1] = rooms[1], rooms[0]
		}
	}
	return dy
}

// firstWeighted returns the index of the first layer with weights, or the number of layers.
func (n *Net) firstWeighted() int {
	for i, l := range n.layers {
		if _, ok := l.(Weighted); ok {
			return i
		}
	}
	return len(n.layers)
}
