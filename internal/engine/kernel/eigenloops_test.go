package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The loops of every implementation give the plain ones' bits, at every length, and write nothing else.
func TestEigenLoops(t *testing.T) {
	const fence = 1.5e300
	r := rand.New(rand.NewPCG(3, 1))
	field := func(n int) []float64 { // n numbers between guard bands
		x := slices.Repeat([]float64{fence}, n+16)
		for i := range n {
			x[8+i] = r.NormFloat64()
		}
		return x
	}
	for _, im := range implementations() {
		for n := 1; n <= 40; n++ {
			for what, run := range map[string]func(l *eigenLoops, x, y, z []float64){
				"addScaled": func(l *eigenLoops, x, y, _ []float64) { l.addScaled(x, 1.7, y) },
				"addTwo":    func(l *eigenLoops, x, y, z []float64) { l.addTwo(x, 1.7, y, -0.3, z) },
				"rotate":    func(l *eigenLoops, x, y, _ []float64) { l.rotate(x, y, 0.6, 0.8) },
			} {
				a := [3][]float64{field(n), field(n), field(n)}
				b := [3][]float64{slices.Clone(a[0]), slices.Clone(a[1]), slices.Clone(a[2])}
				run(im.eigen, a[0][8:8+n:8+n], a[1][8:8+n:8+n], a[2][8:8+n:8+n])
				run(plainEigen, b[0][8:8+n:8+n], b[1][8:8+n:8+n], b[2][8:8+n:8+n])
				for i := range a {
					if !slices.Equal(a[i], b[i]) {
						t.Errorf("%s %s of %d: %v, want %v", im.name, what, n, a[i], b[i])
					}
				}
			}
			for rows := range 10 {
				stride := n + rows
				x, y, sums := field(rows * stride)[8:], field(n)[8:][:n], field(rows)
				x = x[:max(0, (rows-1)*stride+n):max(0, (rows-1)*stride+n)]
				if rows == 0 {
					x = nil
				}
				im.eigen.inners(sums[8:8+rows:8+rows], x, stride, y)
				for i, v := range sums {
					want := fence
					if i >= 8 && i < 8+rows {
						want = inner(x[(i-8)*stride:][:n], y)
					}
					if v != want {
						t.Errorf("%s, %d inner products of %d: %v, number %d should be %g", im.name, rows, n, sums, i-8, want)
					}
				}
			}
		}
	}
}

// All implementations decompose a matrix into the same bits.
func TestSymmetricEigenIsTheSameEverywhere(t *testing.T) {
	const n = 67
	var want []float64
	everywhere(t, func(t *testing.T, _ *Pool) {
		got := make([]float64, n+n*n)
		SymmetricEigen(got[:n], got[n:], symmetric(n, n), make([]float64, 3*n))
		if want == nil {
			want = got
		}
		for i := range want {
			if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
				t.Fatalf("number %d is %g, was %g", i, got[i], want[i])
			}
		}
	})
}

func BenchmarkSymmetricEigen(b *testing.B) {
	for _, n := range []int{128, 256, 512} {
		a, work := symmetric(n, n), make([]float64, n*n)
		values, vectors, more := make([]float64, n), make([]float64, n*n), make([]float64, 3*n)
		for _, im := range implementations() {
			b.Run(fmt.Sprintf("%d/%s", n, im.name), func(b *testing.B) {
				before := Using()
				defer func() { _ = Use(before) }()
				_ = Use(im.name)
				for b.Loop() {
					copy(work, a)
					SymmetricEigen(values, vectors, work, more)
				}
			})
		}
	}
}
