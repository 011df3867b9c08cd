package probe

import (
	"math"
	"math/rand/v2"
	"testing"
)

// hsicByDefinition averages over all quadruples of different samples what the
// unbiased estimate is the U-statistic of: K_ij (L_ij + L_qr - 2 L_iq), i, j, q and
// r all different (Song et al. 2012, section 3.1).
func hsicByDefinition(k, l Square) float64 {
	sum, count := 0.0, 0.0
	for i := range k.N {
		for j := range k.N {
			for q := range k.N {
				for r := range k.N {
					if i == j || i == q || i == r || j == q || j == r || q == r {
						continue
					}
					sum += k.At(i, j) * (l.At(i, j) + l.At(q, r) - 2*l.At(i, q))
					count++
				}
			}
		}
	}
	return sum / count
}

func gaussian(r *rand.Rand, n, d int) Matrix {
	m := Matrix{Rows: n, Cols: d, Data: make([]float32, n*d)}
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

// gram returns the centred Gram matrix that a likeness is.
func gram(z Matrix) Square {
	c, lengths := Likeness(z)
	for i := range c.N {
		for j := range c.N {
			c.Data[i*c.N+j] *= lengths[i] * lengths[j]
		}
	}
	return c
}

func TestHSICIsItsDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{4, 5, 7} {
		k, l := gram(gaussian(r, n, 3)), gram(gaussian(r, n, 2))
		for name, pair := range map[string][2]Square{"two": {k, l}, "one": {k, k}} {
			got, want := hsic(pair[0], pair[1]), hsicByDefinition(pair[0], pair[1])
			if math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
				t.Errorf("n=%d, %s: %g, by definition %g", n, name, got, want)
			}
		}
	}
}

func TestLikenessIsTheCentredGramMatrix(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	z := gaussian(r, 9, 4)
	g := gram(z)
	p := newPair(z)
	for i := range 9 {
		for j := range 9 {
			want := dot(p.centred.RawRowView(i), p.centred.RawRowView(j))
			scale := g.At(0, 0) / dot(p.centred.RawRowView(0), p.centred.RawRowView(0)) // newPair's unit
			if math.Abs(g.At(i, j)-scale*want) > 1e-9 {
				t.Fatalf("(%d, %d): %g, want %g", i, j, g.At(i, j), scale*want)
			}
		}
	}
}

func TestComparedNetworks(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, d = 100, 40
	z := gaussian(r, n, d)
	// The same turned and scaled: channels swapped in pairs by a rotation of 30 degrees, times 7.
	turned := Matrix{Rows: n, Cols: d, Data: make([]float32, n*d)}
	c, s := math.Cos(math.Pi/6), math.Sin(math.Pi/6)
	for i := range n {
		for j := 0; j < d; j += 2 {
			x, y := float64(z.Row(i)[j]), float64(z.Row(i)[j+1])
			turned.Row(i)[j], turned.Row(i)[j+1] = float32(7*(c*x-s*y)), float32(7*(s*x+c*y))
		}
	}
	if v := GramCKA(gram(z), gram(turned)); math.Abs(v-1) > 1e-5 {
		t.Errorf("turned and scaled: CKA %g", v)
	}
	likeness := func(z Matrix) Square { c, _ := Likeness(z); return c }
	if v := GramOverlap(likeness(z), likeness(turned), 10); v < 0.999 {
		t.Errorf("turned and scaled: overlap %g", v)
	}
	// Unrelated: on average 0 and by chance, where the plain estimate is far from 0.
	var cka, overlap, plain float64
	const draws = 20
	for range draws {
		x, y := gaussian(r, n, d), gaussian(r, n, d)
		cka += GramCKA(gram(x), gram(y)) / draws
		overlap += GramOverlap(likeness(x), likeness(y), 10) / draws
		plain += CKA(x, y) / draws
	}
	if math.Abs(cka) > 0.02 || math.Abs(overlap-OverlapByChance(10, n)) > 0.02 || plain < 0.2 {
		t.Errorf("unrelated: CKA %g (plain %g), overlap %g", cka, plain, overlap)
	}
	// A collapsed embedding has nothing in common with any, itself included.
	flat := Matrix{Rows: n, Cols: d, Data: make([]float32, n*d)}
	for i := range flat.Data {
		flat.Data[i] = float32(i % d)
	}
	if v, o := GramCKA(gram(flat), gram(z)), GramOverlap(likeness(flat), likeness(z), 10); v != 0 || o != 0 {
		t.Errorf("collapsed: CKA %g, overlap %g", v, o)
	}
	flat.Data[3] = float32(math.NaN())
	if c := likeness(flat); c.At(0, 1) == c.At(0, 1) {
		t.Error("what is no number has a likeness")
	}
}
