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

// The blocks of a product, in elements, as BenchmarkBlocks found them.
const (
	innerBlock = 512     // of K that one pass over a block takes
	outerBlock = 96      // rows of A in a part of the work, more where K is short: A's block takes half of the second level of the cache
	packBlock  = 1 << 20 // elements of B that are packed at a time
	enough     = 1 << 20 // multiply-adds; a product of no more is not worth waking a thread
)

// A gemmTask is a product, or the packing of its B. B is packed into panels
// once, by all threads; then parts are blocks of C, that is of rows and of
// groups of panels. How C is cut does not change a bit, so it may depend on the
// number of threads.
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
	t.packA = alpha != 1 || s.N > 2*t.im.cols && (s.K > innerBlock || a.Col != 1 || a.Row%1024 == 0)
	inner := min(s.K, max(innerBlock, packBlock/s.N))
	outer := max(1, packBlock/(inner*t.im.cols)) * t.im.cols
	for t.j0 = 0; t.j0 < s.N; t.j0 += outer {
		t.cols = min(outer, s.N-t.j0)
		t.panels = ceil(t.cols, t.im.cols)
		t.share(len(p.helpers) + 1)
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
	rows := outerBlock * max(1, innerBlock/t.s.K)
	t.rowBlocks, t.groups = ceil(t.s.M, rows), 1
	if want := 4 * threads; threads > 1 && t.s.M*t.cols*t.s.K > enough {
		t.rowBlocks = max(t.rowBlocks, min(want, t.s.M/(outerBlock/2)))
		t.groups = min(t.panels, ceil(want, t.rowBlocks))
	}
}

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
	blocks := ceil(t.k, innerBlock)
	for q := range blocks {
		k0, k1 := q*t.k/blocks, (q+1)*t.k/blocks
		b := blockB{t.packed[j0*t.k+k0*w:], w, t.k * w}
		c := t.c[i0*t.s.N+t.j0+j0:]
		t.im.block(&s.panel, i1-i0, j1-j0, k1-k0, t.left(s, i0, i1, t.k0+k0, t.k0+k1), b, c, t.s.N, t.add || t.k0+k0 > 0)
	}
}

// left returns rows i0 to i1 and columns k0 to k1 of alpha*A: in place, or as a
// copy without gaps. A copy of rows keeps them as rows, that of a transposed A
// takes each tile's part of a column to where the kernel needs it, as
// packTiles says.
func (t *gemmTask) left(s *scratch, i0, i1, k0, k1 int) blockA {
	a, m, k := t.a, i1-i0, k1-k0
	if !t.packA {
		return blockA{data: a.Data[i0*a.Row+k0*a.Col:], row: a.Row, col: a.Col}
	}
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
