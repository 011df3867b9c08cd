package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// Barlow Twins looks at features instead of samples: over the batch, the same
// feature of two views should vary together, and different features should not.
// Both wishes are one: the cross-correlation of the two views' features should
// be the identity. A constant feature cannot correlate with anything, so the
// diagonal alone forbids collapse to a point, and the rest forbids that all
// features say the same.
//
// Loss of one side, q and k the outputs of the two views with every feature
// (column) standardised over the batch, biased variance plus 1e-5:
//
//	C_ij = (1/N) sum_b q_i(b) k_j(b)
//	l    = sum_i (1 - C_ii)^2 + lambda sum_{i != j} C_ij^2
//
// Gradient, with A = I - (1 - lambda) diag(C):
//
//	dl/dq(n) = (2/N) ( -A k(n) + lambda sum_b ( k(n).k(b)/N ) q(b) )
//
// and dl/dk(n) is its mirror; then through the standardisation,
//
//	dl/dx_i(n) = ( G_i(n) - mean_b G_i(b) - q_i(n) mean_b( G_i(b) q_i(b) ) ) / sd_i
//
// The positive term pulls each feature towards its twin in the other view, less
// the more they agree already. The negative term is a sum over samples, as in
// SimCLR: each sample pushes by how much its other view resembles ours, so
// decorrelating features also tells samples apart.
//
// The weights of the negative term are the N x N Gram matrix of the batch. With
// it, sum_ij C_ij^2 = sum_bb' (q(b).q(b')/N) (k(b).k(b')/N) and the D x D matrix
// never exists: cheaper where the outputs are wider than the batch is long, by a
// third or more. The side takes whichever form needs fewer multiplications.
//
// Where the negatives come from another branch than the positives, the diagonal's
// (1 - C_ii)^2 is made with the positives' branch and the rest with the
// negatives'. Stopping the target halves the gradient and changes no direction.
//
// References: Zbontar, Jing, Misra, LeCun, Deny, "Barlow Twins: Self-Supervised
// Learning via Redundancy Reduction", ICML 2021, arXiv 2103.03230, equations 1
// and 2. Tao et al., CVPR 2022, arXiv 2112.05141, section 3.3 (the two terms).
var Barlow = add(Method{
	Name:   "barlow",
	Title:  "Barlow Twins",
	Family: Decorrelation,
	References: []Reference{
		{"Zbontar et al., ICML 2021", "https://arxiv.org/abs/2103.03230", "equations 1 and 2"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.3"},
	},
	Loss:       `\ell = \sum_i (1 - C_{ii})^2 + \lambda \sum_{i \neq j} C_{ij}^2, \quad C_{ij} = \frac{1}{N} \sum_b q_i(b)\, k_j(b)`,
	Rows:       Standardized,
	Targets:    []Target{Shared, Stopped, Momentum},
	Negatives:  []Target{Shared, Stopped, Momentum},
	Predictors: []Predictor{NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{2}{N}\, A\, k(n)`, "Pulls each feature towards the same feature of the other view, less the more they agree."},
		{"negative", Negative, `+\frac{2\lambda}{N} \sum_b \frac{\langle k(n), k(b)\rangle}{N}\, q(b)`,
			"Pushes a sample away from the others by how much their other views resemble its own, and so features apart."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss.", Exact: true, Place: AtPredictor,
			TeX: `\frac{\partial \ell}{\partial q(n)} = \frac{2}{N} \Bigl( -A\, k(n) + \lambda \sum_b \frac{\langle k(n), k(b)\rangle}{N}\, q(b) \Bigr), \quad A = I - (1-\lambda)\,\mathrm{diag}(C)`,
		},
		unifiedDecorrelation,
		{
			Name: "drop-a", Title: "Without A",
			Doc:   "A feature is pulled with full force however far it agrees with its twin already.",
			Place: AtPredictor,
			TeX:   `\frac{2}{N} \Bigl( -k(n) + \lambda \sum_b \frac{\langle k(n), k(b)\rangle}{N}\, q(b) \Bigr)`,
		},
		{
			Name: "l2", Title: "Rows of length 1",
			Doc:   "Rows are brought to length 1 where the paper standardises columns; lambda is unit_lambda.",
			Place: AtPredictor, Rows: Unit,
			TeX: `\frac{2}{N} \Bigl( -A\, u_2(n) + \lambda \sum_b \frac{\langle u_2(n), u_2(b)\rangle}{N}\, u_1(b) \Bigr), \quad A = I - (1-\lambda)\,\mathrm{diag}(C)`,
		},
		{
			Name: "l2-drop-a", Title: "Rows of length 1, without A",
			Doc:   "Both simplifications: the form in which Tao et al. publish Barlow Twins.",
			Place: AtPredictor, Rows: Unit,
			TeX: `\frac{2}{N} \Bigl( -u_2(n) + \lambda \sum_b \frac{\langle u_2(n), u_2(b)\rangle}{N}\, u_1(b) \Bigr)`,
		},
		{
			Name: "forget-standardiser", Title: "Mistake: the standardisation is forgotten",
			Doc: "The gradient by the standardised outputs, divided by the deviation alone, as if mean and deviation were constants.",
			TeX: `\frac{\partial \ell}{\partial x_i(n)} = \frac{1}{\sigma_i}\,\frac{2}{N} \Bigl( -A\, k(n) + \lambda \sum_b \frac{\langle k(n), k(b)\rangle}{N}\, q(b) \Bigr)_i`,
			Of:  "loss", Mistake: true, Detached: true,
		},
		flipPositive(`\frac{2}{N} \Bigl( +A\, k(n) + \lambda \sum_b \frac{\langle k(n), k(b)\rangle}{N}\, q(b) \Bigr)`),
	},
	Shares: Shares{
		Of: "loss", TeX: `\frac{\langle k(n), k(b)\rangle}{N}`,
		Doc: "A row of the Gram matrix of the other view: a sample pushes by how much its other view resembles the anchor's, and pulls where it is its opposite.",
	},
	// Standardised outputs are sqrt(D) long and the loss sums over D features: its
	// gradient is some hundred times that of a method on unit rows.
	Defaults: map[string]string{"target": "shared", "predictor": "none", "lr": "0.005"},
	Serves:   map[string][]string{"unit_lambda": {"unified", "l2", "l2-drop-a"}},
	Cases:    []string{"unit_lambda=0.15"}, // presses at D = 6 as 6.25 at 256
	New: func(k *knob.Set) Objective {
		lambda, unit := new(float64), new(float64)
		k.Float(lambda, "lambda", 0.02, 0, 10, "Weight of the correlation between different features; at 0 nothing keeps them apart.").
			Titled("Weight of the off-diagonal").Logarithmic().FromPaper("0.0051").Changeable()
		unitLambda(k, unit, 6.25, "50")
		return Objective{
			Sides: map[string]SideFunc{
				"loss":      func(a *tensor.Arena, s Side) { barlow(a, s, *lambda, cheapest(s)) },
				"unified":   func(a *tensor.Arena, s Side) { byResemblance(a, s, *unit) },
				"drop-a":    func(a *tensor.Arena, s Side) { barlowWithoutA(a, s, *lambda, cheapest(s)) },
				"l2":        func(a *tensor.Arena, s Side) { barlow(a, s, *unit, cheapest(s)) },
				"l2-drop-a": func(a *tensor.Arena, s Side) { barlowWithoutA(a, s, *unit, cheapest(s)) },
			},
			Paper: func(_ *autodiff.Tape, v Views) *autodiff.Node { return redundancy(v, *lambda, standardised) },
			Shares: func(a *tensor.Arena, s Side) Sharing {
				n := s.X.Rows
				gram := a.New(n, n)
				a.Gemm(gram, tensor.NT, 1/float64(n), s.T, s.T, 0)
				return Sharing{gram, s.X, OwnView}
			},
			Surrogates: map[string]PaperFunc{
				"unified": func(_ *autodiff.Tape, v Views) *autodiff.Node { return resemblanceLoss(v, *unit) },
				"drop-a":  func(_ *autodiff.Tape, v Views) *autodiff.Node { return redundancyWithoutA(v, *lambda, standardised) },
				"l2":      func(_ *autodiff.Tape, v Views) *autodiff.Node { return redundancy(v, *unit, (*autodiff.Node).UnitRows) },
				"l2-drop-a": func(_ *autodiff.Tape, v Views) *autodiff.Node {
					return redundancyWithoutA(v, *unit, (*autodiff.Node).UnitRows)
				},
			},
		}
	},
})

// barlow is the side of q = s.X with k = s.P on the diagonal and k = s.T off it,
// all N x D and standardised.
func barlow(a *tensor.Arena, s Side, lambda float64, offDiagonal correlation) {
	q, n, d := s.X, float64(s.X.Rows), s.X.Cols
	positive, negative := s.Terms[0], s.Terms[1]

	// The diagonals of C, 1 x D, of the positives and of the negatives.
	same, other := a.New(1, d), a.New(1, d)
	a.ColDot(same, q, s.P)
	a.Scale(same, 1/n, same)
	a.ColDot(other, q, s.T)
	a.Scale(other, 1/n, other)

	// l = |1 - same|^2 + lambda (|C|_F^2 - |other|^2), and the negative term.
	missing, part := a.New(1, d), a.New(1, 1) // 1 - C_ii
	a.Fill(missing, 1)
	a.AddScaled(missing, -1, same)
	a.Dot(s.Loss, missing, missing)
	offDiagonal(a, part, lambda, q, s.T, negative.X, negative.T)
	a.AddScaled(s.Loss, lambda, part)
	a.Dot(part, other, other)
	a.AddScaled(s.Loss, -lambda, part)

	// A k = (1 - C_ii) k + lambda C_ii k: the second part takes out of the
	// negative term what it has of the diagonal, and belongs to its branch.
	scratch := a.New(s.X.Rows, d)
	pull := func(to tensor.Tensor, c float64, diagonal, from tensor.Tensor) {
		if !to.IsNone() {
			a.MulRow(scratch, diagonal, from)
			a.AddScaled(to, -2*c/n, scratch)
		}
	}
	pull(positive.X, 1, missing, s.P)
	pull(positive.X, lambda, other, s.T)
	pull(positive.P, 1, missing, q)
	pull(positive.T, lambda, other, q)
}

// barlowWithoutA is the side of -2 tr C + lambda |C|_F^2.
func barlowWithoutA(a *tensor.Arena, s Side, lambda float64, offDiagonal correlation) {
	c := 2 / float64(s.X.Rows)
	positive, negative := s.Terms[0], s.Terms[1]
	a.AddScaled(positive.X, -c, s.P)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -c, s.X)
	}
	offDiagonal(a, a.New(1, 1), lambda, s.X, s.T, negative.X, negative.T)
}

// redundancy is the loss as the paper prints it, with its normaliser or another.
func redundancy(v Views, lambda float64, normalise func(*autodiff.Node) *autodiff.Node) *autodiff.Node {
	return symmetric(v, func(x, p, t, _ *autodiff.Node) *autodiff.Node {
		correlate := func(with *autodiff.Node) *autodiff.Node {
			return normalise(x).T().MatMul(normalise(with)).Scale(1 / rowsOf(x))
		}
		invariance := correlate(p).Diagonal().Scale(-1).Plus(1).Square().Sum()
		reduction := correlate(t).OffDiagonal().Square().Sum()
		return invariance.Add(reduction.Scale(lambda))
	})
}

// redundancyWithoutA is -2 tr C + lambda |C|_F^2.
func redundancyWithoutA(v Views, lambda float64, normalise func(*autodiff.Node) *autodiff.Node) *autodiff.Node {
	return symmetric(v, func(x, p, t, _ *autodiff.Node) *autodiff.Node {
		correlate := func(with *autodiff.Node) *autodiff.Node {
			return normalise(x).T().MatMul(normalise(with)).Scale(1 / rowsOf(x))
		}
		return correlate(p).Diagonal().Sum().Scale(-2).Add(correlate(t).Square().Sum().Scale(lambda))
	})
}

// standardised is the paper's normaliser.
func standardised(x *autodiff.Node) *autodiff.Node { return x.StandardColumns(1e-5) }
