package kernel

// How a product goes about its operands. None of it changes a bit.

// readsInPlace reports whether A is best read where it is: where few panels of B meet
// it, or where its rows are contiguous and not so long that they crowd one another
// out of the cache. Those that are pay for their packing where many panels meet them, and
// where a tile has more rows than a set of the cache has ways.
func (im *implementation) readsInPlace(s Product, a Strided[float32]) bool {
	if s.N <= 2*im.cols {
		return true
	}
	long := s.K > blocks.inner || a.Row%1024 == 0
	return a.Col == 1 && (!long || s.N <= blocks.again && im.rows <= 8)
}

// worthTurning reports whether the transposed product is cheaper, whose chains are the
// same: where B, which is packed, is far larger than A, has contiguous columns, and would
// be read in place as the left one; C, which has to be turned, is small beside it.
func worthTurning(im *implementation, s Product, alpha float32, a, b Strided[float32], add bool) bool {
	return alpha == 1 && !add && b.Row == 1 && a.Col == 1 && (s.N-s.M)*s.K > 4*s.M*s.N &&
		im.readsInPlace(Product{s.N, s.M, s.K}, b.turned())
}

// share decides how C is cut: into groups of panels that fit the cache, as many for
// each thread, and strips of rows that do too. Where that makes few units there
// are more strips.
func (t *gemmTask) share(threads int) {
	w := t.im.cols
	panels := ceil(t.s.N, w)
	n := ceil(panels*min(t.s.K, blocks.inner)*w, blocks.group)
	n = min(panels, ceil(n, threads)*threads)
	if n > cap(t.groups) {
		t.groups = make([]group, n)
	}
	t.groups = t.groups[:n]
	for i := range t.groups {
		t.groups[i].from, t.groups[i].to = i*panels/n*w, min((i+1)*panels/n*w, t.s.N)
	}
	t.strips = ceil(t.s.M, blocks.outer*max(1, blocks.inner/t.s.K))
	if threads > 1 {
		t.strips = max(t.strips, min(ceil(4*threads, panels), t.s.M/(blocks.outer/2)))
	}
}
