package method

import (
	"math"
	"slices"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// The Gram form equals the explicit one, wider or narrower than the batch, for
// one gradient or two.
func TestGramEqualsExplicit(t *testing.T) {
	for _, shape := range []struct{ n, d int }{{4, 12}, {8, 6}, {5, 5}} {
		a := tensor.NewArena(tensor.Reference())
		matrix := func(k int) tensor.Tensor {
			x := a.New(shape.n, shape.d)
			data := make([]float64, x.Len())
			for i := range data {
				data[i] = math.Sin(float64(k + 3*i + i*i))
			}
			a.Upload64(x, data)
			return x
		}
		q, k := matrix(1), matrix(2)
		results := func(form correlation, both bool) (all []float32) {
			l, dq, dk := a.New(1, 1), matrix(3), tensor.Tensor{}
			if both {
				dk = matrix(4)
			}
			form(a, l, 0.7, q, k, dq, dk)
			for _, x := range []tensor.Tensor{l, dq, dk} {
				if !x.IsNone() {
					all = append(all, download(a, x)...)
				}
			}
			return all
		}
		for _, both := range []bool{true, false} {
			g, e := results(gramForm, both), results(explicit, both)
			for i := range e {
				if math.Abs(float64(g[i]-e[i])) > 1e-6*(1+math.Abs(float64(e[i]))) {
					t.Errorf("%+v both %v, number %d: Gram %g, explicit %g", shape, both, i, g[i], e[i])
				}
			}
		}
	}
}

// Wide outputs go through the Gram matrices and never make a D x D matrix, whatever
// drives training: at D = 16384 it alone would hold 2^28 numbers. F is one, and so
// is a linear predictor; methods that need either are another matter.
func TestWideOutputsStaySmall(t *testing.T) {
	const n, d = 2, 16384
	a := tensor.NewArena(tensor.CPU(1))
	z := [2]tensor.Tensor{a.Zeros(n, d), a.Zeros(n, d)}
	p := Pair{X: z, Z: z, P: z, N: z, Positive: Shared, Negative: Shared}
	for _, m := range All() {
		if m.New(new(knob.Set)).Build != nil || !slices.Contains(m.Predictors, NoPredictor) {
			continue
		}
		for _, g := range m.Gradients {
			if g.Predictors != nil {
				continue
			}
			m.Both(a, m.New(new(knob.Set)), g.Name, p)
			if a.Len() > d*d/10 {
				t.Fatalf("%s %s: %d numbers for a batch of %d", m.Name, g.Name, a.Len(), n*d)
			}
		}
	}
}

// The terms by the plain sums of the paper, with A and the way back through the
// standardisation.
func TestBarlowTerms(t *testing.T) {
	const lambda = 0.3
	b := fixture(Shared, Shared, NoPredictor)
	n, d := b.n, b.d
	var q [2][]float64
	var sd [2][]float64
	for i := range 2 {
		q[i], sd[i] = standard(b.z[i], n, d)
	}
	terms := barlowTerms(t, b, lambda)
	for i := range 2 {
		x, k := q[i], q[1-i]
		positive, negative := make([]float64, n*d), make([]float64, n*d)
		for j := range d {
			var c float64
			for r := range n {
				c += x[r*d+j] * k[r*d+j] / float64(n)
			}
			for r := range n {
				positive[r*d+j] = -2 / float64(n) * (1 - (1-lambda)*c) * k[r*d+j]
				for s := range n {
					var resemble float64
					for f := range d {
						resemble += k[r*d+f] * k[s*d+f] / float64(n)
					}
					negative[r*d+j] += 2 / float64(n) * lambda * resemble * x[s*d+j]
				}
			}
		}
		for term, g := range [][]float64{positive, negative} {
			want := unstandard(g, x, sd[i], n, d)
			if miss := norm(difference(terms[term][i*n*d:(i+1)*n*d], want)); miss > 1e-12 {
				t.Errorf("view %d: %s term differs by %g", i, Barlow.Terms[term].Name, miss)
			}
		}
	}
}

func barlowTerms(t *testing.T, b batch, lambda float64) [][]float64 {
	t.Helper()
	var knobs knob.Set
	o := Barlow.New(&knobs)
	if err := knobs.Set("lambda", knob.FormatFloat(lambda)); err != nil {
		t.Fatal(err)
	}
	_, terms := b.split(tensor.NewArena(tensor.Reference()), Barlow, o, "loss", true)
	return terms
}

// standard returns the columns of x with mean 0 and variance 1, and their sd.
func standard(x []float64, n, d int) (q, sd []float64) {
	q, sd = make([]float64, len(x)), make([]float64, d)
	for j := range d {
		var mean, square float64
		for r := range n {
			mean += x[r*d+j] / float64(n)
		}
		for r := range n {
			square += (x[r*d+j] - mean) * (x[r*d+j] - mean) / float64(n)
		}
		sd[j] = math.Sqrt(square + 1e-5)
		for r := range n {
			q[r*d+j] = (x[r*d+j] - mean) / sd[j]
		}
	}
	return q, sd
}

// unstandard takes a gradient g by q back through the standardisation.
func unstandard(g, q, sd []float64, n, d int) []float64 {
	out := make([]float64, len(g))
	for j := range d {
		var mean, along float64
		for r := range n {
			mean += g[r*d+j] / float64(n)
			along += g[r*d+j] * q[r*d+j] / float64(n)
		}
		for r := range n {
			out[r*d+j] = (g[r*d+j] - mean - q[r*d+j]*along) / sd[j]
		}
	}
	return out
}

// Stopping the target halves the gradient, term by term, and turns nothing.
func TestBarlowStoppedIsHalfOfShared(t *testing.T) {
	shared := barlowTerms(t, fixture(Shared, Shared, NoPredictor), 0.02)
	stopped := barlowTerms(t, fixture(Stopped, Stopped, NoPredictor), 0.02)
	for k := range shared {
		for i := range shared[k] {
			if math.Abs(stopped[k][i]-shared[k][i]/2) > 1e-15 {
				t.Fatalf("%s term, number %d: stopped %g, shared %g", Barlow.Terms[k].Name, i, stopped[k][i], shared[k][i])
			}
		}
	}
}

// With lambda 0 nothing pushes.
func TestBarlowLambdaZero(t *testing.T) {
	terms := barlowTerms(t, fixture(Shared, Shared, NoPredictor), 0)
	if norm(terms[1]) != 0 || norm(terms[0]) == 0 {
		t.Errorf("norms %g and %g", norm(terms[0]), norm(terms[1]))
	}
}

func TestGramIsCheaper(t *testing.T) {
	for _, c := range []struct {
		n, d       int
		both, want bool
	}{
		{256, 16384, true, true},
		{128, 256, true, true},
		{192, 256, true, false},
		{170, 256, false, true},
		{171, 256, false, false},
	} {
		if got := gramIsCheaper(c.n, c.d, c.both); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}
