package method

import "gradlab/internal/engine/autodiff"

// symmetric returns the mean of a loss over both directions, for the papers'
// losses on the tape: l is given the raw online outputs x of one view, the
// positives p and negatives t of the other, and the negatives o of its own.
func symmetric(v Views, l func(x, p, t, o *autodiff.Node) *autodiff.Node) *autodiff.Node {
	one := l(v.X[0], v.P[1], v.N[1], v.N[0])
	two := l(v.X[1], v.P[0], v.N[0], v.N[1])
	return one.Add(two).Scale(0.5)
}
