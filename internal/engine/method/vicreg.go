package method

import (
	"math"

	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// VICReg says in so many words what must not happen. Outputs of two views should be
// equal (invariance). A feature that hardly varies over the batch is stretched until
// its standard deviation reaches gamma (variance). Two features should not vary
// together (covariance). Nothing is normalised, and each view's batch is looked at
// by itself, so that the two branches need not be alike.
//
// Loss of one side, v and v' the raw outputs of the two views, c their width, S the
// covariance of v over the batch with 1/(N-1), sd_i = sqrt(S_ii + 1e-4); both
// sides' mean is the published lambda = 25, mu = 25, nu = 1:
//
//	l = lambda/(cN) sum_n |v(n) - v'(n)|^2 + mu/c sum_i max(0, gamma - sd_i)
//	    + 2 nu/c sum_{i != j} S_ij^2
//
// Gradient, w the centred outputs:
//
//	dl/dv(n) = (2 lambda/(cN)) ( -v'(n) + v(n) )
//	         + (8 nu/(c (N-1)^2)) sum_b ( w(n).w(b) ) w(b)
//	         - (8 nu/(c (N-1))) diag(S) w(n)
//	         - (mu/(c (N-1))) diag( 1[sd < gamma] / sd ) w(n)
//
// The positive term pulls a sample to its other view. The negative term is a sum
// over samples, as in SimCLR and in Barlow Twins: each one pushes by how much it
// resembles, so that features stop repeating each other. What is left speaks of no
// other sample: `length` draws outputs to the origin, `diagonal` takes out of the
// negative term what it has of a feature's own variance, and `variance` stretches a
// feature that is too flat. That these may be left out is an experiment of Tao et
// al. (gradient=drop-own).
//
// Weights belong to a scale: 25, 25, 1 to a squared difference that is the mean over
// features too. Summed over them (gradient=wrong-scale) it weighs c times as much.
//
// The sum over samples needs the N x N Gram matrix of the centred batch or the c x c
// matrix S; the side takes the smaller one.
//
// References: Bardes, Ponce, LeCun, "VICReg: Variance-Invariance-Covariance
// Regularization for Self-Supervised Learning", ICLR 2022, arXiv 2105.04906,
// equations 1 to 6. Tao et al., CVPR 2022, arXiv 2112.05141, section 3.3 and its
// appendix (the terms).
var VICReg = add(Method{
	Name:   "vicreg",
	Title:  "VICReg",
	Family: Decorrelation,
	References: []Reference{
		{"Bardes et al., ICLR 2022", "https://arxiv.org/abs/2105.04906", "equations 1 to 6"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.3 and appendix"},
	},
	Loss:       `\ell = \frac{\lambda}{cN} \sum_n |v(n) - v'(n)|^2 + \frac{\mu}{c} \sum_i \max(0,\, \gamma - \sigma_i) + \frac{2\nu}{c} \sum_{i \neq j} S_{ij}^2`,
	Rows:       Raw,
	Targets:    []Target{Shared, Stopped, Momentum},
	Predictors: []Predictor{NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{2\lambda}{cN}\, v'(n)`, "Pulls a sample towards its other view."},
		{"negative", Negative, `+\frac{8\nu}{c(N-1)^2} \sum_b \langle w(n), w(b)\rangle\, w(b)`,
			"Pushes a sample away from the others by how much they resemble it, and so features apart."},
		{"length", Own, `+\frac{2\lambda}{cN}\, v(n)`, "Draws a sample to the origin: the other half of the squared difference."},
		{"diagonal", Own, `-\frac{8\nu}{c(N-1)}\, \mathrm{diag}(S)\, w(n)`, "Takes out of the negative term what it has of a feature's own variance."},
		{"variance", Own, `-\frac{\mu}{c(N-1)}\, \mathrm{diag}\Bigl(\frac{1[\sigma < \gamma]}{\sigma}\Bigr)\, w(n)`,
			"Stretches a feature whose standard deviation is below gamma; nothing above."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss.", Exact: true, Place: AtPredictor,
			TeX: `\frac{\partial \ell}{\partial v(n)} = \frac{2\lambda}{cN} \bigl( v(n) - v'(n) \bigr) + \frac{8\nu}{c(N-1)^2} \sum_b \langle w(n), w(b)\rangle\, w(b) - \frac{8\nu}{c(N-1)}\, \mathrm{diag}(S)\, w(n) - \frac{\mu}{c(N-1)}\, \mathrm{diag}\Bigl(\frac{1[\sigma < \gamma]}{\sigma}\Bigr)\, w(n), \quad w(n) = v(n) - \frac{1}{N} \sum_b v(b), \quad S = \frac{1}{N-1} \sum_b w(b)\, w(b)^\top, \quad \sigma_i = \sqrt{S_{ii} + 10^{-4}}`,
		},
		unifiedDecorrelation,
		{
			Name: "drop-own", Title: "Without the diagonal part",
			Doc: "Only the terms that speak of other samples, positive and negative: length, diagonal and variance are left out.",
			TeX: `-\frac{2\lambda}{cN}\, v'(n) + \frac{8\nu}{c(N-1)^2} \sum_b \langle w(n), w(b)\rangle\, w(b)`,
			Of:  "loss", Weights: map[Role]float64{Own: 0},
		},
		{
			Name: "wrong-scale", Title: "Mistake: weights on the wrong scale",
			Doc:   "The published weights with a squared difference that is summed over the features, not averaged: invariance weighs c times as much.",
			Place: AtPredictor, Mistake: true,
			TeX: `\frac{2\lambda}{N} \bigl( v(n) - v'(n) \bigr) + \frac{8\nu}{c(N-1)^2} \sum_b \langle w(n), w(b)\rangle\, w(b) - B\, w(n), \quad B = \frac{8\nu}{c(N-1)}\, \mathrm{diag}(S) + \frac{\mu}{c(N-1)}\, \mathrm{diag}\Bigl(\frac{1[\sigma < \gamma]}{\sigma}\Bigr)`,
		},
		flipPositive(`\frac{2\lambda}{cN} \bigl( v(n) + v'(n) \bigr) + \frac{8\nu}{c(N-1)^2} \sum_b \langle w(n), w(b)\rangle\, w(b) - B\, w(n), \quad B = \frac{8\nu}{c(N-1)}\, \mathrm{diag}(S) + \frac{\mu}{c(N-1)}\, \mathrm{diag}\Bigl(\frac{1[\sigma < \gamma]}{\sigma}\Bigr)`),
	},
	Shares: Shares{
		Of: "loss", TeX: `\langle w(n), w(b)\rangle`,
		Doc: "A row of the Gram matrix of the centred batch: a sample pushes by how much it resembles the anchor, its length included, and pulls where it is its opposite.",
	},
	Defaults: map[string]string{"target": "shared", "predictor": "none"},
	Serves:   map[string][]string{"unit_lambda": {"unified"}},
	Cases:    []string{"unit_lambda=0.15"}, // presses at D = 6 as 6.25 at 256
	New: func(k *knob.Set) Objective {
		w, lambda := new(vicregWeights), new(float64)
		k.Float(&w.lambda, "lambda", 25, 0, 1000, "Weight of the invariance: the squared difference of the two views.").
			Titled("Invariance").Logarithmic().FromPaper("25").Changeable()
		k.Float(&w.mu, "mu", 25, 0, 1000, "Weight of the variance: at 0 nothing keeps features from going flat.").
			Titled("Variance").Logarithmic().FromPaper("25").Changeable()
		k.Float(&w.nu, "nu", 1, 0, 1000, "Weight of the covariance: at 0 all features may say the same.").
			Titled("Covariance").Logarithmic().FromPaper("1").Changeable()
		k.Float(&w.gamma, "gamma", 1, 0.01, 10, "Standard deviation from which on a feature is left alone.").
			Titled("Wanted deviation").Logarithmic().FromPaper("1").Changeable()
		unitLambda(k, lambda, 6.25, "50")
		summed := func(c int) vicregWeights { // the mistake
			wrong := *w
			wrong.lambda *= float64(c)
			return wrong
		}
		return Objective{
			Sides: map[string]SideFunc{
				"loss":        func(a *tensor.Arena, s Side) { vicreg(a, s, *w, s.X.Rows < s.X.Cols) },
				"unified":     func(a *tensor.Arena, s Side) { byResemblance(a, s, *lambda) },
				"wrong-scale": func(a *tensor.Arena, s Side) { vicreg(a, s, summed(s.X.Cols), s.X.Rows < s.X.Cols) },
			},
			Paper: func(_ *autodiff.Tape, v Views) *autodiff.Node { return vicregLoss(v, *w) },
			Shares: func(a *tensor.Arena, s Side) Sharing {
				n := s.X.Rows
				gram, w, mean := a.New(n, n), a.New(n, s.X.Cols), a.New(1, s.X.Cols)
				a.ColSum(mean, s.X)
				a.Scale(mean, -1/float64(n), mean)
				a.Copy(w, s.X)
				a.AddRow(w, mean)
				a.Gemm(gram, tensor.NT, 1, w, w, 0)
				return Sharing{gram, w, OwnView}
			},
			Surrogates: map[string]PaperFunc{
				"unified": func(_ *autodiff.Tape, v Views) *autodiff.Node { return resemblanceLoss(v, *lambda) },
				"wrong-scale": func(_ *autodiff.Tape, v Views) *autodiff.Node {
					_, c := v.X[0].Dims()
					return vicregLoss(v, summed(c))
				},
				"drop-own": func(_ *autodiff.Tape, v Views) *autodiff.Node { return vicregWithoutOwn(v, *w) },
			},
		}
	},
})

// vicregWeights are the paper's lambda, mu and nu, and the deviation gamma.
type vicregWeights struct{ lambda, mu, nu, gamma float64 }

// vicregEps is added to a variance, as in the published code.
const vicregEps = 1e-4

// vicreg is the side of v = s.X with v' = s.P, both N x c and raw. With gram the sum
// over samples goes through the N x N Gram matrix, else through the c x c covariance.
func vicreg(a *tensor.Arena, s Side, w vicregWeights, gram bool) {
	n, c := float64(s.X.Rows), float64(s.X.Cols)
	positive, negative, length, diagonal, variance := s.Terms[0], s.Terms[1], s.Terms[2], s.Terms[3], s.Terms[4]
	scratch, part := a.New(s.X.Rows, s.X.Cols), a.New(1, 1)

	// Invariance.
	pull := 2 * w.lambda / (c * n)
	a.Copy(scratch, s.X)
	a.AddScaled(scratch, -1, s.P)
	a.Dot(s.Loss, scratch, scratch)
	a.Scale(s.Loss, w.lambda/(c*n), s.Loss)
	a.AddScaled(positive.X, -pull, s.P)
	a.AddScaled(length.X, pull, s.X)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -pull, s.X)
		a.AddScaled(length.P, pull, s.P)
	}

	// The centred batch, its variances and 1/sd, 1 x c. Standardize divides by N where
	// the paper divides by N-1; with eps in proportion the two deviations are too.
	centred, invSD := scratch, a.New(1, s.X.Cols)
	mean, vars := a.New(1, s.X.Cols), a.New(1, s.X.Cols)
	a.Standardize(centred, mean, invSD, s.X, vicregEps*(n-1)/n)
	a.Scale(invSD, math.Sqrt((n-1)/n), invSD)
	a.Copy(centred, s.X)
	a.Scale(mean, -1, mean)
	a.AddRow(centred, mean)
	a.ColDot(vars, centred, centred)
	a.Scale(vars, 1/(n-1), vars)

	// Variance: hinge = max(0, gamma - sd), sd = (var + eps)/sd.
	hinge, row := a.New(1, s.X.Cols), a.New(1, s.X.Cols)
	a.Fill(row, vicregEps)
	a.AddScaled(row, 1, vars)
	a.Mul(row, row, invSD)
	a.Fill(hinge, w.gamma)
	a.AddScaled(hinge, -1, row)
	a.ReLU(hinge, hinge)
	a.Sum(part, hinge)
	a.AddScaled(s.Loss, w.mu/c, part)
	a.ReLUGrad(row, invSD, hinge) // 1/sd where sd < gamma
	spread := a.New(s.X.Rows, s.X.Cols)
	a.MulRow(spread, row, centred)
	a.AddScaled(variance.X, -w.mu/(c*(n-1)), spread)

	// Covariance: |S|_F^2 with its diagonal, and then without.
	covariance := explicit
	if gram {
		covariance = gramForm
	}
	ratio := n * n / ((n - 1) * (n - 1)) // of 1/(N-1)^2 to the 1/N^2 of a correlation
	covariance(a, part, 4*w.nu/c*ratio, centred, centred, negative.X, tensor.Tensor{})
	a.AddScaled(s.Loss, 2*w.nu/c*ratio, part)
	a.Dot(part, vars, vars)
	a.AddScaled(s.Loss, -2*w.nu/c, part)
	a.MulRow(spread, vars, centred)
	a.AddScaled(diagonal.X, -8*w.nu/(c*(n-1)), spread)
}

// vicregLoss is the loss as the paper prints it, with the published code's weights:
// the mean over both views of the variance and the sum over both of the covariance.
func vicregLoss(v Views, w vicregWeights) *autodiff.Node {
	return symmetric(v, func(x, p, _, _ *autodiff.Node) *autodiff.Node {
		_, c := x.Dims()
		s := covarianceOf(x)
		invariance := x.Sub(p).Square().Mean()
		deviation := s.Diagonal().Plus(vicregEps).Sqrt()
		variance := deviation.Scale(-1).Plus(w.gamma).ReLU().Mean()
		covariance := s.OffDiagonal().Square().Sum().Scale(1 / float64(c))
		return invariance.Scale(w.lambda).Add(variance.Scale(w.mu)).Add(covariance.Scale(2 * w.nu))
	})
}

// vicregWithoutOwn is what is left of the loss when only its positive and negative
// term are: -2 lambda mean(v v') + 2 nu |S|_F^2 / c.
func vicregWithoutOwn(v Views, w vicregWeights) *autodiff.Node {
	return symmetric(v, func(x, p, _, _ *autodiff.Node) *autodiff.Node {
		_, c := x.Dims()
		return x.Mul(p).Mean().Scale(-2 * w.lambda).Add(covarianceOf(x).Square().Sum().Scale(2 * w.nu / float64(c)))
	})
}

// covarianceOf is the covariance of the columns of x, with 1/(N-1).
func covarianceOf(x *autodiff.Node) *autodiff.Node {
	centred := x.Sub(x.ColMeans())
	return centred.T().MatMul(centred).Scale(1 / (rowsOf(x) - 1))
}
