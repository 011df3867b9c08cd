package kernel

// A Strided is a matrix operand: element (i, j) is Data[i*Row + j*Col]. A
// transposed matrix differs from a plain one only in its strides.
type Strided[F Float] struct {
	Data     []F
	Row, Col int
}

// A Product is the shape of a matrix product: C (M x N) = A (M x K) times B (K x N).
type Product struct{ M, N, K int }

// FLOPs returns the product's floating-point operations, two for each multiply-add.
func (s Product) FLOPs() float64 { return 2 * float64(s.M) * float64(s.N) * float64(s.K) }

// Gemm is the matrix product. For each element of the dense M x N matrix c, in this order,
//
//	if !add { c[i][j] = 0 }
//	for k := range K { c[i][j] += (alpha*a[i][k]) * b[k][j] }
//
// one chain of multiply-adds in the order of k, in class `fma` each with one
// rounding. Without add c is not read.
func (Plain[F]) Gemm(s Product, alpha F, a, b Strided[F], add bool, c []F) {
	for i := range s.M {
		row := c[i*s.N : (i+1)*s.N]
		if !add {
			clear(row)
		}
		if b.Col == 1 { // the same chains, side by side: kinder to the cache
			for k := range s.K {
				v := alpha * a.Data[i*a.Row+k*a.Col]
				for j, w := range b.Data[k*b.Row:][:s.N] {
					row[j] += F(v * w)
				}
			}
			continue
		}
		for j := range row {
			sum := row[j]
			for k := range s.K {
				sum += F(F(alpha*a.Data[i*a.Row+k*a.Col]) * b.Data[k*b.Row+j*b.Col])
			}
			row[j] = sum
		}
	}
}

// enough multiply-adds are worth waking a thread for.
const enough = 1 << 20

// A gemmTask is a product, or the packing of its B. A part is a block of C: rows
// and a group of panels of B. Where A is read in place, a part packs its group
// itself. Where A has to be packed, which parts do for their rows, B is packed
// first, by all threads. How C is cut does not change a bit, so it may depend on
// the number of threads.
type gemmTask struct {
	im     *implementation
	s      Product
	alpha  float32
	a, b   Strided[float32]
	add    bool
	c      []float32
	packed []float32

	packing   bool
	packA     bool
	j0, cols  int // the columns of this round
	k0, k     int // and its stretch of the inner dimension
	panels    int // of the columns
	groups    int // of panels
	rowBlocks int
}

// Gemm is Plain.Gemm.
func (p *Pool) Gemm(s Product, alpha float32, a, b Strided[float32], add bool, c []float32) {
	if s.M == 0 || s.N == 0 {
		return
	}
	if s.K == 0 {
		if !add {
			clear(c[:s.M*s.N])
		}
		return
	}
	d := p.open()
	t := &d.gemm
	*t = gemmTask{im: d.im, s: s, alpha: alpha, a: a, b: b, add: add, c: c}
	threads := len(p.helpers) + 1
	t.packA = alpha != 1 || s.N > 2*t.im.cols && (s.K > blocks.inner || a.Col != 1 || a.Row%1024 == 0)
	if !t.packA {
		t.cols, t.panels = s.N, ceil(s.N, t.im.cols)
		t.shareGroups(threads)
		d.run(t, t.groups*t.rowBlocks)
		d.close()
		return
	}
	inner := min(s.K, max(blocks.inner, blocks.packed/s.N))
	outer := max(1, blocks.packed/(inner*t.im.cols)) * t.im.cols
	for t.j0 = 0; t.j0 < s.N; t.j0 += outer {
		t.cols = min(outer, s.N-t.j0)
		t.panels = ceil(t.cols, t.im.cols)
		t.share(threads)
		for t.k0 = 0; t.k0 < s.K; t.k0 += inner {
			t.k = min(inner, s.K-t.k0)
			t.packed = d.shared.get(t.panels * t.k * t.im.cols)
			t.packing = true
			if t.groups*t.rowBlocks > 1 {
				d.run(t, t.panels)
			} else {
				alone(t, t.panels, &d.scratch)
			}
			t.packing = false
			d.run(t, t.rowBlocks*t.groups)
		}
	}
	d.close()
}

// share decides into how many parts C is cut: blocks of rows that fit the cache,
// smaller ones where that makes enough parts, and then groups of panels.
func (t *gemmTask) share(threads int) {
	t.rowBlocks, t.groups = ceil(t.s.M, t.rows()), 1
	if want := 4 * threads; threads > 1 && t.s.M*t.cols*t.s.K > enough {
		t.rowBlocks = max(t.rowBlocks, min(want, t.s.M/(blocks.outer/2)))
		t.groups = min(t.panels, ceil(want, t.rowBlocks))
	}
}

// shareGroups is share where A is in place: groups of panels first, and then rows.
func (t *gemmTask) shareGroups(threads int) {
	t.groups, t.rowBlocks = ceil(t.panels*min(t.s.K, blocks.inner)*t.im.cols, blocks.group), 1
	if want := 4 * threads; threads > 1 && t.s.M*t.cols*t.s.K > enough {
		t.groups = min(t.panels, ceil(max(t.groups, want), threads)*threads)
		t.rowBlocks = max(1, min(want/t.groups, t.s.M/blocks.outer))
	}
}

// group computes rows i0 to i1 and columns j0 to j1 of C with A in place.
func (t *gemmTask) group(s *scratch, i0, i1, j0, j1 int) {
	w, a, m := t.im.cols, t.a, i1-i0
	passes, rows := ceil(t.s.K, blocks.inner), ceil(m, t.rows())
	for q := range passes {
		k0, k := q*t.s.K/passes, (q+1)*t.s.K/passes-q*t.s.K/passes
		b := blockB{s.b.get(ceil(j1-j0, w) * w * k), w, w * k}
		for j := j0; j < j1; j += w {
			t.im.packPanel(b.data[(j-j0)*k:], Strided[float32]{t.b.Data[k0*t.b.Row:], t.b.Row, t.b.Col}, k, j, min(w, j1-j))
		}
		for r := range rows {
			r0, r1 := i0+r*m/rows, i0+(r+1)*m/rows
			left := blockA{data: a.Data[r0*a.Row+k0*a.Col:], row: a.Row, col: a.Col}
			t.im.block(&s.panel, r1-r0, j1-j0, k, left, b, t.c[r0*t.s.N+j0:], t.s.N, t.add || q > 0)
		}
	}
}

// rows is the number of rows of a block of A.
func (t *gemmTask) rows() int { return blocks.outer * max(1, blocks.inner/t.s.K) }

func (t *gemmTask) part(i int, s *scratch) {
	w := t.im.cols
	if t.packing {
		b := t.b
		b.Data = b.Data[t.k0*b.Row:]
		t.im.packPanel(t.packed[i*t.k*w:], b, t.k, t.j0+i*w, min(w, t.cols-i*w))
		return
	}
	g, r := i%t.groups, i/t.groups
	i0, i1 := r*t.s.M/t.rowBlocks, (r+1)*t.s.M/t.rowBlocks
	j0, j1 := g*t.panels/t.groups*w, min((g+1)*t.panels/t.groups*w, t.cols)
	if !t.packA {
		t.group(s, i0, i1, j0, j1)
		return
	}
	passes := ceil(t.k, blocks.inner)
	for q := range passes {
		k0, k1 := q*t.k/passes, (q+1)*t.k/passes
		b := blockB{t.packed[j0*t.k+k0*w:], w, t.k * w}
		c := t.c[i0*t.s.N+t.j0+j0:]
		t.im.block(&s.panel, i1-i0, j1-j0, k1-k0, t.left(s, i0, i1, t.k0+k0, t.k0+k1), b, c, t.s.N, t.add || t.k0+k0 > 0)
	}
}

// left returns a copy of rows i0 to i1 and columns k0 to k1 of alpha*A without gaps. A copy of rows keeps them as rows, that of a transposed A
// takes each tile's part of a column to where the kernel needs it, as
// packTiles says.
func (t *gemmTask) left(s *scratch, i0, i1, k0, k1 int) blockA {
	a, m, k := t.a, i1-i0, k1-k0
	const odd = 16 // elements more than a line needs: strides of a power of two share cache sets
	if a.Col == 1 {
		step := ceil(k, odd)*odd + odd
		to := s.a.get(m * step)
		for i := range m {
			line, from := to[i*step:i*step+k], a.Data[(i0+i)*a.Row+k0:]
			if t.alpha == 1 {
				copy(line, from)
			} else {
				t.im.scale(line, t.alpha, from[:k])
			}
		}
		return blockA{data: to, row: step, col: 1}
	}
	b := t.im.packTiles(&s.a, a.Data[i0+k0*a.Col:], a.Col, m, k)
	if t.alpha != 1 {
		t.im.scale(b.data, t.alpha, b.data)
	}
	return b
}
