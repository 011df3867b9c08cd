// Package kernel computes on slices of floats: matrix products, convolutions,
// and the element-wise and reducing loops of training.
package kernel
