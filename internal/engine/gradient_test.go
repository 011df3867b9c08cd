package engine

import (
	"fmt"
	"math"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// start returns the views and the trainer of a run on two threads.
func start(t testing.TB, s spec.Spec) (*views, *trainer) {
	t.Helper()
	set, err := data.Open(s.Data, "")
	if err != nil {
		t.Fatal(err)
	}
	v := drawViews(set, s, 2)
	t.Cleanup(v.stop)
	tr := newTrainer(Options{Threads: 2}.device(s), s)
	tr.init()
	return v, tr
}

// combinations returns every exact gradient of every method with every target and
// predictor, with either encoder.
func combinations() []string {
	var all []string
	for _, m := range method.All() {
		for _, g := range m.Gradients {
			if !g.Exact {
				continue
			}
			predictors := g.Predictors
			if predictors == nil {
				predictors = m.Predictors
			}
			for _, target := range m.Targets {
				negatives := m.Negatives
				if negatives == nil {
					negatives = []method.Target{""}
				}
				for _, negative := range negatives {
					for _, p := range predictors {
						x := fmt.Sprintf("method=%s gradient=%s target=%s predictor=%s", m.Name, g.Name, target, p)
						if negative != "" && negative != target {
							x += fmt.Sprintf(" target.negative=%s", negative)
						}
						all = append(all, x)
					}
				}
			}
		}
	}
	return all
}

// The whole network, encoder to predictor and way back, is the derivative of the
// loss: for every method, target and predictor and for both encoders, each weight
// matrix is moved along a direction that no error is orthogonal to, and central
// differences on the reference device say the same. Targets without gradient
// stay where they are.
func TestWholeNetworkIsTheDerivative(t *testing.T) {
	for _, encoder := range []string{"encoder=conv encoder.width=2 encoder.depth=2", "encoder=mlp encoder.width=6 encoder.depth=2"} {
		for _, x := range combinations() {
			s := parse(t, "device=reference data=fashion-mnist batch=4 projector.depth=2 projector.width=8 predictor.width=4 "+encoder+" "+x)
			v, tr := start(t, s)
			x1, x2 := v.next()
			var fixed method.Pair // sources without gradient, as they were
			a := tr.arena
			loss := func(tr *trainer) (tensor.Tensor, method.Pair, method.Split) {
				a.Reset()
				images := tr.upload(x1, x2)
				for i := range 2 {
					tr.online.Forward(a, &tr.pass[i], images[i])
				}
				pair := tr.pair(images)
				for i := range 2 {
					if fixed.P[i].IsNone() {
						continue
					}
					if !s.Target.CarriesGradient() {
						pair.P[i] = fixed.P[i]
					}
					if !s.Negative.CarriesGradient() {
						pair.N[i] = fixed.N[i]
					}
				}
				split := s.Method.Both(a, tr.objective, s.Gradient, pair)
				return split.Loss, pair, split
			}
			_, pair, split := loss(tr)
			tr.objective.Prepare = nil // what the method remembers stays where it is, too
			for i := range 2 {
				fixed.P[i], fixed.N[i] = copied(a, pair.P[i]), copied(a, pair.N[i])
			}
			tr.online.ZeroGrad(a)
			tr.backward(tr.sum(split), pair)

			at := func() float64 {
				l, _, _ := loss(tr)
				var v [1]float64
				a.Download64(v[:], l)
				return v[0]
			}
			for _, p := range tr.online.Params() {
				if miss := derivative(a, p.Name, p.W, p.G, at); miss > 2e-6 {
					t.Errorf("%s %s: %s is off by %.2g", encoder, x, p.Name, miss)
				}
			}
		}
	}
}

// copied returns x in memory that outlives a step.
func copied(a *tensor.Arena, x tensor.Tensor) tensor.Tensor {
	c := a.Device.New(x.Rows, x.Cols)
	a.Copy(c, x)
	return c
}

// derivative compares the gradient g of the weights w with central differences
// of the loss along a random direction, relative to the lengths of both.
func derivative(a *tensor.Arena, name string, w, g tensor.Tensor, loss func() float64) float64 {
	const h = 1e-6
	r := random.New(5, random.Named(name), 0, 0)
	v, from, grad := make([]float64, w.Len()), make([]float64, w.Len()), make([]float64, w.Len())
	a.Download64(from, w)
	a.Download64(grad, g)
	var along, vv, gg float64
	for i := range v {
		v[i] = r.Normal()
		along += v[i] * grad[i]
		vv += v[i] * v[i]
		gg += grad[i] * grad[i]
	}
	for i := range v {
		v[i] /= math.Sqrt(vv)
	}
	moved := func(h float64) float64 {
		x := make([]float64, len(v))
		for i := range x {
			x[i] = from[i] + h*v[i]
		}
		a.Upload64(w, x)
		return loss()
	}
	d := (moved(h) - moved(-h)) / (2 * h)
	a.Upload64(w, from)
	return math.Abs(d-along/math.Sqrt(vv)) / (math.Sqrt(gg) + 1e-3*math.Abs(loss()))
}
