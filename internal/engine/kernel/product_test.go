package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// fused is a*b + c rounded once, from its definition: the sum of the exact
// product and c in float64, rounded to odd, so that the second rounding to
// float32 cannot go wrong (Boldo and Melquiond 2008).
func fused(a, b, c float32) float32 {
	p, q := float64(a)*float64(b), float64(c)
	s := p + q
	z := s - p
	e := (p - (s - z)) + (q - z) // s + e is the exact sum
	if e != 0 && !math.IsInf(s, 0) && math.Float64bits(s)&1 == 0 {
		s = math.Nextafter(s, math.Inf(int(math.Copysign(1, e))))
	}
	return float32(s)
}

func TestFused(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 20000 {
		a, b := float32(r.NormFloat64()), float32(r.NormFloat64())
		c := -a * b * (1 + float32(r.IntN(5)-2)*1e-7)
		// math.FMA is exact here but for the second rounding, which hits a tie once in 2^29.
		if got, want := fused(a, b, c), float32(math.FMA(float64(a), float64(b), float64(c))); got != want {
			t.Fatalf("%v*%v + %v = %v, want %v", a, b, c, got, want)
		}
	}
}

// multiplyAdd is one link of a chain in the class in use.
func multiplyAdd(a, b, c float32) float32 {
	if Class() == "fma" {
		return fused(a, b, c)
	}
	return float32(a*b) + c
}

// chain is Gemm's documentation with the class's own multiply-add.
func chain(s Product, alpha float32, a, b Strided[float32], add bool, c []float32) {
	for i := range s.M {
		for j := range s.N {
			var sum float32
			if add {
				sum = c[i*s.N+j]
			}
			for k := range s.K {
				sum = multiplyAdd(alpha*a.Data[i*a.Row+k*a.Col], b.Data[k*b.Row+j*b.Col], sum)
			}
			c[i*s.N+j] = sum
		}
	}
}

// operands of the three products on dense storage.
func operands(op string, s Product, a, b []float32) (Strided[float32], Strided[float32]) {
	x, y := Strided[float32]{a, s.K, 1}, Strided[float32]{b, s.N, 1}
	if op == "TN" {
		x.Row, x.Col = 1, s.M
	}
	if op == "NT" {
		y.Row, y.Col = 1, s.K
	}
	return x, y
}

func products() []Product {
	var p []Product
	for m := 1; m <= 31; m++ {
		p = append(p, Product{m, 1 + m*7%37, 1 + m*5%23})
	}
	for n := 1; n <= 70; n++ {
		p = append(p, Product{1 + n*3%19, n, 1 + n%9})
	}
	if testing.Short() {
		return append(p[40:50], Product{130, 70, 40})
	}
	return append(p, Product{3, 5, 0}, Product{0, 4, 4}, Product{4, 0, 4},
		Product{130, 70, 40}, Product{33, 100, 400}, Product{20, 40, 1000}, Product{121, 33, 1024}, Product{2, 300, 769}, Product{7, 2100, 513},
		Product{700, 40, 60}, Product{300, 20, 1300}, Product{100, 600, 70})
}

// Each element of a product is one chain in the order of k, to the bit, in every
// implementation: so AVX2, AVX-512 and NEON agree, and any number of threads.
func TestGemm(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(5)
		for i, s := range products() {
			large := s.M*s.N*s.K > 1<<18
			for o, op := range []string{"NN", "NT", "TN"} {
				if large && o != i%3 {
					continue // enough of a slow thing
				}
				for k, alpha := range []float32{1, 0.3} {
					add := (i+o+k)%2 == 0
					what := fmt.Sprintf("%s %+v alpha %v add %v", op, s, alpha, add)
					a, b := operands(op, s, f.slice(s.M*s.K), f.slice(s.K*s.N))
					c := f.slice(s.M * s.N)
					want := clone(c)
					if !add && len(c) > 0 {
						c[0] = float32(math.NaN()) // must not be read
					}
					chain(s, alpha, a, b, add, want)
					p.Gemm(s, alpha, a, b, add, c)
					f.intact(t, what)
					same(t, what, c, want)
				}
			}
		}
	})
}

// The documented loop itself, in float32 arithmetic without fusing.
func TestPlainGemm(t *testing.T) {
	if err := Use("plain"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { all := Implementations(); _ = Use(all[len(all)-1]) })
	f := newField(6)
	for _, op := range []string{"NN", "NT", "TN"} {
		s := Product{9, 11, 13}
		a, b := operands(op, s, f.slice(s.M*s.K), f.slice(s.K*s.N))
		got, want := f.slice(s.M*s.N), make([]float32, s.M*s.N)
		chain(s, 0.3, a, b, false, want)
		Plain[float32]{}.Gemm(s, 0.3, a, b, false, got)
		same(t, op, got, want)
	}
}

// A wide B with contiguous columns is read in place as the left operand of the
// transposed product, whose chains are the same: shared out, and on one thread.
func TestGemmTurned(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(8)
		for _, s := range []Product{{24, 130, 1100}, {3, 70, 500}, {17, 90, 300}} {
			a, b := operands("NT", s, f.slice(s.M*s.K), f.slice(s.K*s.N))
			im := current.Load()
			if turns := worthTurning(im, s, 1, a, b, false); !turns && im.rows <= 8 {
				t.Errorf("%v is not turned", s)
			}
			if worthTurning(im, s, 2, a, b, false) || worthTurning(im, s, 1, a, b, true) {
				t.Errorf("%v is turned with alpha or with add", s)
			}
			c := f.slice(s.M * s.N)
			want := clone(c)
			chain(s, 1, a, b, false, want)
			p.Gemm(s, 1, a, b, false, c)
			f.intact(t, fmt.Sprint(s))
			same(t, fmt.Sprint(s), c, want)
		}
	})
}

func TestGemmPropagatesNaN(t *testing.T) {
	everywhere(t, func(t *testing.T, p *Pool) {
		s := Product{20, 40, 50}
		a, b, c := make([]float32, s.M*s.K), make([]float32, s.K*s.N), make([]float32, s.M*s.N)
		a[3*s.K+7] = float32(math.NaN())
		x, y := operands("NN", s, a, b)
		p.Gemm(s, 1, x, y, false, c)
		for i, v := range c {
			if (v != v) != (i/s.N == 3) {
				t.Fatalf("element %d is %v", i, v)
			}
		}
	})
}
