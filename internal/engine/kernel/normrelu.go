package kernel

// Batch normalisation with the ReLU behind it, in as few passes over memory as it
// takes: activations of a convolution fill no cache, and what each of these
// operations did alone was wait for memory. They give the bits of their parts.

// StandardizeReLU is Standardize from x to q, and then, for matrices of len(scale) columns,
//
//	y[i][j] = max(0, scale[j]*q[i][j] + shift[j])
//
// q may be x.
func (p Plain[F]) StandardizeReLU(y, q, mean, inv, x, scale, shift []F, eps F) {
	p.Standardize(q, mean, inv, x, eps)
	for c := len(scale); len(y) >= c && c > 0; y, q = y[c:], q[c:] {
		affineReLU(y[:c], q, scale, shift)
	}
}

// StandardizeReLUGrad is the way back of StandardizeReLU. For the gradient dy of y,
// which the ReLU lets through where its output is not 0 (see ReLUGrad),
//
//	d[i][j] = dy[i][j] where !(scale[j]*q[i][j] + shift[j] <= 0), else 0
//	dscale = ColDot(d, q), dshift = ColSum(d)
//	dst = StandardizeGrad of scale[j]*d[i][j]
//
// Without dscale (nil) there is no dshift either. dst may be dy.
func (p Plain[F]) StandardizeReLUGrad(dst, dscale, dshift, dy, q, inv, scale, shift []F) {
	c := len(inv)
	for i := 0; i < len(dst); i += c {
		affineReLUGrad(dst[i:i+c], dy[i:], q[i:], scale, shift)
	}
	if dscale != nil {
		p.ColDot(dscale, dst, q)
		p.ColSum(dshift, dst)
	}
	p.MulRow(dst, scale, dst)
	p.StandardizeGrad(dst, dst, q, inv)
}

// StandardizeReLU is Plain.StandardizeReLU.
func (p *Pool) StandardizeReLU(y, q, mean, inv, x, scale, shift []float32, eps float32) {
	d := p.open()
	d.moments(mean, inv, x, eps)
	d.spread(wideTask{dst: y, x: x, y: q, op: func(t *wideTask, _ *scratch, i, j int) {
		t.im.centre(t.y[i:j], t.x[i:j], t.v[0], t.v[1])
		t.im.affineReLU(t.dst[i:j], t.y[i:j], t.v[2], t.v[3])
	}}, len(mean), mean, inv, scale, shift)
	d.close()
}

// The places of the sums that StandardizeReLUGrad needs.
const (
	sumG  = iota // of scale*d
	sumGQ        // of scale*d*q
	sumD
	sumDQ
)

// StandardizeReLUGrad is Plain.StandardizeReLUGrad. It reads dy and q twice, once
// for the sums and once for dst, and makes d anew each time.
func (p *Pool) StandardizeReLUGrad(dst, dscale, dshift, dy, q, inv, scale, shift []float32) {
	d := p.open()
	op := normReLUSums
	if dscale != nil {
		op = normReLUAllSums
	}
	t := columnsTask{x: dy, y: q, v: [2][]float32{scale, shift}, op: op}
	if blockColumns(height(len(dy), len(inv)), len(inv)) == len(inv) { // blocks are whole rows
		_, tiled := d.tile(len(inv), scale, shift)
		t.v = [2][]float32(tiled[:2])
	}
	d.reduce(t, len(inv))
	if dscale != nil {
		d.inOrder(dscale, d.columns.sums[sumDQ])
		d.inOrder(dshift, d.columns.sums[sumD])
	}
	mg, mgq := d.columnMeans(sumG, sumGQ)
	d.spread(wideTask{dst: dst, x: dy, y: q, op: func(t *wideTask, s *scratch, i, j int) {
		g, q := s.a.get(j-i), t.y[i:j]
		t.im.affineReLUGrad(g, t.x[i:j], q, t.v[0], t.v[1])
		t.im.mul(g, g, t.v[0])
		t.im.centreGrad(t.dst[i:j], g, q, t.v[2], t.v[3], t.v[4])
	}}, len(inv), scale, shift, inv, mg, mgq)
	d.close()
}

// normReLUSums adds up scale*d and scale*d*q over a block of dy (x) and q (y).
func normReLUSums(t *columnsTask, s *scratch, p, from, to, rows int) {
	t.normReLU(s, p, from, to, rows, false)
}

// normReLUAllSums adds up d and d*q as well.
func normReLUAllSums(t *columnsTask, s *scratch, p, from, to, rows int) {
	t.normReLU(s, p, from, to, rows, true)
}

func (t *columnsTask) normReLU(s *scratch, p, from, to, rows int, all bool) {
	w := to - from
	g, dy, q := s.a.get(rows*w), t.block(t.x, p, from), t.block(t.y, p, from)
	scale, shift := t.v[0], t.v[1]
	stretch := len(scale)
	step := stretch // of dy
	if w < t.cols { // rows are cut: the block's own copy of q has the stride of g
		q = t.cut(s.b.get(rows*w), q, w)
		scale, shift, stretch, step = scale[from:to], shift[from:to], w, t.cols
	}
	for i, at := 0, 0; i < len(g); i, at = i+stretch, at+step {
		n := min(stretch, len(g)-i)
		t.im.affineReLUGrad(g[i:i+n], dy[at:], q[i:], scale, shift)
	}
	if all {
		t.im.colSum(t.result(sumD, p, from, to), g, w, rows)
		t.im.colDot(t.result(sumDQ, p, from, to), g, q, w, rows)
	}
	for i := 0; i < len(g); i += stretch {
		n := min(stretch, len(g)-i)
		t.im.mul(g[i:i+n], g[i:], scale)
	}
	t.im.colSum(t.result(sumG, p, from, to), g, w, rows)
	t.im.colDot(t.result(sumGQ, p, from, to), g, q, w, rows)
}

// cut copies the first w columns of x, row by row, into dst.
func (t *columnsTask) cut(dst, x []float32, w int) []float32 {
	for i := 0; i < len(dst); i, x = i+w, x[min(t.cols, len(x)):] {
		copy(dst[i:i+w], x)
	}
	return dst
}
