package method

import (
	"math"

	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// DirectPred asks what a linear predictor learns in BYOL, and writes the answer down
// instead of learning it. The predictor comes to share its eigenvectors with the
// correlation F of the outputs, with eigenvalues that are the square roots; so take F
// apart, take the roots, and use that. No gradient reaches the predictor.
//
// Loss of one side, z the outputs, t the other view's targets, F the moving average
// of t t' over both views' targets at length 1, W held constant:
//
//	F = U diag(L) U',   W = U ( diag(L)^(1/2) + b I ) U'
//	l = -(1/N) sum_n cos(W z_n, t_n)
//
// The boost b = eps sqrt(max L) in the published codes, or eps max L (boost=max),
// keeps small directions alive: W'W = F + 2b F^(1/2) + b^2 I.
//
// Gradient, exact:
//
//	dl/dz = (1/(N |W z| |t|)) ( -W't + lambda W'W z ),  lambda = (z'W't) / (z'W'W z)
//
// The positive term pulls a sample to the target as W sees it. The negative term is
// F z at heart, a sum over all targets by how much they resemble the sample: the
// predictor is where BYOL keeps its negatives. The published code leaves out the
// middle part 2b F^(1/2) and takes lambda anew, so that the gradient still stands
// at a right angle to z (drop-middle). With the old lambda and without b^2 it does
// not, and only the normaliser's projection mends that (drop-middle-blog). Leaving
// out 1/|W z| weighs samples anew, since it is another number for each of them
// (drop-prefactors). How far each is off depends on the spectrum of F: the lab
// measures it.
//
// References: Tian, Chen, Ganguli, "Understanding Self-Supervised Learning Dynamics
// without Contrastive Pairs", ICML 2021, arXiv 2102.06810, equations 18 (the
// eigenvalues) and 19 (F). Tao et al., CVPR 2022, arXiv 2112.05141, section 3.2.
var DirectPred = add(Method{
	Name:   "directpred",
	Title:  "DirectPred",
	Family: Asymmetric,
	References: []Reference{
		{"Tian et al., ICML 2021", "https://arxiv.org/abs/2102.06810", "equations 18 and 19"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.2"},
	},
	Loss:       `\ell = -\frac{1}{N} \sum_n \frac{\langle W z_n, t_n\rangle}{|W z_n|\,|t_n|}, \quad W = F^{1/2} + b I`,
	Rows:       Unit,
	Targets:    []Target{Momentum, Stopped, Shared},
	Negatives:  []Target{Momentum, Stopped, Shared},
	Predictors: []Predictor{SpectralPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N}\,\frac{t}{|p|\,|t|}`, "Pulls a sample towards the target, as far as the predictor sees it."},
		{"negative", Negative, `+\frac{1}{N}\,\cos(p,t)\,\frac{p}{|p|^2}`,
			"Through the predictor, pushes a sample away from the directions in which the targets have been spread of late."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss at the predictor's output.",
			Exact: true, Place: AtPredictor, Rows: Raw,
			TeX: `\frac{\partial \ell}{\partial p} = \frac{1}{N} \Bigl( -\frac{t}{|p|\,|t|} + \cos(p,t)\,\frac{p}{|p|^2} \Bigr), \quad p = Wz`,
		},
		{
			Name: "closed", Title: "Closed form at the projector",
			Doc:   "The same derivative at the projector's output, in closed form.",
			Exact: true, Place: AtProjector, Rows: Raw,
			TeX: `\frac{\partial \ell}{\partial z} = \frac{1}{N\,|Wz|\,|t|} \bigl( -W^\top t + \lambda\, W^\top W z \bigr), \quad \lambda = \frac{z^\top W^\top t}{z^\top W^\top W z}`,
		},
		{
			Name: "unified", Title: "Unified form",
			Doc:   "The common form of all methods: no W is left, F itself pushes. Its lambda is the setting unit_lambda.",
			Place: AtProjector, Rows: Unit, Constant: true,
			TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \bigl( -u_2 + \lambda F u_1 \bigr)`,
		},
		{
			Name: "drop-middle", Title: "Without the middle of W'W",
			Doc:   "W'W without its middle part, and lambda made of what is left, as in the published code: the sum stays at a right angle to z.",
			Place: AtProjector, Rows: Unit,
			TeX: `\frac{1}{N\,|Wu_1|} \bigl( -W^\top u_2 + \lambda\, (F + b^2 I)\, u_1 \bigr), \quad \lambda = \frac{u_1^\top W^\top u_2}{u_1^\top (F + b^2 I)\, u_1}`,
		},
		{
			Name: "drop-middle-blog", Title: "Without the middle, lambda as before",
			Doc:   "W'W becomes F alone while lambda stays that of the whole: the sum is no more at a right angle to z, which the normaliser has to mend.",
			Place: AtProjector, Rows: Unit,
			TeX: `\frac{1}{N\,|Wu_1|} \bigl( -W^\top u_2 + \lambda F u_1 \bigr), \quad \lambda = \frac{u_1^\top W^\top u_2}{u_1^\top W^\top W u_1}`,
		},
		{
			Name: "drop-prefactors", Title: "Without 1/|Wz|",
			Doc:   "The factor before the bracket is left out; since it differs from sample to sample, samples count differently.",
			Place: AtProjector, Rows: Unit,
			TeX: `\frac{1}{N} \bigl( -W^\top u_2 + \lambda\, W^\top W u_1 \bigr), \quad \lambda = \frac{u_1^\top W^\top u_2}{u_1^\top W^\top W u_1}`,
		},
		forgetLengthOfPrediction(`-\frac{1}{N}\,\frac{t}{|p|\,|t|}`),
		flipPositive(`\frac{1}{N} \Bigl( +\frac{t}{|p|\,|t|} + \cos(p,t)\,\frac{p}{|p|^2} \Bigr), \quad p = Wz`),
	},
	Shares:   spread,
	Defaults: map[string]string{"target": "momentum", "predictor": "spectral", "momentum": "0.99"},
	Serves:   map[string][]string{"unit_lambda": {"unified"}},
	Cases:    []string{"boost=sqrt unit_lambda=0.3", "boost=max unit_lambda=0.3"}, // 0.3 at D = 6 presses as 12.5 at 256
	New: func(k *knob.Set) Objective {
		o := new(directpred)
		k.Float(&o.rho, "rho", 0.99, 0, 0.9999, "Share of its old value that the correlation F keeps at each step.").
			Titled("Memory of F").FromPaper("0.3").Changeable()
		k.Float(&o.eps, "eps", 0.3, 0, 10, "Boost of the small directions of F, so that they are not lost.").
			Titled("Boost").FromPaper("0.01").Changeable()
		k.Choice(&o.boost, "boost", "sqrt", []knob.Option{
			{Value: "sqrt", Title: "root of the largest", Doc: "As in the published codes."},
			{Value: "max", Title: "the largest", Doc: "As some texts have it."},
		}, "What eps is multiplied by: the largest eigenvalue of F or its root.").Titled("Boost times").Changeable()
		unitLambda(k, &o.lambda, 12.5, "100")
		return o.objective()
	},
})

// directpred is what a run of DirectPred has: its knobs, its F and the boost b that
// belongs to the W of the step.
type directpred struct {
	rho, eps, lambda float64
	boost            string
	average
	b      float64
	values []float64 // of F, on the host
}

func (o *directpred) objective() Objective {
	return Objective{
		Sides: map[string]SideFunc{
			"loss": byol, "closed": byolClosed,
			"unified": func(a *tensor.Arena, s Side) {
				n := float64(s.X.Rows)
				a.AddScaled(s.Terms[0].X, -1/n, s.P)
				a.Gemm(s.Terms[1].X, tensor.NN, o.lambda/n, s.X, o.f, 1)
			},
			"drop-middle": func(a *tensor.Arena, s Side) {
				p := predictionOf(a, s)
				middle, q, inv := a.New(s.X.Rows, s.X.Cols), a.New(s.X.Rows, 1), a.New(s.X.Rows, 1)
				a.Gemm(middle, tensor.NN, 1, s.X, o.f, 0)
				a.AddScaled(middle, o.b*o.b, s.X)
				a.RowDot(q, s.X, middle)
				a.NormalizeRows(q, inv, q, tiny*tiny) // 1/q: a row of one number is divided by its size
				a.Mul(inv, inv, p.cos)                // lambda/|Wu| = cos/q
				p.apply(a, s, p.inv, inv, middle)
			},
			"drop-middle-blog": func(a *tensor.Arena, s Side) {
				p := predictionOf(a, s)
				middle := a.New(s.X.Rows, s.X.Cols)
				a.Gemm(middle, tensor.NN, 1, s.X, o.f, 0)
				p.apply(a, s, p.inv, p.lambdaBy(a, p.inv), middle)
			},
			"drop-prefactors": func(a *tensor.Arena, s Side) {
				p := predictionOf(a, s)
				whole, ones := a.New(s.X.Rows, s.X.Cols), a.New(s.X.Rows, 1)
				a.Gemm(whole, tensor.NN, 1, p.wu, s.W, 0)
				a.Fill(ones, 1)
				p.apply(a, s, ones, p.lambdaBy(a, ones), whole)
			},
		},
		Paper:  func(_ *autodiff.Tape, v Views) *autodiff.Node { return negativeCosine(v) },
		Shares: correlationShares,
		Surrogates: map[string]PaperFunc{
			"unified": func(t *autodiff.Tape, v Views) *autodiff.Node { return correlationLoss(v, o.lambda, o.constant(t)) },
		},
		State: State{
			Build:     func(d tensor.Device, width int) { o.build(d, width); o.values = make([]float64, width) },
			Prepare:   func(a *tensor.Arena, negatives [2]tensor.Tensor) { o.add(a, o.rho, negatives) },
			Predictor: o.predictor,
			Kept:      o.kept,
			Part: func(a *tensor.Arena, width int) Objective {
				p := *o
				p.average, p.values = o.part(a, width), make([]float64, width)
				return p.objective()
			},
		},
	}
}

// predictor writes W = U ( L^(1/2) + b I ) U'.
func (o *directpred) predictor(a *tensor.Arena, w tensor.Tensor) {
	defer a.Release(a.Mark())
	d := o.f.Rows
	values, vectors, scaled := a.New(d, 1), a.New(d, d), a.New(d, d) // eigenvectors as rows
	tensor.SymmetricEigen(a, values, vectors, o.f)
	a.Download64(o.values, values)
	largest := max(o.values[d-1], 0)
	if o.boost == "sqrt" {
		largest = math.Sqrt(largest)
	}
	o.b = o.eps * largest
	for i, l := range o.values {
		o.values[i] = math.Sqrt(max(l, 0)) + o.b
	}
	a.Upload64(values, o.values)
	a.MulCol(scaled, values, vectors)
	a.Gemm(w, tensor.TN, 1, vectors, scaled, 0)
}
