package random

import (
	"math"
	"testing"
)

// The known answers of the authors' Random123 library (tests/kat_vectors, philox4x32 10).
func TestKnownAnswers(t *testing.T) {
	const f = 0xffffffff
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{f, f, f, f}, [2]uint32{f, f}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.ctr, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

func TestSourcesDiffer(t *testing.T) {
	first := func(seed uint64, st Stream, step, sample int) uint32 {
		s := New(seed, st, step, sample)
		return s.Uint32()
	}
	base := first(1, 2, 3, 4)
	for name, v := range map[string]uint32{
		"seed":      first(2, 2, 3, 4),
		"high seed": first(1+1<<32, 2, 3, 4),
		"stream":    first(1, 3, 3, 4),
		"step":      first(1, 2, 4, 4),
		"sample":    first(1, 2, 3, 5),
	} {
		if v == base {
			t.Errorf("another %s draws the same number", name)
		}
	}
	if first(1, 2, 3, 4) != base {
		t.Error("the same source draws another number")
	}
}

// Moments of 100,000 draws lie within five standard errors.
func TestDistributions(t *testing.T) {
	const n = 100_000
	s := New(7, Named("test"), 0, 0)
	var u, z, z2 float64
	counts := make([]int, 10)
	for range n {
		u += float64(s.Float32())
		g := s.Normal()
		z, z2 = z+g, z2+g*g
		counts[s.Intn(10)]++
	}
	se := 5 / math.Sqrt(n)
	if m := u / n; math.Abs(m-0.5) > se*math.Sqrt(1.0/12) {
		t.Errorf("mean of uniform numbers %g", m)
	}
	if m := z / n; math.Abs(m) > se {
		t.Errorf("mean of normal numbers %g", m)
	}
	if v := z2 / n; math.Abs(v-1) > se*math.Sqrt2 {
		t.Errorf("variance of normal numbers %g", v)
	}
	for i, c := range counts {
		if math.Abs(float64(c)-n/10) > 5*math.Sqrt(n/10*0.9) {
			t.Errorf("Intn(10) gave %d %d times of %d", i, c, n)
		}
	}
}

func TestPerm(t *testing.T) {
	p := make([]int, 1000)
	s := New(1, 0, 0, 0)
	s.Perm(p)
	seen := make([]bool, len(p))
	for _, v := range p {
		if seen[v] {
			t.Fatalf("%d stands twice", v)
		}
		seen[v] = true
	}
}
