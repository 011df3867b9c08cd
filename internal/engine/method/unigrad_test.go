package method

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
)

// F is the moving average of the correlation of unit targets: the first batch is
// its first value, whatever rho.
func TestAverage(t *testing.T) {
	const n, d, rho = 5, 4, 0.9
	a := tensor.NewArena(tensor.Reference())
	var v average
	v.build(a.Device, d)
	want := make([]float64, d*d)
	for step := range 3 {
		keep := rho
		if step == 0 {
			keep = 0
		}
		for i := range want {
			want[i] *= keep
		}
		var views [2]tensor.Tensor
		for k := range views {
			data := make([]float64, n*d)
			for i := range data {
				data[i] = math.Sin(float64(1 + 50*step + 7*k + i*i))
			}
			views[k] = a.New(n, d)
			a.Upload64(views[k], data)
			u, _ := unit(data, d)
			for i := range d {
				for j := range d {
					for r := range n {
						want[i*d+j] += (1 - keep) * u[r*d+i] * u[r*d+j] / (2 * n)
					}
				}
			}
		}
		v.add(a, rho, views)
		if miss := norm(difference(v.corner(d), want)); miss > 1e-15 {
			t.Errorf("step %d: F differs by %g", step, miss)
		}
		if math.Abs(v.share-(1-keep)) > 1e-15 {
			t.Errorf("step %d: the batch's share is %g", step, v.share)
		}
	}
}

// With F frozen UniGrad is the gradient of its quadratic, term by term.
func TestUniGradTerms(t *testing.T) {
	const lambda = 12.5
	b := fixture(Momentum, Momentum, NoPredictor)
	n, d := b.n, b.d
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, UniGrad, "", NoPredictor)
	_, terms := b.split(a, UniGrad, o, "loss", true)
	f := correlation64(b.p, d)
	for view := range 2 {
		u, inv := unit(b.z[view], d)
		target, _ := unit(b.p[1-view], d)
		positive, negative := make([]float64, n*d), times(u, f, d)
		for i := range positive {
			positive[i] = -target[i] / float64(2*n)
			negative[i] *= lambda / float64(2*n)
		}
		for k, want := range [][]float64{tangent(positive, u, inv, d), tangent(negative, u, inv, d)} {
			if miss := norm(difference(terms[k][view*n*d:(view+1)*n*d], want)); miss > 1e-14 {
				t.Errorf("view %d: %s term differs by %g", view, UniGrad.Terms[k].Name, miss)
			}
		}
	}
}

// correlation64 is (1/2N) sum v v' over the unit rows of both views.
func correlation64(views [2][]float64, d int) []float64 {
	f := make([]float64, d*d)
	for _, x := range views {
		u, _ := unit(x, d)
		for r := 0; r < len(u); r += d {
			for i := range d {
				for j := range d {
					f[i*d+j] += u[r+i] * u[r+j] / (2 * float64(len(x)/d))
				}
			}
		}
	}
	return f
}

// An F that is not detached doubles what pushes when all of it is this batch's, and
// hardly shows when the batch is a hundredth of it.
func TestForgottenDetach(t *testing.T) {
	b := fixture(Stopped, Stopped, NoPredictor)
	a := tensor.NewArena(tensor.Reference())
	o := b.begin(a, UniGrad, "rho=0.99", NoPredictor)
	for _, c := range []struct{ step, share float64 }{{1, 1}, {2, 0.01}} {
		_, right := b.split(a, UniGrad, o, "loss", true)
		_, wrong := b.split(a, UniGrad, o, "forget-detach", true)
		if miss := norm(difference(right[0], wrong[0])); miss > 0 {
			t.Errorf("step %g: the positive term differs by %g", c.step, miss)
		}
		for i, v := range right[1] { // F is the same batch's in both steps
			if math.Abs(wrong[1][i]-(1+c.share)*v) > 1e-15 {
				t.Fatalf("step %g: number %d is %g, want %g times %g", c.step, i, wrong[1][i], 1+c.share, v)
			}
		}
		o.Prepare(a, b.pair(a).N)
	}
}
