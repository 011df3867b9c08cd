package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// MoCo asks the same question as SimCLR, which of many is my other view, and keeps
// the many in a bank: the outputs of steps gone by. So there can be tens of thousands
// of negatives where a batch holds a few, and since they come from a slow copy of
// the network they stay comparable with each other although the network moves on.
//
// Loss of one side, q the outputs, k_0 the other view's target, B the bank and k_0:
//
//	l = (1/N) sum_q -log( exp(<q, k_0>/tau) / sum_{m in B} exp(<q, k_m>/tau) )
//
// Gradient, with the weights s_m = softmax_m(<q, k_m>/tau) over B:
//
//	dl/dq = (1/(N tau)) ( -k_0 + sum_{m in B} s_m k_m )
//
// The positive term pulls an output to its other view. The negative term pushes it
// away from the softmax-weighted mean of the bank. The bank is a memory, no part
// of the network: nothing flows back into it. It starts with random unit vectors;
// each step puts the targets of both views in after the loss and drops the oldest,
// so with a bank the batch's own images are not among the negatives.
//
// Whether the bank must be there, and be slow, is for the user to try: bank=0 takes
// the other view's targets of the batch instead, and target.negative says which
// branch the negatives come from, whatever the positives do. With bank=0 and a
// stopped target this is SimCLR's side without the negatives of an anchor's own view.
//
// References: He, Fan, Wu, Xie, Girshick, "Momentum Contrast for Unsupervised Visual
// Representation Learning", CVPR 2020, arXiv 1911.05722, equation 1 and algorithm 1.
// Tao et al., CVPR 2022, arXiv 2112.05141, section 3.1 (the two terms, and what of
// the bank matters).
var MoCo = add(Method{
	Name:   "moco",
	Title:  "MoCo",
	Family: Contrastive,
	References: []Reference{
		{"He et al., CVPR 2020", "https://arxiv.org/abs/1911.05722", "equation 1 and algorithm 1"},
		{"Tao et al., CVPR 2022", "https://arxiv.org/abs/2112.05141", "section 3.1"},
	},
	Loss:       `\ell = -\frac{1}{N} \sum_{q} \log \frac{\exp(\langle q, k_0\rangle/\tau)}{\sum_{m \in B} \exp(\langle q, k_m\rangle/\tau)}`,
	Rows:       Unit,
	Targets:    []Target{Momentum, Stopped, Shared},
	Negatives:  []Target{Momentum, Stopped, Shared},
	Predictors: []Predictor{NoPredictor},
	Terms: []Term{
		{"positive", Positive, `-\frac{1}{N\tau}\, k_0`, "Pulls an output towards the target's output for its other view."},
		{"negative", Negative, `+\frac{1}{N\tau} \sum_{m \in B} s_m\, k_m`,
			"Pushes an output away from the mean of the bank, weighted by how much its members resemble it."},
	},
	Gradients: []Gradient{
		{
			Name: "loss", Title: "The loss", Doc: "The exact derivative of the loss.", Exact: true, Place: AtPredictor,
			TeX: `\frac{\partial \ell}{\partial q} = \frac{1}{N\tau} \Bigl( -k_0 + \sum_{m \in B} s_m\, k_m \Bigr), \quad s_m = \frac{\exp(\langle q, k_m\rangle/\tau)}{\sum_{j \in B} \exp(\langle q, k_j\rangle/\tau)}`,
		},
		{
			Name: "unified", Title: "Unified form",
			Doc:   "The common form of all methods: the loss's gradient without the factor 1/tau, and with constant candidates.",
			Place: AtPredictor, Constant: true,
			TeX: `\frac{\partial \ell}{\partial u_1} = \frac{1}{N} \Bigl( -u_2 + \sum_{v \in B} s_v\, v \Bigr)`,
		},
		forgetNormaliser(`\frac{\partial \ell}{\partial x} = \frac{1}{|x|}\,\frac{1}{N\tau} \Bigl( -k_0 + \sum_{m \in B} s_m\, k_m \Bigr)`),
		flipPositive(`\frac{1}{N\tau} \Bigl( +k_0 + \sum_{m \in B} s_m\, k_m \Bigr)`),
	},
	Defaults: map[string]string{"target": "momentum", "predictor": "none", "momentum": "0.99"},
	Cases:    []string{"bank=24", "bank=0"},
	New: func(k *knob.Set) Objective {
		o := new(moco)
		k.Float(&o.tau, "tau", 0.2, 0.01, 10, "Temperature of the softmax: small lets the nearest negatives dominate.").
			Titled("Temperature").Logarithmic().FromPaper("0.2").Changeable()
		k.Int(&o.size, "bank", 4096, 0, 65536,
			"Outputs of earlier steps that serve as negatives, at least a batch; 0 takes those of the batch instead.").
			Titled("Bank").In("outputs").Logarithmic().FromPaper("65536")
		return o.objective()
	},
})

// moco is what a run of MoCo has: its knobs, the size of the bank among them, and
// the bank.
type moco struct {
	tau float64
	bank
}

func (o *moco) objective() Objective {
	return Objective{
		Sides: map[string]SideFunc{
			"loss":    func(a *tensor.Arena, s Side) { o.side(a, s, 1/o.tau) },
			"unified": func(a *tensor.Arena, s Side) { o.side(a, s, 1) },
		},
		Paper: o.infoNCE,
		Surrogates: map[string]PaperFunc{
			"unified": func(t *autodiff.Tape, v Views) *autodiff.Node { return o.infoNCE(t, v).Scale(o.tau) },
		},
		State: State{
			Build: o.build, Init: o.init, Observe: o.push, Kept: o.kept,
			Part: func(a *tensor.Arena, width int) Objective {
				return (&moco{o.tau, o.part(a, width)}).objective()
			},
		},
	}
}

// side is the side of q = s.X with k_0 = s.P, unit rows; the factor is 1/tau for the loss.
func (o *moco) side(a *tensor.Arena, s Side, factor float64) {
	n, d := s.X.Rows, s.X.Cols
	positive, negative := s.Terms[0], s.Terms[1]

	candidates := s.T // N x D: the batch's, the partner of q(n) in row n
	if o.size > 0 {
		candidates = o.rows // its row 0 for the partner of whichever q
	}
	w, same, lse := a.New(n, candidates.Rows), a.New(n, 1), a.New(n, 1)
	a.RowDot(same, s.X, s.P)
	a.Scale(same, 1/o.tau, same)
	a.Gemm(w, tensor.NT, 1/o.tau, s.X, candidates, 0)
	o.setPartner(a, w, same)
	a.SoftmaxRows(w, lse, w)

	a.AddScaled(lse, -1, same) // -log softmax of the partner
	a.Sum(s.Loss, lse)
	a.Scale(s.Loss, 1/float64(n), s.Loss)

	// The partner's weight is applied to s.P; what is left in w belongs to the others.
	partner, scratch := a.New(n, 1), a.New(n, d)
	o.takePartner(a, partner, w)
	c := factor / float64(n)
	a.AddScaled(positive.X, -c, s.P)
	a.MulCol(scratch, partner, s.P)
	a.AddScaled(negative.X, c, scratch)
	a.Gemm(negative.X, tensor.NN, c, w, candidates, 1)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -c, s.X)
		a.MulCol(scratch, partner, s.X)
		a.AddScaled(negative.P, c, scratch)
	}
	if o.size == 0 && !negative.T.IsNone() {
		a.Gemm(negative.T, tensor.TN, c, w, s.X, 1)
	}
}

// setPartner writes the similarity with the partner to its place in w: the diagonal
// of a batch's, the first column (which is zero) of a bank's.
func (o *moco) setPartner(a *tensor.Arena, w, same tensor.Tensor) {
	if o.size == 0 {
		a.SetDiagonal(w, 0, same)
		return
	}
	a.Gemm(w, tensor.NN, 1, same, first(a, w.Cols), 1)
}

// takePartner reads the partner's weight from its place, N x 1, and leaves no trace
// of it there that the others' sum would see: the bank's row 0 is zero.
func (o *moco) takePartner(a *tensor.Arena, partner, w tensor.Tensor) {
	if o.size == 0 {
		a.Diagonal(partner, w, 0)
		a.FillDiagonal(w, 0, 0)
		return
	}
	a.Gemm(partner, tensor.NT, 1, w, first(a, w.Cols), 0)
}

// first returns the row vector (1, 0, ..., 0).
func first(a *tensor.Arena, cols int) tensor.Tensor {
	e := a.Zeros(1, cols)
	a.FillDiagonal(e, 0, 1)
	return e
}

// infoNCE is the loss as the paper prints it.
func (o *moco) infoNCE(t *autodiff.Tape, v Views) *autodiff.Node {
	return symmetric(v, func(x, p, batch, _ *autodiff.Node) *autodiff.Node {
		q := x.UnitRows()
		same := q.Mul(p.UnitRows()).RowSums().Scale(1 / o.tau).Exp()
		var others *autodiff.Node
		if o.size > 0 {
			bank := t.Const(o.size, o.rows.Cols, o.outputs())
			others = q.MatMul(bank.T()).Scale(1 / o.tau).Exp().RowSums()
		} else {
			others = q.MatMul(batch.UnitRows().T()).Scale(1 / o.tau).Exp().OffDiagonal().RowSums()
		}
		return same.Div(same.Add(others)).Log().Mean().Scale(-1)
	})
}
