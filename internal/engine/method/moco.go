package method

import (
	"math"

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
	Shares: Shares{
		Of: "loss", TeX: `s_m = \frac{\exp(\langle q, k_m\rangle/\tau)}{\sum_{j \in B} \exp(\langle q, k_j\rangle/\tau)}`,
		Doc: "The softmax over the bank: the nearer a member, the more it pushes; a small tau leaves all to the nearest.",
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
		Paper:  o.infoNCE,
		Shares: o.shares,
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

	same := a.New(n, 1) // <q, k_0>/tau
	a.RowDot(same, s.X, s.P)
	a.Scale(same, 1/o.tau, same)

	// The others by themselves: their softmax-weighted mean and log sum exp. Then
	// k_0 has the weight partner beside them, and all of them together the rest.
	others, lse := a.New(n, d), a.New(n, 1)
	var w tensor.Tensor
	if o.size > 0 {
		o.meanOfBank(a, others, lse, s.X)
	} else {
		w = o.meanOfBatch(a, others, lse, s)
	}
	partner, rest, all := besides(a, same, lse)

	a.AddScaled(all, -1, same) // -log softmax of the partner
	a.Sum(s.Loss, all)
	a.Scale(s.Loss, 1/float64(n), s.Loss)

	c, scratch := factor/float64(n), a.New(n, d)
	a.AddScaled(positive.X, -c, s.P)
	a.MulCol(scratch, partner, s.P)
	a.AddScaled(negative.X, c, scratch)
	a.MulCol(scratch, rest, others)
	a.AddScaled(negative.X, c, scratch)
	if !positive.P.IsNone() {
		a.AddScaled(positive.P, -c, s.X)
		a.MulCol(scratch, partner, s.X)
		a.AddScaled(negative.P, c, scratch)
	}
	if o.size == 0 && !negative.T.IsNone() {
		a.MulCol(w, rest, w)
		a.Gemm(negative.T, tensor.TN, c, w, s.X, 1)
	}
}

// meanOfBatch writes the mean of the other view's outputs, the partner's aside, by
// their softmax, N x D, and its log sum exp, N x 1. It returns the softmax, N x N.
func (o *moco) meanOfBatch(a *tensor.Arena, mean, lse tensor.Tensor, s Side) (w tensor.Tensor) {
	w = a.New(s.X.Rows, s.T.Rows)
	a.Gemm(w, tensor.NT, 1/o.tau, s.X, s.T, 0)
	a.FillDiagonal(w, 0, math.Inf(-1))
	a.SoftmaxRows(w, lse, w)
	a.Gemm(mean, tensor.NN, 1, w, s.T, 0)
	return w
}

// bankBlock is how many members of the bank are looked at at a time: their
// similarities with a batch stay in the cache.
const bankBlock = 2048

// meanOfBank is meanOfBatch over the bank, block by block (an online softmax,
// Milakov and Gimelshein, arXiv 1805.02867): the N x K similarities never stand in
// memory all together.
func (o *moco) meanOfBank(a *tensor.Arena, mean, lse, q tensor.Tensor) {
	n := q.Rows
	block, scratch, of := a.New(n, q.Cols), a.New(n, q.Cols), a.New(n, 1)
	room := a.New(n*min(o.size, bankBlock), 1)
	for from := 0; from < o.size; from += bankBlock {
		members := o.rows.Slice(from, min(from+bankBlock, o.size))
		w := room.Slice(0, n*members.Rows).Reshape(n, members.Rows)
		a.Gemm(w, tensor.NT, 1/o.tau, q, members, 0)
		if from == 0 {
			a.SoftmaxRows(w, lse, w)
			a.Gemm(mean, tensor.NN, 1, w, members, 0)
			continue
		}
		a.SoftmaxRows(w, of, w)
		a.Gemm(block, tensor.NN, 1, w, members, 0)
		mark := a.Mark()
		before, here, all := besides(a, lse, of)
		a.MulCol(mean, before, mean)
		a.MulCol(scratch, here, block)
		a.AddScaled(mean, 1, scratch)
		a.Copy(lse, all)
		a.Release(mark)
	}
}

// besides returns what two sets have of a softmax over both, from the log sum exp
// of each, and that of both; all N x 1.
func besides(a *tensor.Arena, x, y tensor.Tensor) (ofX, ofY, lse tensor.Tensor) {
	n := x.Rows
	pair, first, second := a.New(n, 2), a.Zeros(1, 2), a.Zeros(1, 2) // the rows (1, 0) and (0, 1)
	a.FillDiagonal(first, 0, 1)
	a.FillDiagonal(second, 1, 1)
	ofX, ofY, lse = a.New(n, 1), a.New(n, 1), a.New(n, 1)
	a.Gemm(pair, tensor.NN, 1, x, first, 0)
	a.Gemm(pair, tensor.NN, 1, y, second, 1)
	a.SoftmaxRows(pair, lse, pair)
	a.Gemm(ofX, tensor.NT, 1, pair, first, 0)
	a.Gemm(ofY, tensor.NT, 1, pair, second, 0)
	return ofX, ofY, lse
}

func (o *moco) shares(a *tensor.Arena, s Side) Sharing {
	if o.size > 0 {
		q := s.X.Slice(0, min(s.X.Rows, ShareAnchors))
		w := a.New(q.Rows, o.size)
		a.Gemm(w, tensor.NT, 1/o.tau, q, o.rows, 0)
		a.SoftmaxRows(w, a.New(w.Rows, 1), w)
		return Sharing{w, o.rows, Bank}
	}
	w, same := a.New(s.X.Rows, s.T.Rows), a.New(s.X.Rows, 1)
	a.Gemm(w, tensor.NT, 1/o.tau, s.X, s.T, 0)
	a.RowDot(same, s.X, s.P)
	a.Scale(same, 1/o.tau, same)
	a.SetDiagonal(w, 0, same)
	a.SoftmaxRows(w, same, w)
	return Sharing{w, s.T, OtherView}
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
