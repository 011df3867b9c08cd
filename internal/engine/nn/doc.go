// Package nn builds the networks of the siamese methods: encoder, projector and
// predictor, each a Net, which is a list of layers.
//
// A layer has three ways. Forward maps a batch to its output and saves what the
// way back needs. Backward takes a gradient of the output back to the input and
// adds the weights' gradients on its way. Pullback takes a gradient back and
// leaves the weights alone: since the way back is linear in the gradient, each
// term of a loss can be pulled back on its own and read at any place.
//
// Layers keep nothing of a batch. What the way back needs lies in a Trace, one
// for each view; its buffers come from the step's arena. Batch norm uses the
// statistics of the batch that it is given, in training and in evaluation alike,
// and of each view on its own; there are no running averages.
package nn
