// Package nn builds the networks of the siamese methods from layers: encoder,
// projector and predictor.
package nn
