package nn

import "gradlab/internal/engine/tensor"

// A Model is the network of one branch: encoder, projector and, on the online
// branch, predictor.
type Model struct {
	Encoder, Projector, Predictor *Net
}

// Build returns a model for images of h x w pixels with c channels, its weights
// zero until Init.
func Build(d tensor.Device, e Encoder, pj Projector, pd Predictor, h, w, c int) *Model {
	z := pj.Out(e.Out())
	return &Model{e.Build(d, h, w, c), pj.Build(d, e.Out()), pd.Build(d, z)}
}

// nets returns the three parts in the order of the way forward.
func (m *Model) nets() [3]*Net { return [3]*Net{m.Encoder, m.Projector, m.Predictor} }

// Params returns all weights: the encoder's, the projector's, the predictor's.
func (m *Model) Params() []*Param {
	var ps []*Param
	for _, n := range m.nets() {
		ps = append(ps, n.params...)
	}
	return ps
}

// Init draws the initial weights. Each depends on the seed and its name alone, so
// models that share layers share their initial weights.
func (m *Model) Init(d tensor.Device, seed uint64) {
	for _, n := range m.nets() {
		for _, p := range n.params {
			p.draw(d, seed)
		}
	}
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

// ZeroGrad sets all gradients to zero, as a way back that does not reach them leaves them.
func (m *Model) ZeroGrad(d tensor.Device) {
	for _, n := range m.nets() {
		for _, p := range n.params {
			d.Fill(p.G, 0)
		}
	}
}

// A Pass is the way of a batch through a model: the output at each place, and the
// traces for the way back. The zero Pass is ready for a batch of one view.
type Pass struct {
	H tensor.Tensor // N x features, the encoder's output
	Z tensor.Tensor // N x D, the projector's
	P tensor.Tensor // N x D, the predictor's; the same tensor as Z where there is none

	encoder, projector, predictor Trace
}

// NewPass returns the Pass of a batch in which so many views lie one above the other.
func NewPass(views int) Pass {
	t := Trace{Views: views}
	return Pass{encoder: t, projector: t, predictor: t}
}

// Forward takes a batch's images x, (N*h*w) x c, to the projector's output and fills p.H and p.Z.
func (m *Model) Forward(a *tensor.Arena, p *Pass, x tensor.Tensor) {
	p.H = m.Encoder.Forward(a, &p.encoder, x)
	p.Z = m.Projector.Forward(a, &p.projector, p.H)
}

// Predict takes p.Z through the predictor and fills p.P.
func (m *Model) Predict(a *tensor.Arena, p *Pass) {
	p.P = m.Predictor.Forward(a, &p.predictor, p.Z)
}

// BackwardPredictor writes the predictor's weight gradients for the gradient dp of
// its output, which it may overwrite, and returns the gradient of z.
func (m *Model) BackwardPredictor(a *tensor.Arena, p *Pass, dp tensor.Tensor) tensor.Tensor {
	return m.Predictor.Backward(a, &p.predictor, dp, true)
}

// LearnPredictor is BackwardPredictor without the gradient of z.
func (m *Model) LearnPredictor(a *tensor.Arena, p *Pass, dp tensor.Tensor) {
	m.Predictor.Backward(a, &p.predictor, dp, false)
}

// PullPredictor takes a gradient dp of the predictor's output, which it may
// overwrite, back to z and leaves the weights' gradients alone.
func (m *Model) PullPredictor(a *tensor.Arena, p *Pass, dp tensor.Tensor) tensor.Tensor {
	return m.Predictor.Pullback(a, &p.predictor, dp)
}

// Backward writes the weight gradients of projector and encoder for the gradient
// dz of the projector's output, which it may overwrite.
func (m *Model) Backward(a *tensor.Arena, p *Pass, dz tensor.Tensor) {
	m.BackwardEncoder(a, p, m.BackwardProjector(a, p, dz))
}

// BackwardProjector writes the projector's weight gradients for the gradient dz of
// its output, which it may overwrite, and returns the gradient of h.
func (m *Model) BackwardProjector(a *tensor.Arena, p *Pass, dz tensor.Tensor) tensor.Tensor {
	return m.Projector.Backward(a, &p.projector, dz, true)
}

// BackwardEncoder writes the encoder's weight gradients for the gradient dh of its
// output, which it may overwrite.
func (m *Model) BackwardEncoder(a *tensor.Arena, p *Pass, dh tensor.Tensor) {
	m.Encoder.Backward(a, &p.encoder, dh, false)
}
