// Package data gives the image sets and their two augmented views.
//
// Four sets exist: `fashion-mnist` and `emoji` are embedded in the program,
// `shapes` is drawn when it is opened, `cifar10` is read from a folder that the
// user names. Open returns a Set; NewSource draws batches of two views from it.
//
// # Layout
//
// An image is H x W pixels with C channels, stored as bytes in the order row,
// column, channel (NHWC over a set). A view is the same in float32, with each
// channel of the whole training set brought to mean 0 and variance 1.
//
// # Randomness
//
// Everything random is a function of numbers and not of what happened before:
// the order of the images of (seed, epoch), a view of (seed, view, step, image).
// So lanes of one seed see the same images in the same views whatever their
// method, and the number of goroutines changes nothing. The arithmetic keeps to
// operations that every machine rounds alike: products are rounded before they
// are added, and of package math only what is exact by definition is used. The
// loops over pixels are those of kernel.Pixels, which promise the same.
//
// # Labels
//
// Labels are for measurements only (kNN accuracy). No gradient sees them.
package data
