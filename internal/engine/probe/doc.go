// Package probe measures embeddings: have they collapsed, how many directions
// do they use, are views of one image close, are classes neighbours.
//
// The functions take host matrices in float32, one embedding a row, and compute
// in float64. Each metric has a file with its formula and its source. Measure
// computes those that a probe step records, KNN the accuracy of neighbours.
//
// # Reading
//
// No metric says everything. Channel std and the collapse level see a collapse
// to a point and are blind to one into a few directions; the effective rank and
// the off-diagonal correlation see that, but after a collapse to a point they
// describe the rounding noise that is left, which looks healthy. So where the
// centred embeddings are smaller than 1e-5 of the embeddings themselves, they
// count as collapsed: rank 1, correlation 1. Alignment reads a perfect 0 then.
//
// A NaN or an infinity anywhere in the input gives NaN, never a panic; shapes
// that do not fit are a programmer's mistake and panic with "probe: ".
package probe
