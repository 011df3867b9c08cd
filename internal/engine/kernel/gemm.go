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

// A gemmTask is a product, or the packing of its A. A part is a block of C: some
// strips of rows, and a group of panels of B that the part packs for itself. A is
// read in place, or where that is slow packed first, by all threads. How C is cut
// does not change a bit, so it may depend on the number of threads.
type gemmTask struct {
	im    *implementation
	s     Product
	alpha float32
	a, b  Strided[float32]
	add   bool
	c     []float32

	groups int // of panels of B
	strips int // of rows of A
	bands  int // of strips

	packA, packing bool
	k0, k          int // the stretch of the inner dimension of this round, and
	passes         int // of a part over it
	packed         []float32
	room           int // for a strip's pass in packed
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
	t.packA = alpha != 1 || s.N > 2*t.im.cols && (s.K > blocks.inner || a.Col != 1 || a.Row%1024 == 0)
	t.share(len(p.helpers) + 1)
	run := p.run
	if s.M*s.N*s.K <= enough {
		run = alone
	}
	inner := s.K
	if t.packA {
		inner = min(s.K, max(blocks.inner, blocks.packed/s.M))
	}
	for t.k0 = 0; t.k0 < s.K; t.k0 += inner {
		t.k = min(inner, s.K-t.k0)
		t.passes = ceil(t.k, blocks.inner)
		if t.packA {
			_, t.room = t.im.tileLayout(ceil(s.M, t.strips), ceil(t.k, t.passes))
			t.packed = d.shared.get(t.strips * t.passes * t.room)
			t.packing = true
			run(t, t.strips*t.passes, &d.scratch)
			t.packing = false
		}
		run(t, t.groups*t.bands, &d.scratch)
	}
	d.close()
}

// share decides how C is cut: into groups of panels that fit the cache, more of
// them where that makes enough parts, and only then into bands of rows, whose
// parts pack the same panels. A's strips fit the cache too.
func (t *gemmTask) share(threads int) {
	panels := ceil(t.s.N, t.im.cols)
	t.groups, t.bands = min(panels, ceil(panels*min(t.s.K, blocks.inner)*t.im.cols, blocks.group)), 1
	if want := 4 * threads; threads > 1 && t.s.M*t.s.N*t.s.K > enough {
		groups := min(panels, ceil(max(t.groups, want), threads)*threads)
		bands := max(1, min(want/groups, t.s.M/(blocks.outer/2)))
		if groups*bands > 2 { // else one thread does them all: see Pool.run
			t.groups, t.bands = groups, bands
		}
	}
	t.strips = max(t.bands, ceil(t.s.M, blocks.outer*max(1, blocks.inner/t.s.K)))
}

// strip returns the rows of A that strip r has.
func (t *gemmTask) strip(r int) (from, to int) {
	return r * t.s.M / t.strips, (r + 1) * t.s.M / t.strips
}

// pass returns the stretch of the inner dimension that pass q takes.
func (t *gemmTask) pass(q int) (from, to int) {
	return t.k0 + q*t.k/t.passes, t.k0 + (q+1)*t.k/t.passes
}

func (t *gemmTask) part(i int, s *scratch) {
	if t.packing {
		t.pack(i/t.passes, i%t.passes)
		return
	}
	w, panels := t.im.cols, ceil(t.s.N, t.im.cols)
	g, band := i%t.groups, i/t.groups
	j0, j1 := g*panels/t.groups*w, min((g+1)*panels/t.groups*w, t.s.N)
	for q := range t.passes {
		k0, k1 := t.pass(q)
		k := k1 - k0
		b := blockB{s.b.get(ceil(j1-j0, w) * w * k), w, w * k}
		for j := j0; j < j1; j += w {
			t.im.packPanel(b.data[(j-j0)*k:], Strided[float32]{t.b.Data[k0*t.b.Row:], t.b.Row, t.b.Col}, k, j, min(w, j1-j))
		}
		for r := band * t.strips / t.bands; r < (band+1)*t.strips/t.bands; r++ {
			i0, i1 := t.strip(r)
			var a blockA
			if t.packA {
				a, _ = t.im.tileLayout(i1-i0, k)
				a.data = t.packed[(r*t.passes+q)*t.room:]
			} else {
				a = blockA{data: t.a.Data[i0*t.a.Row+k0*t.a.Col:], row: t.a.Row, col: t.a.Col}
			}
			t.im.block(&s.panel, i1-i0, j1-j0, k, a, b, t.c[i0*t.s.N+j0:], t.s.N, t.add || k0 > 0)
		}
	}
}

// pack packs alpha*A, strip r and pass q of it.
func (t *gemmTask) pack(r, q int) {
	i0, i1 := t.strip(r)
	k0, k1 := t.pass(q)
	a, size := t.im.tileLayout(i1-i0, k1-k0)
	a.data = t.packed[(r*t.passes+q)*t.room:][:size]
	t.im.packTiles(a, Strided[float32]{t.a.Data[i0*t.a.Row+k0*t.a.Col:], t.a.Row, t.a.Col}, i1-i0, k1-k0)
	if t.alpha != 1 {
		t.im.scale(a.data, t.alpha, a.data)
	}
}
