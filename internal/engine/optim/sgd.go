package optim

import (
	"gradlab/internal/engine/tensor"
)

// A Weight is what an optimizer moves.
type Weight struct {
	Name  string
	W, G  tensor.Tensor
	Decay bool // weight decay applies
}

// Descent is stochastic gradient descent with momentum (Sutskever et al. 2013,
// in the form of the common libraries):
//
//	v = mu v + (g + wd w)
//	w = w - lr v
type Descent struct {
	weights  []Weight
	velocity []tensor.Tensor
}

// NewDescent returns the optimizer of weights, at rest.
func NewDescent(d tensor.Device, weights []Weight) *Descent {
	o := &Descent{weights: weights}
	for _, w := range weights {
		o.velocity = append(o.velocity, d.New(w.W.Rows, w.W.Cols))
	}
	return o
}

// Step moves the weights against their gradients with learning rate lr.
func (o *Descent) Step(d tensor.Device, c Config, lr float64) {
	for i, w := range o.weights {
		decay := 0.0
		if w.Decay {
			decay = c.WeightDecay
		}
		d.Momentum(w.W, o.velocity[i], w.G, lr, c.Momentum, decay)
	}
}

// Velocities calls f for the velocity of each weight, in the order of the weights.
func (o *Descent) Velocities(f func(name string, velocity tensor.Tensor)) {
	for i, w := range o.weights {
		f(w.Name, o.velocity[i])
	}
}

// CopyFrom takes over the velocities of the weights that both optimizers have, by name and shape.
func (o *Descent) CopyFrom(d tensor.Device, src *Descent) {
	from := map[string]tensor.Tensor{}
	for i, w := range src.weights {
		from[w.Name] = src.velocity[i]
	}
	for i, w := range o.weights {
		if v, ok := from[w.Name]; ok && v.Rows == w.W.Rows && v.Cols == w.W.Cols {
			d.Copy(o.velocity[i], v)
		}
	}
}
