package nn

import (
	"fmt"

	"gradlab/internal/engine/tensor"
)

// BuildEncoder makes the encoder for images of h x w pixels with c channels. Its
// input is (N*h*w) x c, its output N x Out.
//
// The convolutional encoder has Depth layers of Width, 2 Width, 4 Width, ...
// channels; all but the first halve the picture; each is followed by batch norm
// and ReLU, the last by the mean over the picture. The perceptron has Depth
// linear layers of Width units, each followed by batch norm and ReLU.
func BuildEncoder(d tensor.Device, e Encoder, h, w, c int, seed uint64) *Net {
	n := &Net{In: c}
	switch e.Kind {
	case ConvEncoder:
		s := tensor.ConvShape{H: h, W: w, In: c, Out: e.Width, Stride: 1}
		for i := range e.Depth {
			name := fmt.Sprintf("encoder.%d", i)
			n.add(newConv(d, name, s, seed))
			n.add(newBatchNorm(d, name, s.Out))
			n.add(ReLU{})
			s = tensor.ConvShape{H: s.OutH(), W: s.OutW(), In: s.Out, Out: 2 * s.Out, Stride: 2}
		}
		n.add(Pool{Pixels: s.H * s.W})
		n.Out = s.In
	case MLPEncoder:
		n.add(Flatten{Pixels: h * w})
		n.Out = h * w * c
		for i := range e.Depth {
			n.hidden(d, fmt.Sprintf("encoder.%d", i), e.Width, seed)
		}
	default:
		panic("nn: unknown encoder " + e.Kind)
	}
	return n
}

// BuildProjector makes the projector behind an encoder with in features.
func BuildProjector(d tensor.Device, p Projector, in int, seed uint64) *Net {
	n := &Net{In: in, Out: in}
	for i := range p.Depth {
		name := fmt.Sprintf("projector.%d", i)
		if i < p.Depth-1 {
			n.hidden(d, name, p.Width, seed)
		} else {
			n.add(newLinear(d, name, n.Out, p.Width, true, 1, seed))
			n.Out = p.Width
		}
	}
	return n
}

// BuildPredictor makes the predictor behind a projector with in channels; its
// output is as wide. Without a predictor the net is the identity.
func BuildPredictor(d tensor.Device, p Predictor, in int, seed uint64) *Net {
	n := &Net{In: in, Out: in}
	switch p.Kind {
	case NoPredictor:
	case LinearPredictor:
		n.add(newLinear(d, "predictor", in, in, false, 1, seed))
	case MLPPredictor:
		n.hidden(d, "predictor.0", p.Width, seed)
		n.add(newLinear(d, "predictor.1", n.Out, in, true, 1, seed))
		n.Out = in
	default:
		panic("nn: unknown predictor " + p.Kind)
	}
	return n
}

// hidden adds a linear layer with batch norm and ReLU.
func (n *Net) hidden(d tensor.Device, name string, width int, seed uint64) {
	n.add(newLinear(d, name, n.Out, width, false, 2, seed))
	n.add(newBatchNorm(d, name, width))
	n.add(ReLU{})
	n.Out = width
}

// Weight returns the matrix W, D x D, of a linear predictor, or none.
func (n *Net) Weight() tensor.Tensor {
	if len(n.layers) == 1 {
		if l, ok := n.layers[0].(*Linear); ok && l.Bias == nil {
			return l.Weight.W
		}
	}
	return tensor.Tensor{}
}
