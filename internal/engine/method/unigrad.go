package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// UniGrad is the gradient that all the others have in common, with nothing else. A
// sample is pulled to the slow copy's output for its other view, and pushed away from
// the directions in which outputs have been spread of late. No negatives are kept,
// no predictor is trained, and no batch needs to be large: what is remembered is one
// D x D matrix.
//
// Loss of one side, u the outputs and t the other view's targets, all of length 1,
// F the moving average of t t' over both views, held constant:
//
//	F <- rho F + (1 - rho) (1/2N) sum t t'
//	l = (1/N) sum_n ( -<u_n, t_n> + (lambda/2) u_n'F u_n )
//
// Gradient:
//
//	dl/du = (1/N) ( -t + lambda F u )
//
// The positive term pulls a sample to its other view. The negative term is an
// average of targets, F u = sum <t, u> t over what has been seen: each one pushes by
// how much it resembles, softly where a softmax would choose the nearest. It is
// also the decorrelation of features, since F is their correlation.
//
// On an even sphere F = I/D, so that lambda weighs as lambda/D: the paper's 100
// belongs to D = 2048, and 12.5 presses as much at D = 256.
//
// F is made of targets and nothing flows back into it. Make it of the outputs and
// forget that (gradient=forget-detach), and the batch's own share 1 - rho counts
// twice: all of F at rho = 0 or in the first step, and next to nothing at 0.99.
//
// References: Tao, Wang, Zhu, Dong, Song, Huang, Dai, "Exploring the Equivalence of
// Siamese Self-Supervised Learning via A Unified Gradient Framework", CVPR 2022,
// arXiv 2112.05141, section 4.
var UniGrad = add(Method{
	Name:   "unigrad",
	Title:  "UniGrad",
	Family: Unified,
	References: []Reference{
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 4"},
	},
	Loss:       `\ell = \frac{1}{N} \sum_n \Bigl( -\langle u_n, t_n\rangle + \frac{\lambda}{2}\, u_n^\top F u_n \Bigr)`,
	Rows:       Unit,
	Targets:    []Target{Momentum, Stopped, Shared},
	Negatives:  []Target{Momentum, Stopped, Shared},
	Predictors: []Predictor{NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N}\, t`, "Pulls a sample towards the target's output for its other view."},
		{"negative", Negative, `+\frac{\lambda}{N}\, F u`, "Pushes a sample away from the directions in which the targets have been spread of late."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss, F held constant.", Exact: true, Place: AtPredictor,
			TeX: `\frac{\partial \ell}{\partial u} = \frac{1}{N} \bigl( -t + \lambda F u \bigr), \quad F = \frac{1}{2N} \sum t\, t^\top \text{ on average}`,
		},
		{
			Name: "unified", Title: "Unified form",
			Doc: "The loss's own gradient, whose form this is; with shared weights it differs in that the target is constant.",
			TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \bigl( -u_2 + \lambda F u_1 \bigr)`,
			Of:  "loss", Constant: true,
		},
		forgetNormaliser(`\frac{\partial \ell}{\partial x} = \frac{1}{|x|}\,\frac{1}{N} \bigl( -t + \lambda F u \bigr)`),
		{
			Name: "forget-detach", Title: "Mistake: F is not detached",
			Doc:   "F is made of the network's own outputs and the gradient flows into it: the batch's share of F, all of it in the first step, counts twice.",
			Place: AtPredictor, Mistake: true, Negatives: []Target{Stopped, Shared},
			TeX: `\frac{1}{N} \bigl( -t + \lambda F u + \lambda (1-\rho)\, F_b\, u \bigr), \quad F_b = \frac{1}{2N} \sum_v v\, v^\top`,
		},
		flipPositive(`\frac{1}{N} \bigl( +t + \lambda F u \bigr)`),
	},
	Shares:   spread,
	Defaults: map[string]string{"target": "momentum", "predictor": "none", "momentum": "0.99"},
	New: func(k *knob.Set) Objective {
		o := new(unigrad)
		k.Float(&o.lambda, "lambda", 12.5, 0, 10000,
			"Weight of the negative term. Spread evenly over D channels, outputs feel a D-th part of it.").
			Titled("Weight of the negatives").Logarithmic().FromPaper("100").PerWidthOf(2048).Changeable()
		k.Float(&o.rho, "rho", 0.99, 0, 0.9999, "Share of its old value that the correlation F keeps at each step.").
			Titled("Memory of F").FromPaper("0.99").Changeable()
		return o.objective()
	},
})

// unigrad is what a run of UniGrad has: its knobs and its F.
type unigrad struct {
	lambda, rho float64
	average
}

func (o *unigrad) objective() Objective {
	return Objective{
		Sides: map[string]SideFunc{
			"loss": o.side,
			"forget-detach": func(a *tensor.Arena, s Side) {
				o.side(a, s)
				pushByBatch(a, s, o.lambda*o.share/float64(s.X.Rows))
			},
		},
		Paper:  func(t *autodiff.Tape, v Views) *autodiff.Node { return correlationLoss(v, o.lambda, o.constant(t)) },
		Shares: correlationShares,
		Surrogates: map[string]PaperFunc{
			"unified": func(t *autodiff.Tape, v Views) *autodiff.Node { return correlationLoss(v, o.lambda, o.constant(t)) },
			"forget-detach": func(t *autodiff.Tape, v Views) *autodiff.Node {
				return correlationLoss(v, o.lambda, o.attached(t, v))
			},
		},
		State: State{
			Build:   o.build,
			Prepare: func(a *tensor.Arena, negatives [2]tensor.Tensor) { o.add(a, o.rho, negatives) },
			Kept:    o.kept,
			Part: func(a *tensor.Arena, width int) Objective {
				p := *o
				p.average = o.part(a, width)
				return p.objective()
			},
		},
	}
}

// side is the side of u = s.X with t = s.P, unit rows.
func (o *unigrad) side(a *tensor.Arena, s Side) {
	n, part := float64(s.X.Rows), a.New(1, 1)
	positive, negative := s.Terms[0], s.Terms[1]
	fu := a.New(s.X.Rows, s.X.Cols) // u'F as rows; F is symmetric
	a.Gemm(fu, tensor.NN, 1, s.X, o.f, 0)

	a.Dot(s.Loss, s.X, s.P)
	a.Scale(s.Loss, -1/n, s.Loss)
	a.Dot(part, s.X, fu)
	a.AddScaled(s.Loss, o.lambda/(2*n), part)

	a.AddScaled(positive.X, -1/n, s.P)
	a.AddScaled(negative.X, o.lambda/n, fu)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -1/n, s.X)
	}
}

// attached is F with the outputs of v as the batch that is in it, and the tape's
// way into them.
func (o *unigrad) attached(t *autodiff.Tape, v Views) *autodiff.Node {
	n := rowsOf(v.X[0])
	batch := correlationOf(v.X[0]).Add(correlationOf(v.X[1])).Scale(o.share / (2 * n))
	r, c := batch.Dims()
	return o.constant(t).Add(batch).Sub(t.Const(r, c, batch.Value()))
}
