// Package nn builds the networks of the siamese methods from layers: encoder,
// projector and predictor.
//
// A layer has a Forward, and two halves of the way back, which stand beside it:
// Pullback takes the gradient of the output to the gradient of the input, and
// Gradients writes the gradients of the layer's own weights. A Net, which is a
// chain of layers, offers them as Backward (both) and Pullback (the first
// alone): a term of a gradient can be followed to any place of the network
// without a trace in the weights' gradients.
//
// Layers keep nothing of a batch. What the way back needs lies in a Trace, one
// for each net, and its buffers come from the step's arena. The two views of a step
// go through a net as one batch, the first above the second: one product for each
// layer and direction, so that weights are read once. A Trace says how many views
// a batch has, and what sums over the rows of a batch goes view by view, in order:
// each view has its own statistics of batch normalisation. The weights' gradient of
// a linear layer is one chain over all rows, which is that order already.
//
// Batch normalisation always uses the statistics of the batch that it is given,
// in evaluation too: there are no running averages that could lag behind. Held-out
// images are therefore evaluated in batches.
package nn
