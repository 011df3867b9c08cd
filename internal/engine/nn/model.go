package nn

import "gradlab/internal/engine/tensor"

// A Model is the network of one branch: encoder, projector and, on the online
// branch, predictor.
type Model struct {
	Encoder, Projector, Predictor *Net
}

// Build makes a model for images of h x w pixels with c channels. Weights depend
// on seed and layer name alone.
func Build(d tensor.Device, e Encoder, pj Projector, pd Predictor, h, w, c int, seed uint64) *Model {
	m := &Model{Encoder: BuildEncoder(d, e, h, w, c, seed)}
	m.Projector = BuildProjector(d, pj, m.Encoder.Out, seed)
	m.Predictor = BuildPredictor(d, pd, m.Projector.Out, seed)
	return m
}

// Params returns all weights: the encoder's, the projector's, the predictor's.
func (m *Model) Params() []*Param {
	var ps []*Param
	for _, n := range []*Net{m.Encoder, m.Projector, m.Predictor} {
		ps = append(ps, n.Params()...)
	}
	return ps
}

// CopyFrom copies the weights that both models have, by name and shape; the
// others stay as they are.
func (m *Model) CopyFrom(d tensor.Device, src *Model) {
	from := map[string]*Param{}
	for _, p := range src.Params() {
		from[p.Name] = p
	}
	for _, p := range m.Params() {
		if q := from[p.Name]; q != nil && q.W.Rows == p.W.Rows && q.W.Cols == p.W.Cols {
			d.Copy(p.W, q.W)
		}
	}
}

// ZeroGrad sets all gradients to zero.
func (m *Model) ZeroGrad(d tensor.Device) {
	for _, n := range []*Net{m.Encoder, m.Projector, m.Predictor} {
		for _, p := range n.params {
			d.Fill(p.G, 0)
		}
	}
}

// A Pass is one view's way through a model: the outputs at each place, and the
// traces for the way back.
type Pass struct {
	H, Z, P                       tensor.Tensor // N x features, N x D, N x D: encoder's, projector's, predictor's output
	encoder, projector, predictor Trace
}

// Forward runs a view's images x, (N*h*w) x c, through encoder and projector,
// and through the predictor where predict is set; otherwise P is none.
func (m *Model) Forward(a *tensor.Arena, x tensor.Tensor, predict bool, p *Pass) {
	p.H = m.Encoder.Forward(a, x, &p.encoder)
	p.Z = m.Projector.Forward(a, p.H, &p.projector)
	p.P = tensor.Tensor{}
	if predict {
		p.P = m.Predictor.Forward(a, p.Z, &p.predictor)
	}
}

// BackwardPredictor adds the predictor's weight gradients for the gradient dp of
// its output, and returns the gradient of z.
func (m *Model) BackwardPredictor(a *tensor.Arena, dp tensor.Tensor, p *Pass) tensor.Tensor {
	return m.Predictor.Backward(a, dp, p.predictor, true)
}

// PullPredictor takes a gradient dp of the predictor's output back to z, and
// leaves the weights' gradients alone.
func (m *Model) PullPredictor(a *tensor.Arena, dp tensor.Tensor, p *Pass) tensor.Tensor {
	return m.Predictor.Pullback(a, dp, p.predictor)
}

// Backward adds the weight gradients of projector and encoder for the gradient
// dz of the projector's output.
func (m *Model) Backward(a *tensor.Arena, dz tensor.Tensor, p *Pass) {
	m.Encoder.Backward(a, m.Projector.Backward(a, dz, p.projector, true), p.encoder, false)
}
