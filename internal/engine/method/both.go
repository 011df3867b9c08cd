package method

import "gradlab/internal/engine/tensor"

// A Pair is what a network hands to a method: raw outputs, N x D, of both views.
type Pair struct {
	X [2]tensor.Tensor // online, at the predictor's output; the same tensors as Z where there is no predictor
	Z [2]tensor.Tensor // online, at the projector's output
	P [2]tensor.Tensor // sources of the positives: the same tensors as Z for shared and stopped targets
	N [2]tensor.Tensor // sources of the negatives, likewise
	W tensor.Tensor    // D x D, weights of a linear or spectral predictor; none otherwise

	Positive, Negative Target // what P and N are
}

// A Split is a step's loss and gradient, term by term.
type Split struct {
	Loss  tensor.Tensor // scalar, (l1 + l2)/2
	Terms []TermGrad    // one for each Method.Terms, in their order
}

// A TermGrad is one term's gradient of the loss with respect to the raw outputs
// of both views, N x D each, normalisers included. With a predictor, a variant
// at the predictor's output fills AtPredictor, and AtProjector holds only what
// reaches the projector directly, past the predictor (through shared targets;
// none otherwise). Without a predictor, or for a variant at the projector,
// AtPredictor is none and everything is in AtProjector.
type TermGrad struct {
	AtPredictor, AtProjector [2]tensor.Tensor
}
