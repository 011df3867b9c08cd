package kernel

// blocking says how products and convolutions are cut for the caches, in
// elements. How they are cut does not change a bit.
type blocking struct {
	inner  int // of K that one pass takes: as long as a panel of B, 16 columns, fills the first level of the cache
	outer  int // rows of A in a strip, more where K is short: with inner, half of the second level (512 KiB)
	again  int // columns of B up to which long rows of A are not worth packing
	group  int // of B that a part of a product packs for itself: the other half
	packed int // of A that all threads pack at a time
	patch  int // of images, or of gathered patches, in a part of a convolution
	pixels int // that a part of the weights' gradient takes at a time: a tile of patches has a cache line in each
}

// blocks are the sizes in use: what BenchmarkBlocks found best. Only it changes them.
var blocks = blocking{inner: 512, outer: 120, again: 768, group: 1 << 16, packed: 1 << 20, patch: 1 << 15, pixels: 128}
