package probe

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// diagonal returns 2d rows, plus and minus sigma_k on axis k: its covariance has
// the eigenvalues sigma_k^2/d, and its mean is 0.
func diagonal(sigma ...float64) Matrix {
	d := len(sigma)
	z := Matrix{2 * d, d, make([]float32, 2*d*d)}
	for k, s := range sigma {
		z.Row(2 * k)[k], z.Row(2*k + 1)[k] = float32(s), float32(-s)
	}
	return z
}

// power returns diagonal rows whose eigenvalues fall as k^-alpha.
func power(d int, alpha float64) Matrix {
	sigma := make([]float64, d)
	for k := range sigma {
		sigma[k] = math.Pow(float64(k+1), -alpha/2)
	}
	return diagonal(sigma...)
}

func TestSpectrumByHand(t *testing.T) {
	// Variances 16, 4 and 1 of a squared length of 21 (both times 1/3).
	got := Spectrum(diagonal(2, 4, 1))
	if len(got) != 3 {
		t.Fatalf("%d values of a matrix of width 3", len(got))
	}
	for k, want := range []float64{16. / 21, 4. / 21, 1. / 21} {
		near(t, fmt.Sprintf("direction %d", k), got[k], math.Log10(want), 1e-9)
	}
	// One direction of two is used, and the mean is not a direction.
	got = Spectrum(of(2, 3, 1, 3, -1))
	if len(got) != 1 {
		t.Fatalf("%d values of two rows", len(got))
	}
	near(t, "around a mean", got[0], math.Log10(1./10), 1e-9)
	near(t, "a direction without variance", Spectrum(of(2, 1, 0, -1, 0, 2, 0))[1], SpectrumFloor, 0)
}

func TestSpectrumIsInvariant(t *testing.T) {
	z := normal(30, 12, "spectrum")
	want := Spectrum(z)
	if !slices.IsSortedFunc(want, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("not falling: %v", want)
	}
	scaled, wide := Matrix{30, 12, nil}, Matrix{30, 50, make([]float32, 30*50)}
	for i := range 30 {
		copy(wide.Row(i)[7:], z.Row(i))
	}
	for _, v := range z.Data {
		scaled.Data = append(scaled.Data, 1024*v)
	}
	for name, m := range map[string]Matrix{"scaled": scaled, "wider": wide} {
		got := Spectrum(m)
		for k, w := range want {
			near(t, fmt.Sprintf("%s %d", name, k), got[k], w, 1e-9)
		}
		for _, v := range got[len(want):] {
			near(t, name+", directions that do not exist", v, SpectrumFloor, 0)
		}
	}
	near(t, "isotropic in 1000 dimensions", Isotropic(1000), -3, 1e-12)
}

func TestRanksByHand(t *testing.T) {
	z := diagonal(2, 2, 1, 1)
	near(t, "participation", ParticipationRatio(z), 10*10/34., 1e-9) // variances 4, 4, 1, 1
	p := 1 / 3.
	entropy := -2*(p*math.Log(p)) - 2*(p/2*math.Log(p/2)) // standard deviations 2, 2, 1, 1
	near(t, "effective rank", EffectiveRank(z), math.Exp(entropy), 1e-9)
	near(t, "RankMe", RankMe(z), math.Exp(entropy), 1e-4) // its eps
	near(t, "participation of equal directions", ParticipationRatio(diagonal(3, 3, 3)), 3, 1e-9)

	// A large mean is a direction to RankMe and nothing to the others.
	shifted := Matrix{z.Rows, z.Cols, slices.Clone(z.Data)}
	for i := range z.Rows {
		shifted.Row(i)[0] += 1000
	}
	near(t, "participation around a mean", ParticipationRatio(shifted), ParticipationRatio(z), 1e-4)
	near(t, "effective rank around a mean", EffectiveRank(shifted), EffectiveRank(z), 1e-4)
	if got := RankMe(shifted); got > 1.1 {
		t.Errorf("RankMe around a large mean is %g", got)
	}
}

func TestRanksHaveTheirBounds(t *testing.T) {
	for _, c := range []struct{ n, d int }{{2, 5}, {5, 2}, {10, 64}, {64, 10}, {33, 33}, {1, 7}, {7, 1}} {
		z := normal(c.n, c.d, "bound")
		if got, bound := ParticipationRatio(z), float64(MaxRank(c.n, c.d)); got > bound+1e-9 || got < 1-1e-9 {
			t.Errorf("%d x %d: participation %g, bound %g", c.n, c.d, got, bound)
		}
		if got, bound := ParticipationRatio(z), EffectiveRank(z); got > bound+1e-9 {
			t.Errorf("%d x %d: participation %g above the effective rank %g", c.n, c.d, got, bound)
		}
		if got, bound := RankMe(z), float64(MaxRankMe(c.n, c.d)); got > bound+1e-3 || got < 1-1e-6 {
			t.Errorf("%d x %d: RankMe %g, bound %g", c.n, c.d, got, bound)
		}
		if got, bound := LiDAR(z, normal(c.n, c.d, "other")), float64(MaxRank(c.n, c.d)); got > bound+1e-9 || got < 1-1e-9 {
			t.Errorf("%d x %d: LiDAR %g, bound %g", c.n, c.d, got, bound)
		}
	}
}

func TestAlphaFindsTheExponent(t *testing.T) {
	for _, want := range []float64{0, 0.5, 1, 2.5} {
		near(t, fmt.Sprintf("exponent %g", want), Alpha(power(40, want)), want, 1e-6)
	}
	// What lies below rounding does not bend the line.
	z := power(20, 1)
	wide := Matrix{z.Rows, 30, make([]float32, z.Rows*30)}
	for i := range z.Rows {
		copy(wide.Row(i), z.Row(i))
		wide.Row(i)[20+i%10] = 1e-8 * float32(i)
	}
	near(t, "beside rounding", Alpha(wide), 1, 1e-3)
	for what, z := range map[string]Matrix{"one direction": of(2, 1, 2, -1, -2, 2, 4), "two rows": of(2, 1, 0, 0, 1), "one row": of(2, 1, 0)} {
		if v := Alpha(z); !math.IsNaN(v) {
			t.Errorf("the exponent of %s is %g", what, v)
		}
	}
}
