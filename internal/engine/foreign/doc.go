// Package foreign looks at embeddings that somebody else's network made: two
// views of the same N images, N x D each, and perhaps the outputs of a target
// branch for them.
//
// Measure says what this lab says of its own runs: every metric of package probe
// beside its reference mark, the loss of every method on these embeddings, its
// gradient split into terms, and how much the gradients of all methods agree. And
// it says in plain sentences what looks wrong: a loss that goes to -1 tells
// nobody that all images have become one vector.
//
// A gradient is read as in a record of this lab: with respect to the raw outputs
// z, tangent part for methods on unit rows; a norm is the mean over the 2N rows
// of |2N x gradient of the loss at that row|.
package foreign
