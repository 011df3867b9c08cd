package method

import (
	"fmt"
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// begin returns a moco with that bank for d channels, on a.
func begunMoCo(a *tensor.Arena, size, d int) *moco {
	o := &moco{tau: 0.2, size: size}
	o.build(a.Device, d)
	o.init(a.Device, 1)
	return o
}

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

// The bank begins with unit vectors that the seed decides, and takes the outputs of
// both views at length 1, the first view's first, in the place of the oldest.
func TestBank(t *testing.T) {
	const n, d, size = 4, 3, 10
	a := tensor.NewArena(tensor.Reference())
	o := begunMoCo(a, size, d)
	rows := func() []float64 { return o.outputs(size, d) }
	start := rows()
	for i := range size {
		if l := norm(start[i*d : (i+1)*d]); math.Abs(l-1) > 1e-12 {
			t.Errorf("row %d has length %g", i, l)
		}
	}
	if miss := norm(difference(start, begunMoCo(a, size, d).outputs(size, d))); miss > 0 {
		t.Errorf("the same seed draws another bank: %g", miss)
	}

	oldest := 0
	for step := range 3 { // 24 outputs into a bank of 10: twice around
		var views [2]tensor.Tensor
		for v := range views {
			data := make([]float64, n*d)
			for i := range data {
				data[i] = math.Sin(float64(1 + step*100 + v*10 + i))
			}
			views[v] = a.New(n, d)
			a.Upload64(views[v], data)
			u, _ := unit(data, d)
			for i := range n {
				copy(start[oldest*d:], u[i*d:(i+1)*d])
				oldest = (oldest + 1) % size
			}
		}
		o.push(a, views)
		if miss := norm(difference(start, rows())); miss > 1e-12 {
			t.Errorf("step %d: the bank differs by %g", step, miss)
		}
	}
	first := make([]float64, d)
	a.Download64(first, o.bank.Slice(0, 1))
	if norm(first) != 0 {
		t.Errorf("the place of the positive holds %v", first)
	}
}

// A random bank is spread evenly: its vectors' mean is as short as chance makes it.
func TestRandomBankIsEven(t *testing.T) {
	const size, d = 4096, 16
	bank := begunMoCo(tensor.NewArena(tensor.Reference()), size, d).outputs(size, d)
	mean := make([]float64, d)
	for i, v := range bank {
		mean[i%d] += v / size
	}
	if l := norm(mean) * math.Sqrt(size); l > 2 { // 1 is expected
		t.Errorf("the mean is %g times as long as expected", l)
	}
}

// What Watch sees of a bank is its first rows and channels, at length 1.
func TestPartOfABank(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	o := begunMoCo(a, 1200, 6)
	for _, width := range []int{6, 4} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := *o
			part := p.part(a, width)
			if part.Paper == nil || part.Sides["loss"] == nil {
				t.Fatal("no objective")
			}
			if p.size != 1200 {
				t.Errorf("the run's own bank is now %d long", p.size)
			}
		})
	}
	b := fixture(Momentum, Momentum, NoPredictor)
	part := o.part(a, b.d)
	_, tape := b.paper(part.Paper, false)
	_, terms := b.split(a, MoCo, part, "loss", true)
	_, scales := b.split(a, MoCo, part, "loss", false)
	if r := residual(terms, scales, tape); r > 1e-12 {
		t.Errorf("residual %g", r)
	}
}
