package method

import (
	"slices"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A Proposal is a gradient that a method would apply to a batch, whoever trains
// on it. It is a plan until Take computes it.
type Proposal struct {
	Label     string // "Barlow Twins", "BYOL, no predictor", "VICReg: drop-own"
	Method    *Method
	Gradient  *Gradient
	Predictor Predictor // that z goes through: SpectralPredictor also for the method that has no other
	Pair      Pair      // with Positive and Negative as the method takes them

	batch   *Batch
	running bool    // the method is the running one, with its own state
	maker   *Method // makes the predictor of this batch's targets; nil where there is one, or none is wanted
}

// A Batch is what Proposals are made for: outputs of a network and, where one is
// training, its method.
type Batch struct {
	// Pair holds the outputs. Where its Positive is "", the targets are the other
	// view, shared or stopped as each method's own first target is.
	Pair Pair
	// Method, Gradient and Objective are those of a running method; nil and zero
	// for somebody else's outputs.
	Method    *Method
	Gradient  string
	Objective Objective
	// Pull takes a gradient at the predictor's output of both views to the
	// projector's; nil where the predictor is none or the matrix Pair.W.
	Pull func(a *tensor.Arena, dp [2]tensor.Tensor) [2]tensor.Tensor
	// Own holds settings of methods other than the running one, which have their
	// defaults otherwise.
	Own map[*Method][]Setting
}

// A Setting is a value for a knob.
type Setting struct{ Key, Value string }

// maxSquare is the width up to which a method that needs a D x D matrix of this
// batch's own makes a proposal.
const maxSquare = 1024

// Proposals lists what every method of the catalogue would apply to b: a row for
// each method's loss, and the running method's own gradient behind its loss. The
// running method has its own state; the others begin with this batch: an empty
// bank, F from its targets. A method that wants a predictor gets the network's;
// where that is not of a kind that it takes, one made of F as in DirectPred (to
// which BYOL and SimSiam are then equal), and the first method that can do
// without has a row without predictor beside it. Methods that need a D x D matrix
// of their own are left out where D is above 1024.
func Proposals(b *Batch) []Proposal { return proposals(b, All()) }

func proposals(b *Batch, methods []*Method) []Proposal {
	network := b.predictor()
	var maker *Method
	for _, m := range methods {
		if maker == nil && m.New(new(knob.Set)).Predictor != nil {
			maker = m
		}
	}
	var out []Proposal
	bare := false // somebody stands without predictor already
	for _, m := range methods {
		q := Proposal{Label: m.Title, Method: m, Gradient: &m.Gradients[0], Pair: b.targets(m), batch: b}
		var own []Proposal
		switch {
		case !m.predicts():
			own = append(own, q.without(m == b.Method))
		case network != NoPredictor && m.takes(network):
			own = append(own, q.with(network, m == b.Method))
		case maker != nil:
			own = append(own, q.spectral(maker))
		}
		trains := m == b.Method && network == NoPredictor
		if m.predicts() && m.takes(NoPredictor) && (!bare || trains) {
			bare = true
			q.Label += ", no predictor"
			own = append(own, q.without(trains))
		}
		for _, q := range own {
			out = append(out, q)
			if q.running && b.Gradient != "loss" {
				out = append(out, q.variant(b.Gradient))
			}
		}
	}
	return slices.DeleteFunc(out, func(q Proposal) bool { return q.tooWide() })
}

// Variants lists what all gradients of a method would apply where q, one of
// Proposals, is what its loss would: those that q's predictor and targets allow.
func (q Proposal) Variants() []Proposal {
	var out []Proposal
	for _, g := range q.Method.Gradients {
		// Any matrix is as good as another.
		matrix := q.Predictor == SpectralPredictor && slices.Contains(g.Predictors, LinearPredictor)
		if g.Predictors != nil && !slices.Contains(g.Predictors, q.Predictor) && !matrix {
			continue
		}
		if g.Negatives == nil || slices.Contains(g.Negatives, q.Pair.Negative) {
			out = append(out, q.variant(g.Name))
		}
	}
	return out
}

func (q Proposal) variant(gradient string) Proposal {
	q.Gradient, _ = q.Method.Gradient(gradient)
	if gradient != "loss" {
		q.Label += ": " + gradient
	}
	return q
}

// predicts reports whether m takes a predictor.
func (m *Method) predicts() bool {
	return slices.ContainsFunc(m.Predictors, func(p Predictor) bool { return p != NoPredictor })
}

// takes reports whether m takes a predictor of that kind. One that takes a linear
// one does not mind who made the matrix.
func (m *Method) takes(p Predictor) bool {
	return slices.Contains(m.Predictors, p) || p == SpectralPredictor && slices.Contains(m.Predictors, LinearPredictor)
}

// predictor returns the kind of the network's predictor.
func (b *Batch) predictor() Predictor {
	switch {
	case b.Pair.X[0].Same(b.Pair.Z[0]):
		return NoPredictor
	case b.Pair.W.IsNone():
		return MLPPredictor
	case b.Objective.Predictor != nil:
		return SpectralPredictor
	}
	return LinearPredictor
}

// targets returns b's outputs with the targets as m takes them: those of the
// batch, without gradient where m does not accept them.
func (b *Batch) targets(m *Method) Pair {
	p := b.Pair
	take := func(t Target, accepted []Target) Target {
		if slices.Contains(accepted, t) {
			return t
		}
		return Stopped
	}
	if p.Positive == "" {
		p.Positive = take(Shared, m.Targets[:1])
		p.Negative = p.Positive
		return p
	}
	p.Positive = take(p.Positive, m.Targets)
	if m.Negatives == nil {
		p.Negative, p.N = p.Positive, p.P
	} else {
		p.Negative = take(p.Negative, m.Negatives)
	}
	return p
}

// without returns q on the projector's outputs.
func (q Proposal) without(running bool) Proposal {
	q.Pair.X, q.Pair.W = q.Pair.Z, tensor.Tensor{}
	q.Predictor, q.running = NoPredictor, running
	return q
}

// with returns q behind the network's predictor.
func (q Proposal) with(network Predictor, running bool) Proposal {
	q.Predictor, q.running = network, running
	return q
}

// spectral returns q behind a predictor that maker makes when q is computed.
func (q Proposal) spectral(maker *Method) Proposal {
	q.Predictor, q.maker = SpectralPredictor, maker
	if !slices.Contains(q.Method.Predictors, SpectralPredictor) {
		q.Label += ", spectral predictor"
	}
	return q
}

// tooWide reports whether q needs a matrix that this width does not allow.
func (q *Proposal) tooWide() bool {
	if q.running || q.Pair.Z[0].Cols <= maxSquare {
		return false
	}
	return q.maker != nil || q.Method.New(new(knob.Set)).Prepare != nil
}

// Take computes q: the loss, a scalar, and each term's gradient with respect to
// the raw outputs z of both views, N x D each, all in memory of a.
func (q Proposal) Take(a *tensor.Arena) (loss tensor.Tensor, terms [][2]tensor.Tensor) {
	o := q.begin(a)
	s := q.Method.Both(a, o, q.Gradient.Name, q.Pair)
	for _, t := range s.Terms {
		at := t.AtProjector
		if dp := t.AtPredictor; !dp[0].IsNone() {
			dz := q.pull(a, dp)
			for i, past := range at {
				if !past.IsNone() {
					a.AddScaled(dz[i], 1, past)
				}
			}
			at = dz
		}
		terms = append(terms, at)
	}
	return s.Loss, terms
}

// begin returns the objective of q, and completes q's predictor.
func (q *Proposal) begin(a *tensor.Arena) Objective {
	o := q.batch.Objective
	if !q.running {
		o = q.fresh(a, q.Method)
	}
	if q.maker == q.Method {
		q.complete(a, o)
	} else if q.maker != nil {
		q.complete(a, q.fresh(a, q.maker))
	}
	return o
}

// complete puts the predictor that a maker's objective makes behind q's outputs.
func (q *Proposal) complete(a *tensor.Arena, maker Objective) {
	z := q.Pair.Z
	q.Pair.W = a.New(z[0].Cols, z[0].Cols)
	maker.Predictor(a, q.Pair.W)
	for i := range z {
		q.Pair.X[i] = a.New(z[i].Rows, z[i].Cols)
		a.Gemm(q.Pair.X[i], tensor.NT, 1, z[i], q.Pair.W, 0)
	}
	q.maker = nil
}

// completed returns proposals with their predictors in a, those that would make
// the same with one: its eigenvalues are the dearest part of a comparison.
func completed(a *tensor.Arena, proposals []Proposal) []Proposal {
	out := slices.Clone(proposals)
	for i := range out {
		q := &out[i]
		if q.maker == nil {
			continue
		}
		same := slices.IndexFunc(proposals[:i], func(p Proposal) bool {
			return p.maker == q.maker && p.batch == q.batch && p.Pair.N[0].Same(q.Pair.N[0]) && p.Pair.N[1].Same(q.Pair.N[1])
		})
		if same >= 0 {
			q.Pair.W, q.Pair.X, q.maker = out[same].Pair.W, out[same].Pair.X, nil
		} else {
			q.complete(a, q.fresh(a, q.maker))
		}
	}
	return out
}

// fresh returns an objective of m without a past, prepared for q's batch.
func (q *Proposal) fresh(a *tensor.Arena, m *Method) Objective {
	var knobs knob.Set
	o := m.New(&knobs)
	own := q.batch.Own[m]
	if knobs.Lookup("bank") != nil {
		own = append([]Setting{{"bank", "0"}}, own...)
	}
	for _, s := range own {
		if err := knobs.Set(s.Key, s.Value); err != nil {
			panic("method: " + err.Error())
		}
	}
	if o.Build != nil {
		o.Build(a.Device, q.Pair.Z[0].Cols)
	}
	if o.Init != nil {
		o.Init(a.Device, 1)
	}
	if o.Prepare != nil {
		o.Prepare(a, q.Pair.N)
	}
	return o
}

// pull takes a gradient at the predictor's output of both views to the projector's.
func (q *Proposal) pull(a *tensor.Arena, dp [2]tensor.Tensor) (dz [2]tensor.Tensor) {
	if q.Pair.W.IsNone() {
		return q.batch.Pull(a, dp)
	}
	for i := range dp {
		dz[i] = a.New(dp[i].Rows, q.Pair.W.Cols)
		a.Gemm(dz[i], tensor.NN, 1, dp[i], q.Pair.W, 0)
	}
	return dz
}
