package kernel

import (
	"runtime"
	"sync/atomic"
)

// A Strided is a matrix operand: element (i, j) is Data[i*Row + j*Col]. A
// transposed matrix differs from a plain one only in its strides.
type Strided[F Float] struct {
	Data     []F
	Row, Col int
}

// turned is the transposed matrix.
func (m Strided[F]) turned() Strided[F] { return Strided[F]{m.Data, m.Col, m.Row} }

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

// enough multiply-adds are worth a second thread.
const enough = 1 << 20

// A gemmTask is a round of a product: the packing of its A, or one pass over the
// inner dimension. A is read in place, or where that is slow packed first, by all
// threads. The panels of B come in groups. A thread takes a group, packs it for
// itself, so that it lies in that thread's cache, and multiplies it with one strip
// of A after the other; who finds no group left helps with those of others. How C
// is cut and who computes what does not change a bit, so it may depend on the
// number of threads.
type gemmTask struct {
	im    *implementation
	s     Product
	alpha float32
	a, b  Strided[float32]
	add   bool
	c     []float32

	strips int // of rows of A
	groups []group

	packA, packing bool
	k0, k          int // the stretch of the inner dimension whose A is packed, and
	passes, pass   int // over it, and which one this round is
	packed         []float32
	room           int // for a strip's pass in packed
}

// A group is some neighbouring panels of B, in one pass. Its units, a strip of A
// times a panel, are what threads share out.
type group struct {
	from, to int       // columns of B
	packed   []float32 // in memory of its thread; it packs another only while nobody helps yet, since who helps has found all groups taken
	ready    atomic.Bool
	next     atomic.Int64 // first unit that nobody has taken
	_        [64]byte     // groups do not share cache lines
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
	defer d.close()
	if worthTurning(d.im, s, alpha, a, b, add) {
		turned := d.turned.get(s.N * s.M)
		p.Gemm(Product{s.N, s.M, s.K}, 1, b.turned(), a.turned(), false, turned)
		d.im.transposed(c, turned, s.N, s.M)
		return
	}
	t := &d.gemm
	*t = gemmTask{im: d.im, s: s, alpha: alpha, a: a, b: b, add: add, c: c, groups: t.groups}
	t.packA = alpha != 1 || !d.im.readsInPlace(s, a)
	run, helpers := p.run, len(p.helpers)
	if s.M*s.N*s.K <= enough {
		run, helpers = alone, 0
	}
	t.share(1 + helpers)
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
		for t.pass = range t.passes {
			for i := range t.groups {
				t.groups[i].ready.Store(false)
				t.groups[i].next.Store(0)
			}
			run(t, len(t.groups)+2*helpers, &d.scratch) // a group alone would be too few parts
		}
	}
}

// strip returns the rows of A that strip r has.
func (t *gemmTask) strip(r int) (from, to int) {
	return r * t.s.M / t.strips, (r + 1) * t.s.M / t.strips
}

// stretch returns the inner dimension's part that pass q takes.
func (t *gemmTask) stretch(q int) (from, to int) {
	return t.k0 + q*t.k/t.passes, t.k0 + (q+1)*t.k/t.passes
}

func (t *gemmTask) part(i int, s *scratch) {
	switch {
	case t.packing:
		t.pack(i/t.passes, i%t.passes)
	case i < len(t.groups):
		g := &t.groups[i]
		t.packGroup(g, s)
		t.multiply(g, s)
	default:
		t.help(s)
	}
}

// pack packs alpha*A, strip r and pass q of it.
func (t *gemmTask) pack(r, q int) {
	i0, i1 := t.strip(r)
	k0, k1 := t.stretch(q)
	a, size := t.im.tileLayout(i1-i0, k1-k0)
	a.data = t.packed[(r*t.passes+q)*t.room:][:size]
	t.im.packTiles(a, Strided[float32]{t.a.Data[i0*t.a.Row+k0*t.a.Col:], t.a.Row, t.a.Col}, i1-i0, k1-k0)
	if t.alpha != 1 {
		t.im.scale(a.data, t.alpha, a.data)
	}
}

// packGroup packs the panels of g into the thread's own memory.
func (t *gemmTask) packGroup(g *group, s *scratch) {
	defer g.ready.Store(true) // also after a panic: others wait for it
	k0, k1 := t.stretch(t.pass)
	k, w := k1-k0, t.im.cols
	g.packed = s.b.get(ceil(g.to-g.from, w) * w * k)
	b := Strided[float32]{t.b.Data[k0*t.b.Row:], t.b.Row, t.b.Col}
	for j := g.from; j < g.to; j += w {
		t.im.packPanel(g.packed[(j-g.from)*k:], b, k, j, min(w, g.to-j))
	}
}

// multiply computes units of g until all are taken.
func (t *gemmTask) multiply(g *group, s *scratch) {
	w := t.im.cols
	k0, k1 := t.stretch(t.pass)
	k, n := k1-k0, g.to-g.from
	panels, b := ceil(n, w), blockB{g.packed, w, w * k}
	for {
		u := int(g.next.Add(1)) - 1
		r := u / panels
		if r >= t.strips {
			return
		}
		i0, i1 := t.strip(r)
		var a blockA
		if t.packA {
			a, _ = t.im.tileLayout(i1-i0, k)
			a.data = t.packed[(r*t.passes+t.pass)*t.room:]
		} else {
			a = blockA{data: t.a.Data[i0*t.a.Row+k0*t.a.Col:], row: t.a.Row, col: t.a.Col}
		}
		s.panel.over(k, a, b, t.s.N, t.add || k0 > 0)
		t.im.one(&s.panel, i1-i0, n, u%panels, a, b, t.c[i0*t.s.N+g.from:])
	}
}

// help computes units of groups that others have taken, the last ones first, as long as there are any.
func (t *gemmTask) help(s *scratch) {
	for waits := true; waits; {
		waits = false
		for i := len(t.groups) - 1; i >= 0; i-- {
			if g := &t.groups[i]; g.ready.Load() {
				t.multiply(g, s)
			} else {
				waits = true
			}
		}
		if waits {
			runtime.Gosched()
		}
	}
}
