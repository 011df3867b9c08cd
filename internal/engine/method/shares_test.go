package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// The shares are what they say: weights times samples is the negative term that the
// side of Shares.Of gives, up to a positive factor. With a bank it is what the positive
// leaves of it.
func TestSharesMakeTheNegativeTerm(t *testing.T) {
	for _, c := range []struct{ method, own string }{
		{"simclr", ""}, {"moco", "bank=0"}, {"moco", "bank=24"}, {"barlow", ""}, {"vicreg", ""},
		{"byol", ""}, {"simsiam", ""}, {"directpred", "rho=0"}, {"unigrad", "rho=0"},
	} {
		m, ok := Lookup(c.method)
		if !ok {
			t.Fatalf("no method %s", c.method)
		}
		for _, target := range m.Targets {
			a := tensor.NewArena(tensor.Reference())
			b := fixture(target, target, NoPredictor)
			o := b.begin(a, m, c.own, NoPredictor)
			p := b.pair(a)
			got, ok := m.ShareOut(a, o, p)
			if !ok {
				t.Fatalf("%s declares no shares", m.Name)
			}
			n, d := b.n, b.d
			sum := a.New(n, d)
			a.Gemm(sum, tensor.NN, 1, got.Weights, got.Samples, 0)

			g, _ := m.Gradient(m.Shares.Of)
			see := func(raw tensor.Tensor) tensor.Tensor { return look(a, m.rows(g), raw).rows }
			s := Side{X: see(p.Z[0]), P: see(p.P[1]), T: see(p.N[1]), O: see(p.N[0]), Loss: a.New(1, 1)}
			for range m.Terms {
				s.Terms = append(s.Terms, SideGrad{X: a.Zeros(n, d)})
			}
			side := g.Name
			if g.Of != "" {
				side = g.Of
			}
			o.Sides[side](a, s)
			want := a.Zeros(n, d)
			for k, term := range m.Terms {
				if term.Role == Negative {
					a.AddScaled(want, 1, s.Terms[k].X)
				}
			}
			x, y := make([]float64, n*d), make([]float64, n*d)
			a.Download64(x, sum)
			a.Download64(y, want)
			if got.Over == Bank {
				withoutPartner(a, y, s, o)
			}
			for i := 0; i < n*d; i += d {
				if angle := 1 - cosineBetween(x[i:i+d], y[i:i+d]); math.Abs(angle) > 1e-12 {
					t.Errorf("%s %s, target %s, anchor %d: weights times samples is at cosine 1-%g with the negative term", m.Name, c.own, target, i/d, angle)
				}
			}
		}
	}
}

// withoutPartner takes out of the negative terms y of a MoCo side with tau 0.2 what
// the positives have of them, computed here on the host.
func withoutPartner(a *tensor.Arena, y []float64, s Side, o Objective) {
	const tau = 0.2
	n, d := s.X.Rows, s.X.Cols
	q, k := make([]float64, n*d), make([]float64, n*d)
	a.Download64(q, s.X)
	a.Download64(k, s.P)
	samples := o.Shares(a, s).Samples
	bank := make([]float64, samples.Len())
	a.Download64(bank, samples)
	for i := 0; i < n*d; i += d {
		same := math.Exp(dotOf(q[i:i+d], k[i:i+d]) / tau)
		all := same
		for m := 0; m < len(bank); m += d {
			all += math.Exp(dotOf(q[i:i+d], bank[m:m+d]) / tau)
		}
		for j := range d {
			y[i+j] -= same / all / float64(n) / tau * k[i+j]
		}
	}
}

func dotOf(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// Every method of the catalogue says how it counts others, over as many samples as
// its population has.
func TestEveryMethodHasShares(t *testing.T) {
	for _, m := range All() {
		a := tensor.NewArena(tensor.Reference())
		b := fixture(m.Targets[0], m.Targets[0], NoPredictor)
		got, ok := m.ShareOut(a, b.begin(a, m, m.cases(m.Gradients[0])[0], NoPredictor), b.pair(a))
		if !ok {
			t.Errorf("%s has none", m.Name)
			continue
		}
		want := map[Population]int{OwnView: b.n, OtherView: b.n, BothViews: 2 * b.n, Bank: 24}[got.Over]
		if got.Weights.Rows != b.n || got.Weights.Cols != want || got.Samples.Rows != want || got.Samples.Cols != b.d {
			t.Errorf("%s over %s: weights %d x %d, samples %d x %d", m.Name, got.Over, got.Weights.Rows, got.Weights.Cols, got.Samples.Rows, got.Samples.Cols)
		}
	}
}
