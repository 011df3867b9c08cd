package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// spectralFixture is a batch with an objective that has made its predictor, W and F
// on the host, and b.
type spectralFixture struct {
	batch
	a    *tensor.Arena
	o    Objective
	f    []float64
	b    float64
	root []float64 // F^(1/2) = W - b I
}

func newSpectralFixture(own string) spectralFixture {
	s := spectralFixture{batch: fixture(Stopped, Stopped, SpectralPredictor), a: tensor.NewArena(tensor.Reference())}
	s.o = s.begin(s.a, DirectPred, own, SpectralPredictor)
	s.f = correlation64(s.z, s.d)
	// b from outside: the trace of W is that of F^(1/2) and D b, and W W = F + 2b F^(1/2) + b^2 I
	// has the trace of W^2, which gives b without the eigenvalues that made it.
	tw, tww, tf := 0.0, inner(s.w, s.w), 0.0
	for i := range s.d {
		tw += s.w[i*s.d+i]
		tf += s.f[i*s.d+i]
	}
	// tr W^2 = tr F + 2 b (tr W - D b) + D b^2
	d := float64(s.d)
	s.b = (tw - math.Sqrt(tw*tw-d*(tww-tf))) / d
	s.root = append([]float64(nil), s.w...)
	for i := range s.d {
		s.root[i*s.d+i] -= s.b
	}
	return s
}

// The predictor is F^(1/2) + b I: symmetric, its square F + 2b F^(1/2) + b^2 I, and b
// is eps times the largest eigenvalue of F or its root.
func TestSpectralPredictor(t *testing.T) {
	for _, c := range []struct {
		own   string
		boost func(l float64) float64
	}{
		{"eps=0.3 boost=sqrt", func(l float64) float64 { return 0.3 * math.Sqrt(l) }},
		{"eps=0.3 boost=max", func(l float64) float64 { return 0.3 * l }},
		{"eps=0", func(float64) float64 { return 0 }},
	} {
		s := newSpectralFixture(c.own)
		if want := c.boost(largestEigenvalue(s.f, s.d)); math.Abs(s.b-want) > 1e-7 { // a root of a difference
			t.Errorf("%s: b is %g, want %g", c.own, s.b, want)
		}
		if miss := norm(difference(times(s.root, s.root, s.d), s.f)); miss > 1e-7 {
			t.Errorf("%s: (W - bI)^2 differs from F by %g", c.own, miss)
		}
		for i := range s.d {
			for j := range i {
				if math.Abs(s.w[i*s.d+j]-s.w[j*s.d+i]) > 1e-14 {
					t.Errorf("%s: W is not symmetric at %d, %d", c.own, i, j)
				}
			}
		}
	}
}

// largestEigenvalue by the power method, which shares nothing with the solver.
func largestEigenvalue(f []float64, d int) float64 {
	v := make([]float64, d)
	for i := range v {
		v[i] = 1 / float64(1+i)
	}
	for range 2000 {
		l := norm(v)
		for i := range v {
			v[i] /= l
		}
		v = times(v, f, d)
	}
	return norm(v)
}

// total returns a variant's gradient by z of both views, as the sum of its terms:
// before the normaliser's projection, or behind it.
func (s *spectralFixture) total(gradient string, project bool) []float64 {
	_, terms := s.split(s.a, DirectPred, s.o, gradient, project)
	return total(terms)
}

// radial is the largest part of a row along z, relative to the row.
func (s *spectralFixture) radial(g []float64) float64 {
	u, _ := unit(append(append([]float64(nil), s.z[0]...), s.z[1]...), s.d)
	var most float64
	for r := 0; r < len(u); r += s.d {
		most = max(most, math.Abs(inner(g[r:r+s.d], u[r:r+s.d]))/norm(g[r:r+s.d]))
	}
	return most
}

// Without its middle the code's form still stands at a right angle to z, because
// lambda is taken anew; with the old lambda it does not.
func TestDropMiddleIsTangentAndTheOtherIsNot(t *testing.T) {
	for _, own := range DirectPred.Cases {
		s := newSpectralFixture(own)
		for _, exact := range []string{"loss", "closed", "drop-middle", "drop-prefactors"} {
			if r := s.radial(s.total(exact, false)); r > 1e-12 {
				t.Errorf("%s %s: radial part %g", own, exact, r)
			}
		}
		if r := s.radial(s.total("drop-middle-blog", false)); r < 0.01 {
			t.Errorf("%s: the old lambda leaves a radial part of %g only", own, r)
		}
		if r := s.radial(s.total("drop-middle-blog", true)); r > 1e-12 {
			t.Errorf("%s: the projection leaves a radial part of %g", own, r)
		}
	}
}

// The simplified forms by plain sums.
func TestDirectPredForms(t *testing.T) {
	for _, own := range DirectPred.Cases {
		s := newSpectralFixture(own)
		n, d := s.n, s.d
		identity := make([]float64, d*d)
		for i := range d {
			identity[i*d+i] = 1
		}
		codes := make([]float64, d*d)
		for i := range codes {
			codes[i] = s.f[i] + s.b*s.b*identity[i]
		}
		ww := times(s.w, s.w, d)
		for _, c := range []struct {
			gradient string
			middle   []float64 // what pushes
			by       []float64 // what lambda is made with
			factor   bool      // 1/|Wu| before the bracket
		}{
			{"drop-middle", codes, codes, true},
			{"drop-middle-blog", s.f, ww, true},
			{"drop-prefactors", ww, ww, false},
		} {
			want := make([]float64, 0, 2*n*d)
			for view := range 2 {
				u, inv := unit(s.z[view], d)
				target, _ := unit(s.z[1-view], d)
				wu, wt := times(u, s.w, d), times(target, s.w, d)
				mu, bu := times(u, c.middle, d), times(u, c.by, d)
				g := make([]float64, n*d)
				for r := range n {
					row := func(x []float64) []float64 { return x[r*d : (r+1)*d] }
					lambda := inner(row(u), row(wt)) / inner(row(u), row(bu))
					factor := 1 / float64(2*n)
					if c.factor {
						factor /= norm(row(wu))
					}
					for k := range d {
						g[r*d+k] = factor * (lambda*mu[r*d+k] - wt[r*d+k])
					}
				}
				want = append(want, tangent(g, u, inv, d)...)
			}
			if miss := norm(difference(s.total(c.gradient, true), want)); miss > 1e-7 { // b is known to a root of rounding
				t.Errorf("%s %s differs by %g", own, c.gradient, miss)
			}
		}
	}
}

// BYOL with the same matrix as a linear predictor has the same gradient.
func TestDirectPredIsBYOLWithItsMatrix(t *testing.T) {
	s := newSpectralFixture("boost=sqrt")
	o := s.begin(s.a, BYOL, "", LinearPredictor) // leaves w as it is
	_, terms := s.split(s.a, BYOL, o, "closed", true)
	if miss := norm(difference(total(terms), s.total("loss", true))); miss > 1e-14 {
		t.Errorf("differs by %g", miss)
	}
}
