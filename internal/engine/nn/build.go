package nn

import (
	"fmt"

	"gradlab/internal/engine/tensor"
)

// Out returns the number of features that e makes.
func (e Encoder) Out() int {
	if e.Kind == ConvEncoder {
		return e.Width << (e.Depth - 1)
	}
	return e.Width
}

// Build returns the encoder for images of h x w pixels with c channels, its
// weights zero until Init. It maps (N*h*w) x c to N x Out.
//
// The convolutional encoder is what the papers' networks shrink to on small
// images: 3x3 convolutions with Width*2^i channels and strides 1, 2, 2, ..., each
// with batch normalisation and ReLU, then the mean over the pixels. The
// perceptron has Depth linear layers of Width units, likewise.
func (e Encoder) Build(d tensor.Device, h, w, c int) *Net {
	n := new(Net)
	if e.Kind == MLPEncoder {
		n.add(Flatten{Pixels: h * w})
		in := h * w * c
		for i := range e.Depth {
			name := fmt.Sprintf("encoder.%d", i)
			n.add(newLinear(d, name, in, e.Width), newBatchNorm(d, name, e.Width), ReLU{})
			in = e.Width
		}
		return n
	}
	s := tensor.ConvShape{H: h, W: w, In: c, Out: e.Width, Stride: 1}
	for i := range e.Depth {
		name := fmt.Sprintf("encoder.%d", i)
		n.add(newConv(d, name, s), newBatchNorm(d, name, s.Out), ReLU{})
		s = tensor.ConvShape{H: s.OutH(), W: s.OutW(), In: s.Out, Out: 2 * s.Out, Stride: 2}
	}
	n.add(Pool{Pixels: s.H * s.W})
	return n
}

// Out returns the width D of the outputs z for features of width in.
func (p Projector) Out(in int) int {
	if p.Depth == 0 {
		return in
	}
	return p.Width
}

// Build returns the projector for features of width in, its weights zero until
// Init: linear layers with batch normalisation and ReLU after all but the last,
// which has a bias instead. It maps N x in to N x Out(in).
func (p Projector) Build(d tensor.Device, in int) *Net {
	n := new(Net)
	for i := range p.Depth {
		name := fmt.Sprintf("projector.%d", i)
		if i == p.Depth-1 {
			n.add(newLinear(d, name, in, p.Width).biased(d, name))
		} else {
			n.add(newLinear(d, name, in, p.Width), newBatchNorm(d, name, p.Width), ReLU{})
		}
		in = p.Width
	}
	return n
}

// Build returns the predictor for outputs of width dim, its weights zero until
// Init. It maps N x dim to N x dim.
func (p Predictor) Build(d tensor.Device, dim int) *Net {
	n := new(Net)
	switch p.Kind {
	case LinearPredictor:
		n.add(newLinear(d, "predictor", dim, dim))
	case MLPPredictor:
		n.add(newLinear(d, "predictor.0", dim, p.Width), newBatchNorm(d, "predictor.0", p.Width), ReLU{},
			newLinear(d, "predictor.1", p.Width, dim).biased(d, "predictor.1"))
	case SpectralPredictor:
		n.add(Given{W: d.New(dim, dim)})
	}
	return n
}

// Matrix returns the matrix of a net that is a single linear layer without
// bias, y = x W', and none for any other.
func (n *Net) Matrix() tensor.Tensor {
	if len(n.layers) == 1 {
		switch l := n.layers[0].(type) {
		case *Linear:
			if l.B == nil {
				return l.W.W
			}
		case Given:
			return l.W
		}
	}
	return tensor.Tensor{}
}
