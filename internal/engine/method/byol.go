package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// BYOL has no negatives in its loss: a predictor on the online branch guesses
// the projection of the other view, which comes from a slow copy (EMA) of the
// network. A constant output would make the guess perfect, and yet training does
// not go there. The gradient at the projector shows why it need not: through the
// predictor W comes a second term, W'W z, that pushes like the negatives of the
// others.
//
// Loss of one side, p the predictor's output for one view and t the target's
// output for the other (the paper's 2 - 2 cos, summed over both directions, is
// four times the mean of our two sides plus a constant):
//
//	l = -(1/N) sum_n cos(p_n, t_n)
//
// Gradient at the predictor's output:
//
//	dl/dp = (1/N) ( -t/(|p| |t|) + cos(p, t) p/|p|^2 )
//
// and at the projector's output z, exact for a linear predictor p = W z:
//
//	dl/dz = (1/(N |W z| |t|)) ( -W't + lambda W'W z ),  lambda = (z'W't) / (z'W'W z)
//
// The positive term pulls the guess to the target. The negative term at p is
// purely radial and does nothing but keep the cosine blind to the length of p;
// pulled back through the predictor it pushes z away from the directions that the
// predictor amplifies, those in which the batch is spread most, and the spread
// evens out. Without a predictor it has no tangent part left, and nothing keeps
// the outputs apart.
//
// With a shared target the term -p/(|p| |t|) + cos(p, t) t/|t|^2 reaches the
// target's projector directly.
//
// References: Grill et al., "Bootstrap Your Own Latent", NeurIPS 2020, arXiv
// 2006.07733, equation 2. Tao et al., CVPR 2022, arXiv 2112.05141, section 3.2
// (the form at the projector). Tian, Chen, Ganguli, ICML 2021, arXiv 2102.06810
// (why the predictor matters).
var BYOL = add(Method{
	Name:   "byol",
	Title:  "BYOL",
	Family: Asymmetric,
	References: []Reference{
		{"Grill et al., NeurIPS 2020", "https://arxiv.org/abs/2006.07733", "equation 2"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.2"},
		{"Tian et al., ICML 2021", "https://arxiv.org/abs/2102.06810", "section 3"},
	},
	Loss:       `\ell = -\frac{1}{N} \sum_n \frac{\langle p_n, t_n\rangle}{|p_n|\,|t_n|}`,
	Rows:       Unit,
	Targets:    []Target{Momentum, Stopped, Shared},
	Predictors: []Predictor{MLPPredictor, LinearPredictor, NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N}\,\frac{t}{|p|\,|t|}`, "Pulls the prediction towards the target's output for the other view."},
		{"negative", Negative, `+\frac{1}{N}\,\cos(p,t)\,\frac{p}{|p|^2}`,
			"Through the predictor, pushes an output away from the directions in which the batch is spread most."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss at the predictor's output.",
			Exact: true, Place: AtPredictor, Rows: Raw,
			TeX: `\frac{\partial \ell}{\partial p} = \frac{1}{N} \Bigl( -\frac{t}{|p|\,|t|} + \cos(p,t)\,\frac{p}{|p|^2} \Bigr)`,
		},
		{
			Name: "closed", Title: "Closed form at the projector",
			Doc:   "The same derivative at the projector's output, in closed form; the predictor learns from the loss.",
			Exact: true, Place: AtProjector, Rows: Raw, Predictors: []Predictor{LinearPredictor},
			TeX: `\frac{\partial \ell}{\partial z} = \frac{1}{N\,|Wz|\,|t|} \bigl( -W^\top t + \lambda\, W^\top W z \bigr), \quad \lambda = \frac{z^\top W^\top t}{z^\top W^\top W z}`,
		},
		unifiedAsymmetric,
		forgetLengthOfPrediction(`-\frac{1}{N}\,\frac{t}{|p|\,|t|}`),
		flipPositive(`\frac{1}{N} \Bigl( +\frac{t}{|p|\,|t|} + \cos(p,t)\,\frac{p}{|p|^2} \Bigr)`),
	},
	Shares:   spread,
	Defaults: map[string]string{"target": "momentum", "predictor": "mlp", "momentum": "0.99"},
	Serves:   map[string][]string{"unit_lambda": {"unified"}},
	Cases:    []string{"unit_lambda=0.3"}, // presses at D = 6 as 12.5 at 256
	New:      cosineObjective,
})

// forgetLengthOfPrediction is the commonest mistake with a cosine: what the
// normaliser's Jacobian takes away is here the negative term, all of it.
func forgetLengthOfPrediction(tex string) Gradient {
	return Gradient{
		Name: "forget-normaliser", Title: "Mistake: the normaliser is forgotten",
		Doc: "The length of the prediction is taken as a constant; the negative term is what its derivative is, and nothing else pushes.",
		TeX: tex, Of: "loss", Mistake: true, Weights: map[Role]float64{Negative: 0},
	}
}

// cosineObjective is the objective of BYOL and of SimSiam.
func cosineObjective(k *knob.Set) Objective {
	lambda := new(float64)
	unitLambda(k, lambda, 12.5, "100")
	return Objective{
		Sides: map[string]SideFunc{
			"loss": byol, "closed": byolClosed,
			"unified": func(a *tensor.Arena, s Side) { byCorrelation(a, s, *lambda) },
		},
		Paper:  func(_ *autodiff.Tape, v Views) *autodiff.Node { return negativeCosine(v) },
		Shares: correlationShares,
		Surrogates: map[string]PaperFunc{
			"unified": func(_ *autodiff.Tape, v Views) *autodiff.Node { return correlationLoss(v, *lambda, nil) },
		},
	}
}

// byol is the side at the predictor's output: s.X is p and s.P is t, both raw.
func byol(a *tensor.Arena, s Side) {
	c := cosineOf(a, s, s.X)
	positive, negative := s.Terms[0], s.Terms[1]
	n, scratch := float64(s.X.Rows), a.New(s.X.Rows, s.X.Cols)

	a.MulCol(scratch, c.invP, c.t) // t/(|p| |t|)
	a.AddScaled(positive.X, -1/n, scratch)
	a.MulCol(scratch, c.invP, c.p)
	a.MulCol(scratch, c.cos, scratch) // cos p/|p|^2
	a.AddScaled(negative.X, 1/n, scratch)
	c.toTarget(a, s, scratch)
}

// byolClosed is the side at the projector's output: s.X is z and s.P is t, both
// raw, and the predictor is p = z W' for rows z.
func byolClosed(a *tensor.Arena, s Side) {
	p := a.New(s.X.Rows, s.X.Cols)
	a.Gemm(p, tensor.NT, 1, s.X, s.W, 0)
	c := cosineOf(a, s, p)
	positive, negative := s.Terms[0], s.Terms[1]
	n, scratch := float64(s.X.Rows), a.New(s.X.Rows, s.X.Cols)

	a.MulCol(scratch, c.invP, c.t)
	a.Gemm(positive.X, tensor.NN, -1/n, scratch, s.W, 1) // W't/(|Wz| |t|), a row for each z

	lambda := a.New(s.X.Rows, 1) // lambda/|t| = cos/|Wz|
	a.Mul(lambda, c.cos, c.invP)
	a.MulCol(scratch, c.invP, p)
	a.MulCol(scratch, lambda, scratch)
	a.Gemm(negative.X, tensor.NN, 1/n, scratch, s.W, 1) // lambda W'Wz/(|Wz| |t|)
	c.toTarget(a, s, scratch)
}

// A cosine holds what the loss and its gradients have in common.
type cosine struct {
	p, t       tensor.Tensor // N x D, rows of length 1
	invP, invT tensor.Tensor // N x 1, 1/length before
	cos        tensor.Tensor // N x 1
}

// cosineOf compares the rows of p with s.P and writes the loss.
func cosineOf(a *tensor.Arena, s Side, p tensor.Tensor) cosine {
	n, d := p.Rows, p.Cols
	c := cosine{a.New(n, d), a.New(n, d), a.New(n, 1), a.New(n, 1), a.New(n, 1)}
	a.NormalizeRows(c.p, c.invP, p, tiny)
	a.NormalizeRows(c.t, c.invT, s.P, tiny)
	a.RowDot(c.cos, c.p, c.t)
	a.Sum(s.Loss, c.cos)
	a.Scale(s.Loss, -1/float64(n), s.Loss)
	return c
}

// toTarget adds what a shared target gets, -p/|t| and cos t/|t|^2 with p and t
// divided by their lengths.
func (c cosine) toTarget(a *tensor.Arena, s Side, scratch tensor.Tensor) {
	positive, negative, n := s.Terms[0], s.Terms[1], float64(c.p.Rows)
	if positive.P.IsNone() {
		return
	}
	a.MulCol(scratch, c.invT, c.p)
	a.AddScaled(positive.P, -1/n, scratch)
	a.MulCol(scratch, c.invT, c.t)
	a.MulCol(scratch, c.cos, scratch)
	a.AddScaled(negative.P, 1/n, scratch)
}

// negativeCosine is the loss as the paper prints it, up to the factor and the
// constant in the essay above.
func negativeCosine(v Views) *autodiff.Node {
	return symmetric(v, func(p, target, _, _ *autodiff.Node) *autodiff.Node {
		return p.UnitRows().Mul(target.UnitRows()).RowSums().Mean().Scale(-1)
	})
}
