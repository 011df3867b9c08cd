package method

import (
	"math"

	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// SimCLR asks each view to recognise its partner among all other views of the
// batch. The question is a classification with a softmax over cosine
// similarities, sharpened by the temperature tau. What is not the partner
// counts as different, so the batch itself supplies the negatives and nothing
// else is needed to keep the outputs apart.
//
// Loss of one side, over the N anchors u of one view, u+ the partner of u in the
// other view, V all other 2N-1 views (the partner among them):
//
//	l = (1/N) sum_u -log( exp(<u, u+>/tau) / sum_{v in V} exp(<u, v>/tau) )
//
// Gradient, with the weights s_v = softmax_v(<u, v>/tau):
//
//	dl/du = (1/(N tau)) ( -u+ + sum_{v in V} s_v v )
//
// The positive term pulls an anchor to its partner. The negative term pushes it
// away from the softmax-weighted mean of all others; a small tau lets the nearest
// ones dominate. Where the target is shared, every view is also a candidate of
// all other anchors k and gets the mirror of both terms, -u+ and
// sum_k s^(k)_u k with each anchor's own weights: a second bracket about as long
// as the first. Stopping the target leaves the first only.
//
// References: Chen, Kornblith, Norouzi, Hinton, "A Simple Framework for
// Contrastive Learning of Visual Representations", ICML 2020, arXiv 2002.05709,
// equation 1. Tao et al., "Exploring the Equivalence of Siamese SSL via A Unified
// Gradient Framework", CVPR 2022, arXiv 2112.05141, section 3.1 (the two terms).
var SimCLR = add(Method{
	Name:   "simclr",
	Title:  "SimCLR",
	Family: Contrastive,
	References: []Reference{
		{"Chen et al., ICML 2020", "https://arxiv.org/abs/2002.05709", "equation 1"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.1"},
	},
	Loss:       `\ell = -\frac{1}{N} \sum_{u} \log \frac{\exp(\langle u, u^+\rangle/\tau)}{\sum_{v \neq u} \exp(\langle u, v\rangle/\tau)}`,
	Rows:       Unit,
	Targets:    []Target{Shared, Stopped, Momentum},
	Negatives:  []Target{Shared, Stopped, Momentum},
	Predictors: []Predictor{NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N\tau}\, u^+`, "Pulls an anchor towards the other view of its image."},
		{"negative", Negative, `+\frac{1}{N\tau} \sum_{v \neq u} s_v\, v`,
			"Pushes an anchor away from the mean of all other views, weighted by how much they resemble it."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss.", Exact: true, Place: AtPredictor,
			TeX: `\frac{\partial \ell}{\partial u} = \frac{1}{N\tau} \Bigl( -u^+ + \sum_{v \neq u} s_v\, v \Bigr), \quad s_v = \frac{\exp(\langle u, v\rangle/\tau)}{\sum_{w \neq u} \exp(\langle u, w\rangle/\tau)}`,
		},
		{
			Name: "unified", Title: "Unified form",
			Doc:   "The common form of all methods: an anchor's own bracket without the factor 1/tau, its candidates constant.",
			Place: AtPredictor, Constant: true,
			TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \Bigl( -u_2 + \sum_{v \neq u_1} s_v\, v \Bigr)`,
		},
		forgetNormaliser(`\frac{\partial \ell}{\partial x} = \frac{1}{|x|}\,\frac{1}{N\tau} \Bigl( -u^+ + \sum_{v \neq u} s_v\, v \Bigr)`),
		{
			Name: "anchor-among-negatives", Title: "Mistake: the anchor among its negatives",
			Doc:   "An anchor is also its own candidate; it resembles nothing more than itself, takes most of the weight, and what should push vanishes.",
			Place: AtPredictor, Mistake: true,
			TeX: `\frac{1}{N\tau} \Bigl( -u^+ + \sum_{v} s_v\, v \Bigr), \quad s_v = \frac{\exp(\langle u, v\rangle/\tau)}{\sum_{w} \exp(\langle u, w\rangle/\tau)}`,
		},
		flipPositive(`\frac{1}{N\tau} \Bigl( +u^+ + \sum_{v \neq u} s_v\, v \Bigr)`),
	},
	Shares: Shares{
		Of: "loss", TeX: `s_v = \frac{\exp(\langle u, v\rangle/\tau)}{\sum_{w \neq u} \exp(\langle u, w\rangle/\tau)}`,
		Doc: "The softmax: the nearer a sample, the more it pushes; a small tau leaves all to the nearest.",
	},
	Defaults: map[string]string{"target": "shared", "predictor": "none"},
	New: func(k *knob.Set) Objective {
		tau := new(float64)
		k.Float(tau, "tau", 0.2, 0.01, 10, "Temperature of the softmax: small lets the nearest negatives dominate.").
			Titled("Temperature").Logarithmic().FromPaper("0.2").Changeable()
		return Objective{
			Sides: map[string]SideFunc{
				"loss":                   func(a *tensor.Arena, s Side) { simclr(a, s, *tau, 1 / *tau, false) },
				"unified":                func(a *tensor.Arena, s Side) { simclr(a, s, *tau, 1, false) },
				"anchor-among-negatives": func(a *tensor.Arena, s Side) { simclr(a, s, *tau, 1 / *tau, true) },
			},
			Paper: func(_ *autodiff.Tape, v Views) *autodiff.Node { return ntXent(v, *tau, false) },
			Shares: func(a *tensor.Arena, s Side) Sharing {
				w, v, _ := resemblances(a, s, *tau, false)
				a.SoftmaxRows(w, a.New(w.Rows, 1), w)
				return Sharing{w, v, BothViews}
			},
			Surrogates: map[string]PaperFunc{
				"unified":                func(_ *autodiff.Tape, v Views) *autodiff.Node { return ntXent(v, *tau, false).Scale(*tau) },
				"anchor-among-negatives": func(_ *autodiff.Tape, v Views) *autodiff.Node { return ntXent(v, *tau, true) },
			},
		}
	},
})

// simclr is the side of anchors s.X. The positive is s.P in the numerator and in
// the sum; the other candidates are s.T of the other view and s.O of this one, and
// among these, where it meets itself, the anchor. The factor is 1/tau for the loss.
func simclr(a *tensor.Arena, s Side, tau, factor float64, meetsItself bool) {
	n, d := s.X.Rows, s.X.Cols
	positive, negative := s.Terms[0], s.Terms[1]

	w, v, same := resemblances(a, s, tau, meetsItself)
	lse := a.New(n, 1)
	a.SoftmaxRows(w, lse, w)

	a.AddScaled(lse, -1, same) // -log softmax of the partner
	a.Sum(s.Loss, lse)
	a.Scale(s.Loss, 1/float64(n), s.Loss)

	// The partner's weight is applied to s.P; what is left in w belongs to v.
	partner, scratch := a.New(n, 1), a.New(n, d)
	a.Diagonal(partner, w, 0)
	a.FillDiagonal(w, 0, 0)

	c := factor / float64(n)
	a.AddScaled(positive.X, -c, s.P)
	a.MulCol(scratch, partner, s.P)
	a.AddScaled(negative.X, c, scratch)
	a.Gemm(negative.X, tensor.NN, c, w, v, 1)

	if !positive.P.IsNone() { // as target of its partner
		a.AddScaled(positive.P, -c, s.X)
		a.MulCol(scratch, partner, s.X)
		a.AddScaled(negative.P, c, scratch)
	}
	if !negative.T.IsNone() { // as candidate of all other anchors
		back := a.New(2*n, d)
		a.Gemm(back, tensor.TN, c, w, s.X, 0)
		a.AddScaled(negative.T, 1, back.Slice(0, n))
		a.AddScaled(negative.O, 1, back.Slice(n, 2*n))
	}
}

// resemblances returns <u, v>/tau of the anchors and all candidates, w: N x 2N; the
// candidates v, 2N x D, row m the other view of image m and row N+m this view of it;
// and of w what belongs to the partners, N x 1. An anchor meets its partner at
// (n, n) and would meet itself at (n, N+n).
func resemblances(a *tensor.Arena, s Side, tau float64, meetsItself bool) (w, v, same tensor.Tensor) {
	n := s.X.Rows
	w, v, same = a.New(n, 2*n), stacked(a, s.T, s.O), a.New(n, 1)
	a.RowDot(same, s.X, s.P)
	a.Scale(same, 1/tau, same)
	a.Gemm(w, tensor.NT, 1/tau, s.X, v, 0)
	a.SetDiagonal(w, 0, same)
	if !meetsItself {
		a.FillDiagonal(w, n, math.Inf(-1))
	}
	return w, v, same
}

// ntXent is the loss as the paper prints it, or with the anchor among its own candidates.
func ntXent(v Views, tau float64, meetsItself bool) *autodiff.Node {
	return symmetric(v, func(x, p, t, o *autodiff.Node) *autodiff.Node {
		u := x.UnitRows()
		to := func(c *autodiff.Node) *autodiff.Node { return u.MatMul(c.UnitRows().T()).Scale(1 / tau).Exp() }
		same := to(p).Diagonal()
		own := to(o)
		if !meetsItself {
			own = own.OffDiagonal()
		}
		others := to(t).OffDiagonal().RowSums().Add(own.RowSums())
		return same.Div(same.Add(others)).Log().Mean().Scale(-1)
	})
}
