package engine

import (
	"fmt"
	"math"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
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
	v := drawViews(set, s, 2, 0)
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
// loss: for every method, target and predictor and for both encoders, all weights
// are moved along a direction that no error is orthogonal to, and central
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
				tr.online.Forward(a, &tr.pass, images)
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
			tr.backward(tr.sum(split.Terms), pair)

			at := func() float64 {
				l, _, _ := loss(tr)
				var v [1]float64
				a.Download64(v[:], l)
				return v[0]
			}
			if derivative(a, tr.online.Params(), at) < 2e-6 {
				continue
			}
			for _, p := range tr.online.Params() {
				t.Errorf("%s %s: %s is off by %.2g", encoder, x, p.Name, derivative(a, []*nn.Param{p}, at))
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

// derivative compares the gradients of weights with central differences of the
// loss along a random direction, of length 1 in each matrix, relative to the
// gradients' length.
func derivative(a *tensor.Arena, params []*nn.Param, loss func() float64) float64 {
	const h = 1e-6
	from, along := make([][]float64, len(params)), make([][]float64, len(params))
	var slope, length float64
	for k, p := range params {
		r := random.New(5, random.Named(p.Name), 0, 0)
		from[k], along[k] = make([]float64, p.W.Len()), make([]float64, p.W.Len())
		g := make([]float64, p.W.Len())
		a.Download64(from[k], p.W)
		a.Download64(g, p.G)
		for i := range g {
			along[k][i] = r.Normal()
		}
		along[k] = scaled(along[k], 1/math.Sqrt(inner(along[k], along[k])))
		slope += inner(along[k], g)
		length += inner(g, g)
	}
	moved := func(h float64) float64 {
		for k, p := range params {
			a.Upload64(p.W, plus(from[k], scaled(along[k], h)))
		}
		return loss()
	}
	d := (moved(h) - moved(-h)) / (2 * h)
	moved(0)
	return math.Abs(d-slope) / (math.Sqrt(length) + 1e-3*math.Abs(loss()))
}
