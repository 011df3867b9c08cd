package method

// SimSiam is BYOL without the slow copy: the target is the network's own output
// for the other view, taken as constant. That alone keeps it from collapse, which
// was a surprise; let the gradient through to the target, or leave the predictor
// out, and all outputs become one.
//
// Loss of one side, p the predictor's output for one view and z the projector's
// for the other, without gradient:
//
//	l = -(1/N) sum_n cos(p_n, z_n)
//
// Gradient at the predictor's output:
//
//	dl/dp = (1/N) ( -z/(|p| |z|) + cos(p, z) p/|p|^2 )
//
// and at the projector's output z_1 of the same view, exact for a linear predictor
// p = W z_1, with z_2 the other view's z:
//
//	dl/dz_1 = (1/(N |W z_1| |z_2|)) ( -W'z_2 + lambda W'W z_1 ),
//	lambda = (z_1'W'z_2) / (z_1'W'W z_1)
//
// The positive term pulls the guess to the other view. The negative term comes
// through the predictor, as in BYOL: it pushes an output away from the directions
// that the predictor amplifies, which are those in which the batch is spread most.
// The predictor must be quick for that; a slow copy of the network (BYOL) makes the
// goal steadier and is not what prevents collapse.
//
// References: Chen and He, "Exploring Simple Siamese Representation Learning",
// CVPR 2021, arXiv 2011.10566, equations 1 to 4. Tao et al., CVPR 2022, arXiv
// 2112.05141, section 3.2 (the form at the projector). Tian, Chen, Ganguli, ICML
// 2021, arXiv 2102.06810 (why it does not collapse).
var SimSiam = add(Method{
	Name:   "simsiam",
	Title:  "SimSiam",
	Family: Asymmetric,
	References: []Reference{
		{"Chen and He, CVPR 2021", "https://arxiv.org/abs/2011.10566", "equations 1 to 4"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.2"},
		{"Tian et al., ICML 2021", "https://arxiv.org/abs/2102.06810", "section 3"},
	},
	Loss:       `\ell = -\frac{1}{N} \sum_n \frac{\langle p_n, z_n\rangle}{|p_n|\,|z_n|}`,
	Rows:       Unit,
	Targets:    []Target{Stopped, Shared, Momentum},
	Predictors: []Predictor{MLPPredictor, LinearPredictor, NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N}\,\frac{z}{|p|\,|z|}`, "Pulls the prediction towards the network's output for the other view."},
		{"negative", Negative, `+\frac{1}{N}\,\cos(p,z)\,\frac{p}{|p|^2}`,
			"Through the predictor, pushes an output away from the directions in which the batch is spread most."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss at the predictor's output.",
			Exact: true, Place: AtPredictor, Rows: Raw,
			TeX: `\frac{\partial \ell}{\partial p} = \frac{1}{N} \Bigl( -\frac{z}{|p|\,|z|} + \cos(p,z)\,\frac{p}{|p|^2} \Bigr)`,
		},
		{
			Name: "closed", Title: "Closed form at the projector",
			Doc:   "The same derivative at the projector's output, in closed form; the predictor learns from the loss.",
			Exact: true, Place: AtProjector, Rows: Raw, Predictors: []Predictor{LinearPredictor},
			TeX: `\frac{\partial \ell}{\partial z_1} = \frac{1}{N\,|Wz_1|\,|z_2|} \bigl( -W^\top z_2 + \lambda\, W^\top W z_1 \bigr), \quad \lambda = \frac{z_1^\top W^\top z_2}{z_1^\top W^\top W z_1}`,
		},
		unifiedAsymmetric,
		forgetLengthOfPrediction(`-\frac{1}{N}\,\frac{z}{|p|\,|z|}`),
		flipPositive(`\frac{1}{N} \Bigl( +\frac{z}{|p|\,|z|} + \cos(p,z)\,\frac{p}{|p|^2} \Bigr)`),
	},
	Shares:   spread,
	Defaults: map[string]string{"target": "stopped", "predictor": "mlp", "predictor.width": "64"},
	Serves:   map[string][]string{"unit_lambda": {"unified"}},
	Cases:    []string{"unit_lambda=0.3"}, // presses at D = 6 as 12.5 at 256
	New:      cosineObjective,             // byol.go: the objective is the same, the target is not
})
