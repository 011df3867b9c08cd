package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// The two terms by the plain sums of the paper: for each anchor the first bracket,
// and with a shared target the second one, where other anchors meet it as a
// candidate. A stopped target leaves the first only.
func TestSimCLRBrackets(t *testing.T) {
	const tau = 0.2
	b := fixture(Shared, Shared, NoPredictor)
	n, d := b.n, b.d
	u, inv := unit(append(append([]float64(nil), b.z[0]...), b.z[1]...), d) // 2n views
	dot := func(i, j int) (s float64) {
		for k := range d {
			s += u[i*d+k] * u[j*d+k]
		}
		return s
	}
	weight := make([][]float64, 2*n) // weight[i][m] = s^(i)_m, its own place 0
	for i := range weight {
		weight[i] = make([]float64, 2*n)
		var sum float64
		for m := range 2 * n {
			if m != i {
				weight[i][m] = math.Exp(dot(i, m) / tau)
				sum += weight[i][m]
			}
		}
		for m := range weight[i] {
			weight[i][m] /= sum
		}
	}
	c := 1 / (2 * float64(n) * tau)
	for _, target := range []Target{Stopped, Shared} {
		positive, negative := make([]float64, 2*n*d), make([]float64, 2*n*d)
		for i := range 2 * n {
			partner := (i + n) % (2 * n)
			for k := range d {
				positive[i*d+k] = -c * u[partner*d+k]
				for m := range 2 * n {
					negative[i*d+k] += c * weight[i][m] * u[m*d+k]
				}
				if target == Shared {
					positive[i*d+k] += -c * u[partner*d+k]
					for m := range 2 * n {
						negative[i*d+k] += c * weight[m][i] * u[m*d+k]
					}
				}
			}
		}
		b.positive, b.negative = target, target
		_, terms := b.split(tensor.NewArena(tensor.Reference()), SimCLR, SimCLR.New(new(knob.Set)), "loss", true)
		for k, want := range [][]float64{tangent(positive, u, inv, d), tangent(negative, u, inv, d)} {
			if miss := norm(difference(terms[k], want)); miss > 1e-12 {
				t.Errorf("target %s: %s term differs by %g", target, SimCLR.Terms[k].Name, miss)
			}
		}
	}
}

// unit returns rows of length 1 and 1/length before.
func unit(x []float64, d int) (u, inv []float64) {
	u = make([]float64, len(x))
	for i := 0; i < len(x); i += d {
		l := norm(x[i : i+d])
		inv = append(inv, 1/l)
		for k := range d {
			u[i+k] = x[i+k] / l
		}
	}
	return u, inv
}

// tangent returns (I - uu') g / |x| for each row.
func tangent(g, u, inv []float64, d int) []float64 {
	out := make([]float64, len(g))
	for i := range inv {
		var radial float64
		for k := range d {
			radial += g[i*d+k] * u[i*d+k]
		}
		for k := range d {
			out[i*d+k] = inv[i] * (g[i*d+k] - radial*u[i*d+k])
		}
	}
	return out
}

// target.negative says where negatives come from, and only that: with the
// momentum branch as their source the positive term stays, the negative changes.
func TestNegativesFromAnotherBranch(t *testing.T) {
	for _, m := range []*Method{SimCLR, Barlow} {
		a := tensor.NewArena(tensor.Reference())
		split := func(negative Target) [][]float64 {
			_, terms := fixture(Stopped, negative, NoPredictor).split(a, m, m.New(new(knob.Set)), "loss", true)
			return terms
		}
		same, other := split(Stopped), split(Momentum)
		if m == SimCLR {
			if miss := norm(difference(same[0], other[0])); miss > 1e-14 {
				t.Errorf("%s: the positive term moves by %g with the source of the negatives", m.Name, miss)
			}
		}
		if miss := norm(difference(same[1], other[1])); miss < 1e-3*norm(same[1]) {
			t.Errorf("%s: the negative term does not see its source: %g", m.Name, miss)
		}
	}
}
