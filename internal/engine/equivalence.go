package engine

import (
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// equivalence compares what every method of the catalogue, and what drives this
// run, would apply to the step's whole batch. A slice of it would be cheaper, but
// a predictor with batch normalisation has no slice.
func (t *trainer) equivalence(pair method.Pair) method.Equivalence {
	return method.Compare(t.arena, method.Proposals(&method.Batch{
		Pair: pair, Method: t.spec.Method, Gradient: t.spec.Gradient, Objective: t.objective,
		Pull: func(a *tensor.Arena, dp [2]tensor.Tensor) [2]tensor.Tensor {
			var both tensor.Tensor
			t.stack(&both, dp)
			return byView(t.online.PullPredictor(a, &t.pass, both))
		},
	}))
}

// planned returns whose gradients equivalence compares in a run of s.
func planned(s spec.Spec) []string {
	var labels []string
	for _, q := range proposals(new(counter), s) {
		labels = append(labels, q.Label)
	}
	return labels
}

// proposals returns what equivalence compares in a run of s, for outputs that d
// only counts.
func proposals(d *counter, s spec.Spec) []method.Proposal { return method.Proposals(dryBatch(d, s)) }

// dryBatch returns a batch as a run of s has them, of outputs that d only counts.
func dryBatch(d *counter, s spec.Spec) *method.Batch {
	b := &method.Batch{Method: s.Method, Gradient: s.Gradient, Objective: s.Objective(),
		Pull: func(a *tensor.Arena, dp [2]tensor.Tensor) [2]tensor.Tensor {
			return byView(a.New(2*dp[0].Rows, width(s)))
		}}
	if b.Objective.Build != nil {
		b.Objective.Build(d, width(s))
	}
	p := &b.Pair
	p.Positive, p.Negative = s.Target, s.Negative
	outputs := func() tensor.Tensor { return d.New(s.Batch, width(s)) }
	for i := range 2 {
		z := outputs()
		p.X[i], p.Z[i], p.P[i], p.N[i] = z, z, z, z
		if s.Predictor.Kind != nn.NoPredictor {
			p.X[i] = outputs()
		}
	}
	if s.Predictor.Kind == nn.LinearPredictor || s.Predictor.Kind == nn.SpectralPredictor {
		p.W = d.New(width(s), width(s))
	}
	return b
}
