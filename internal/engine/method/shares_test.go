package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// The shares are what they say: weights times samples is the negative term that the
// side of Shares.Of gives, up to one positive factor. With a bank the positive's
// part, which has no row among the samples, is added.
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
			if got.Over == Bank {
				first, rows := make([]float64, n*got.Weights.Cols), a.New(n, 1)
				a.Download64(first, got.Weights)
				partner := make([]float64, n)
				for i := range partner {
					partner[i] = first[i*got.Weights.Cols]
				}
				a.Upload64(rows, partner)
				positive := a.New(n, d)
				a.MulCol(positive, rows, s.P)
				a.AddScaled(sum, 1, positive)
			}
			x, y := make([]float64, n*d), make([]float64, n*d)
			a.Download64(x, sum)
			a.Download64(y, want)
			if angle := 1 - cosineBetween(x, y); math.Abs(angle) > 1e-12 {
				t.Errorf("%s %s, target %s: weights times samples is at cosine 1-%g with the negative term", m.Name, c.own, target, angle)
			}
		}
	}
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
		want := map[Population]int{OwnView: b.n, OtherView: b.n, BothViews: 2 * b.n, Bank: 25}[got.Over]
		if got.Weights.Rows != b.n || got.Weights.Cols != want || got.Samples.Rows != want || got.Samples.Cols != b.d {
			t.Errorf("%s over %s: weights %d x %d, samples %d x %d", m.Name, got.Over, got.Weights.Rows, got.Weights.Cols, got.Samples.Rows, got.Samples.Cols)
		}
	}
}
