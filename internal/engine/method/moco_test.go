package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// Without a bank and with a stopped target MoCo is SimCLR's first bracket with the
// negatives of an anchor's own view left out, by the plain sums of the paper.
func TestMoCoWithoutBankIsSimCLRWithoutOwnView(t *testing.T) {
	const tau = 0.2
	b := fixture(Stopped, Stopped, NoPredictor)
	n, d := b.n, b.d
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, MoCo, "bank=0", NoPredictor)
	_, terms := b.split(a, MoCo, o, "loss", true)
	for view := range 2 {
		u, inv := unit(b.z[view], d)
		other, _ := unit(b.z[1-view], d)
		positive, negative := make([]float64, n*d), make([]float64, n*d)
		for i := range n {
			weights, sum := make([]float64, n), 0.0
			for m := range n {
				weights[m] = math.Exp(inner(u[i*d:(i+1)*d], other[m*d:(m+1)*d]) / tau)
				sum += weights[m]
			}
			c := 1 / (2 * float64(n) * tau)
			for k := range d {
				positive[i*d+k] = -c * other[i*d+k]
				for m := range n {
					negative[i*d+k] += c * weights[m] / sum * other[m*d+k]
				}
			}
		}
		for k, want := range [][]float64{tangent(positive, u, inv, d), tangent(negative, u, inv, d)} {
			if miss := norm(difference(terms[k][view*n*d:(view+1)*n*d], want)); miss > 1e-12 {
				t.Errorf("view %d: %s term differs by %g", view, MoCo.Terms[k].Name, miss)
			}
		}
	}
}

func inner(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// The negative term is the mean of the bank and the positive under the softmax: the
// other images of the batch are not in it.
func TestMoCoPushesFromTheBank(t *testing.T) {
	b := fixture(Momentum, Momentum, NoPredictor)
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, MoCo, "bank=24", NoPredictor)
	_, before := b.split(a, MoCo, o, "loss", true)
	for k := range b.d {
		b.p[1][k] += 0.1 // the other view's target of image 0
	}
	_, after := b.split(a, MoCo, o, "loss", true)
	moved := difference(before[1], after[1])
	if norm(moved[:b.d]) < 1e-6 {
		t.Error("the positive is not in the sum")
	}
	if miss := norm(moved[b.d:]); miss > 0 { // rows 1.. of view 1, and view 2, whose targets are view 1's
		t.Errorf("other images see it: %g", miss)
	}
}

// A bank of several blocks, the last one short, gives the loss and the terms of the
// whole softmax.
func TestMoCoBankInBlocks(t *testing.T) {
	m, _ := Lookup("moco")
	a := tensor.NewArena(tensor.Reference())
	b := fixture(Momentum, Momentum, NoPredictor)
	o := b.begin(a, m, "bank=4500 tau=0.05", NoPredictor)
	paper, tape := b.paper(o.Paper, false)
	loss, terms := b.split(a, m, o, "loss", true)
	_, scales := b.split(a, m, o, "loss", false)
	if math.Abs(loss-paper) > 1e-12*paper {
		t.Errorf("loss %.15g, as the paper writes it %.15g", loss, paper)
	}
	if r := residual(terms, scales, tape); r > 1e-13 {
		t.Errorf("residual %g", r)
	}
}
