package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// everywhere runs f with each implementation of this machine, on one thread and
// on three; with -short, which the race detector gets, on three.
func everywhere(t *testing.T, f func(t *testing.T, p *Pool)) {
	t.Helper()
	before := Using()
	t.Cleanup(func() { _ = Use(before) })
	for _, name := range Implementations() {
		for _, threads := range []int{1, 3} {
			if threads == 1 && testing.Short() {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, threads), func(t *testing.T) {
				if err := Use(name); err != nil {
					t.Fatal(err)
				}
				f(t, NewPool(threads))
			})
		}
	}
}

// A field gives random slices that stand between guard bands, at every offset
// from a cache line in turn.
type field struct {
	random *rand.Rand
	offset int
	bands  [][]float32
}

func newField(seed uint64) *field { return &field{random: rand.New(rand.NewPCG(seed, 1))} }

const guard = 20 // elements on each side

var fence = math.Float32frombits(0x7fabcdef) // a NaN of our own

func (f *field) slice(n int) []float32 {
	f.offset = (f.offset + 1) % 16
	all := make([]float32, guard+f.offset+n+guard)
	for i := range all {
		all[i] = fence
	}
	x := all[guard+f.offset : guard+f.offset+n]
	for i := range x {
		x[i] = float32(f.random.NormFloat64())
		if f.random.IntN(16) == 0 {
			x[i] = 0
		}
	}
	f.bands = append(f.bands, all[:guard+f.offset], all[guard+f.offset+n:])
	return x[:n:n]
}

// intact fails the test where a guard band was written.
func (f *field) intact(t *testing.T, what string) {
	t.Helper()
	for _, b := range f.bands {
		for _, v := range b {
			if math.Float32bits(v) != math.Float32bits(fence) {
				t.Fatalf("%s: wrote outside its slices", what)
			}
		}
	}
	f.bands = f.bands[:0]
}

func clone(x []float32) []float32 { return append([]float32(nil), x...) }

// same fails the test where the bits differ; all NaNs are one.
func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			t.Fatalf("%s: element %d of %d is %v, want %v", what, i, len(want), got[i], want[i])
		}
	}
}

// lengths are every length up to 70 and some that are cut into several parts.
func lengths() []int {
	var n []int
	for i := range 71 {
		n = append(n, i)
	}
	if testing.Short() {
		n = n[40:50]
	}
	return append(n, 255, 1000, eachPart-1, eachPart+33, 3*eachPart+5)
}

// shapes of matrices: every width up to 40, widths around a block of columns, tall and wide ones.
func shapes() [][2]int {
	var s [][2]int
	for c := 1; c <= 40; c++ {
		s = append(s, [2]int{1 + c%7, c})
	}
	if testing.Short() {
		s = s[15:20]
	}
	return append(s, [2]int{1, 1}, [2]int{5, 63}, [2]int{9, 64}, [2]int{7, 65}, [2]int{3, 130}, [2]int{2, 257}, [2]int{3, 1000},
		[2]int{255, 3}, [2]int{256, 16}, [2]int{1030, 17}, [2]int{5000, 5}, [2]int{700, 70}, [2]int{20000, 1}, [2]int{2, 20000})
}

// The kernels over slices: apply runs one on p, or on the plain loop where p is nil.
type api interface {
	Copy(dst, x []float32)
	Fill(dst []float32, v float32)
	Scale(dst []float32, a float32, x []float32)
	AddScaled(dst []float32, a float32, x []float32)
	Mul(dst, x, y []float32)
	Lerp(dst []float32, a, b float32, x []float32)
	AddRow(dst, v []float32)
	MulRow(dst, v, x []float32)
	MulCol(dst, v, x []float32)
	ReLU(dst, x []float32)
	ReLUGrad(dst, dy, y []float32)
	Sum(x []float32) float32
	Dot(x, y []float32) float32
	ColSum(dst, x []float32)
	ColDot(dst, x, y []float32)
	RowDot(dst, x, y []float32)
	MeanGroups(dst, x []float32, cols, g int)
	SpreadGroups(dst, dy []float32, cols, g int)
	Gemm(s Product, alpha float32, a, b Strided[float32], add bool, c []float32)
	NormalizeRows(dst, inv, x []float32, eps float32)
	NormalizeRowsGrad(dst, g, u, inv []float32)
	SoftmaxRows(dst, lse, x []float32)
	Standardize(dst, mean, inv, x []float32, eps float32)
	StandardizeGrad(dst, g, q, inv []float32)
	StandardizeReLU(y, q, mean, inv, x, scale, shift []float32, eps float32)
	StandardizeReLUGrad(dst, dscale, dshift, dy, q, inv, scale, shift []float32)
	Conv(y, x, w []float32, s ConvShape)
	ConvInputGrad(dx, dy, w []float32, s ConvShape)
	ConvWeightGrad(dw, dy, x []float32, s ConvShape, add bool)
	Momentum(w, v, g []float32, lr, mu, wd float32)
}

// sliced are the kernels over slices of one length: a, b and c are inputs and outputs.
var sliced = []struct {
	name string
	run  func(k api, a, b, c []float32)
}{
	{"Copy", func(k api, a, b, c []float32) { k.Copy(a, b) }},
	{"Fill", func(k api, a, b, c []float32) { k.Fill(a, 1.25) }},
	{"Scale", func(k api, a, b, c []float32) { k.Scale(a, 0.3, b) }},
	{"Scale in place", func(k api, a, b, c []float32) { k.Scale(a, 0.3, a) }},
	{"AddScaled", func(k api, a, b, c []float32) { k.AddScaled(a, 0.3, b) }},
	{"Mul", func(k api, a, b, c []float32) { k.Mul(a, b, c) }},
	{"Mul in place", func(k api, a, b, c []float32) { k.Mul(a, a, b) }},
	{"Lerp", func(k api, a, b, c []float32) { k.Lerp(a, 0.99, 0.01, b) }},
	{"ReLU", func(k api, a, b, c []float32) { k.ReLU(a, b) }},
	{"ReLU in place", func(k api, a, b, c []float32) { k.ReLU(a, a) }},
	{"ReLUGrad", func(k api, a, b, c []float32) { k.ReLUGrad(a, b, c) }},
	{"Momentum", func(k api, a, b, c []float32) { k.Momentum(a, b, c, 0.1, 0.9, 1e-3) }},
	{"Sum", func(k api, a, b, c []float32) {
		if s := k.Sum(b); len(a) > 0 {
			a[0] = s
		}
	}},
	{"Dot", func(k api, a, b, c []float32) {
		if s := k.Dot(b, c); len(a) > 0 {
			a[0] = s
		}
	}},
}

func TestSlices(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(1)
		for _, k := range sliced {
			for _, n := range lengths() {
				what := fmt.Sprintf("%s, %d elements", k.name, n)
				a, b, c := f.slice(n), f.slice(n), f.slice(n)
				wa, wb, wc := clone(a), clone(b), clone(c)
				k.run(Plain[float32]{}, wa, wb, wc)
				k.run(p, a, b, c)
				f.intact(t, what)
				same(t, what, a, wa)
				same(t, what, b, wb)
				same(t, what, c, wc)
			}
		}
	})
}

// matrices are the kernels over rows x cols matrices x and y, an output of
// that shape, row vectors r and s and column vectors u and v.
var matrices = []struct {
	name string
	run  func(k api, o, x, y, r, s, u, v []float32)
}{
	{"AddRow", func(k api, o, x, y, r, s, u, v []float32) { k.AddRow(o, r) }},
	{"MulRow", func(k api, o, x, y, r, s, u, v []float32) { k.MulRow(o, r, x) }},
	{"MulCol", func(k api, o, x, y, r, s, u, v []float32) { k.MulCol(o, u, x) }},
	{"MulCol in place", func(k api, o, x, y, r, s, u, v []float32) { k.MulCol(o, u, o) }},
	{"ColSum", func(k api, o, x, y, r, s, u, v []float32) { k.ColSum(r, x) }},
	{"ColDot", func(k api, o, x, y, r, s, u, v []float32) { k.ColDot(r, x, y) }},
	{"RowDot", func(k api, o, x, y, r, s, u, v []float32) { k.RowDot(u, x, y) }},
	{"NormalizeRows", func(k api, o, x, y, r, s, u, v []float32) { k.NormalizeRows(o, u, x, 1e-3) }},
	{"NormalizeRowsGrad", func(k api, o, x, y, r, s, u, v []float32) { k.NormalizeRowsGrad(o, x, y, u) }},
	{"SoftmaxRows", func(k api, o, x, y, r, s, u, v []float32) { k.SoftmaxRows(o, u, x) }},
	{"SoftmaxRows in place", func(k api, o, x, y, r, s, u, v []float32) { k.SoftmaxRows(o, u, o) }},
	{"Standardize", func(k api, o, x, y, r, s, u, v []float32) { k.Standardize(o, r, s, x, 1e-5) }},
	{"Standardize in place", func(k api, o, x, y, r, s, u, v []float32) { k.Standardize(o, r, s, o, 1e-5) }},
	{"StandardizeGrad", func(k api, o, x, y, r, s, u, v []float32) { k.StandardizeGrad(o, x, y, r) }},
	{"StandardizeGrad in place", func(k api, o, x, y, r, s, u, v []float32) { k.StandardizeGrad(o, o, y, r) }},
	{"StandardizeReLU", func(k api, o, x, y, r, s, u, v []float32) {
		if n := len(r); len(x) > 0 { // the first and the last row are scale and shift
			k.StandardizeReLU(o, y, r, s, x, x[:n], x[len(x)-n:], 1e-5)
		}
	}},
	{"StandardizeReLU in place", func(k api, o, x, y, r, s, u, v []float32) {
		if n := len(r); len(x) > 0 {
			k.StandardizeReLU(o, y, r, s, y, x[:n], x[len(x)-n:], 1e-5)
		}
	}},
	{"StandardizeReLUGrad", func(k api, o, x, y, r, s, u, v []float32) {
		if n := len(r); len(x) > 0 {
			k.StandardizeReLUGrad(o, r, s, x, y, x[:n], y[:n], x[len(x)-n:])
		}
	}},
	{"StandardizeReLUGrad in place, without the weights", func(k api, o, x, y, r, s, u, v []float32) {
		if n := len(r); len(x) > 0 {
			k.StandardizeReLUGrad(o, nil, nil, o, y, r, s, x[:n])
		}
	}},
}

func TestMatrices(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(2)
		for _, k := range matrices {
			for _, shape := range shapes() {
				rows, cols := shape[0], shape[1]
				what := fmt.Sprintf("%s, %d x %d", k.name, rows, cols)
				n := rows * cols
				ops := [][]float32{f.slice(n), f.slice(n), f.slice(n), f.slice(cols), f.slice(cols), f.slice(rows), f.slice(rows)}
				var want [][]float32
				for _, o := range ops {
					want = append(want, clone(o))
				}
				k.run(Plain[float32]{}, want[0], want[1], want[2], want[3], want[4], want[5], want[6])
				k.run(p, ops[0], ops[1], ops[2], ops[3], ops[4], ops[5], ops[6])
				f.intact(t, what)
				for i := range ops {
					same(t, what, ops[i], want[i])
				}
			}
		}
	})
}

func TestGroups(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(3)
		for _, s := range [][3]int{{1, 1, 1}, {3, 4, 5}, {7, 16, 16}, {5, 33, 49}, {300, 20, 9}, {0, 4, 3}} {
			rows, cols, g := s[0], s[1], s[2]
			what := fmt.Sprintf("groups of %d, %d x %d", g, rows, cols)
			few, many := f.slice(rows*cols), f.slice(rows*g*cols)
			wf, wm := clone(few), clone(many)
			Plain[float32]{}.MeanGroups(wf, wm, cols, g)
			p.MeanGroups(few, many, cols, g)
			same(t, what, few, wf)
			Plain[float32]{}.SpreadGroups(wm, wf, cols, g)
			p.SpreadGroups(many, few, cols, g)
			same(t, what, many, wm)
			f.intact(t, what)
		}
	})
}
