// Package probe measures embeddings: have they collapsed, how many directions
// do they use, are views of one image close, are classes neighbours, do two
// networks say the same.
//
// The functions take host matrices in float32, one embedding a row, and compute
// in float64. Each metric has a file with its formula, its source, and the value
// that a chart marks beside it: what a uniform sphere, unrelated channels or
// chance would read. Measure computes those that a probe step records; KNN and
// LinearProbe ask for labels, CKA and NeighbourOverlap for a second embedding.
//
// # Reading
//
// No metric says everything. Channel std and the collapse level see a collapse
// to a point and are blind to one into a few directions; the effective rank and
// the off-diagonal correlation see that, but after a collapse to a point they
// describe the rounding noise that is left, which looks healthy. So where the
// centred embeddings are smaller than 1e-5 of the embeddings themselves, they
// count as collapsed: ranks 1, correlation 1, the spectrum at its floor, no
// exponent, nothing in common with another embedding. Alignment reads a perfect 0
// then, and the positive cosine a perfect 1.
//
// A NaN or an infinity anywhere in the input gives NaN, never a panic; shapes
// that do not fit are a programmer's mistake and panic with "probe: ".
package probe
