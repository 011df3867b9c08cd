package optim

import "gradlab/internal/engine/tensor"

// A Follower is the slow copy of a network that a momentum target is: the
// exponential moving average of its weights.
type Follower struct {
	slow, fast []tensor.Tensor
}

// NewFollower lets the weights slow follow those of the same name in fast. A
// weight that fast has and slow lacks (the predictor's) is nobody's business.
func NewFollower(slow, fast []Weight) *Follower {
	at := map[string]tensor.Tensor{}
	for _, w := range fast {
		at[w.Name] = w.W
	}
	f := new(Follower)
	for _, w := range slow {
		leader, ok := at[w.Name]
		if !ok {
			panic("optim: nothing to follow for " + w.Name)
		}
		f.slow, f.fast = append(f.slow, w.W), append(f.fast, leader)
	}
	return f
}

// Step moves the slow weights, with the target's momentum m (see EMA.At):
//
//	slow = m slow + (1-m) fast
//
// Scale and shift of batch normalisation follow like all other weights.
func (f *Follower) Step(d tensor.Device, m float64) {
	for i := range f.slow {
		d.Lerp(f.slow[i], m, f.fast[i])
	}
}
