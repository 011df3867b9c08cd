package method

import "gradlab/internal/engine/tensor"

// Shares says with which weight the negative term of an anchor counts each other
// sample: a row of the softmax, of F or of a Gram matrix. A loss that names no other
// sample has them too, in the closed form of its gradient; that this is one form is
// what the lab is about.
type Shares struct {
	Of  string // the gradient whose negative term is the weighted sum
	TeX string // the weight of a sample v for the anchor u1, in the paper's symbols
	Doc string // one sentence: what gives a sample a large weight
}

// A Sharing is the weights of one view's anchors and what they weigh: a row of
// Weights times Samples is, up to a positive factor, that anchor's negative term
// before the normaliser; where the samples are a bank, without what the positive has of it.
type Sharing struct {
	Weights tensor.Tensor // A x M, for the first A anchors: ShareAnchors at least, where there are as many
	Samples tensor.Tensor // M x D, as the side sees them
	Over    Population    // what the samples are
}

// ShareAnchors is the number of anchors whose shares a Sharing has at least.
const ShareAnchors = 32

// A Population says what the samples of a Sharing are.
type Population string

// The populations.
const (
	OwnView   Population = "own view"   // N: the batch's images in the anchors' view
	BothViews Population = "both views" // 2N: the batch's images in the other view, where the anchor meets its positive, and then in its own
	OtherView Population = "other view" // N: the batch's images in the other view, the anchor's positive among them
	Bank      Population = "bank"       // K: the members of the bank
)

// A ShareFunc returns the weights of a side. It reads s.X, s.P, s.T and s.O and
// nothing else of s; memory is a's.
type ShareFunc func(a *tensor.Arena, s Side) Sharing

// ShareOut returns the weights for the anchors of p's first view; ok is false for a
// method that declares none. They are taken on the outputs z, which every network
// has, whichever gradient drives training.
func (m *Method) ShareOut(a *tensor.Arena, o Objective, p Pair) (out Sharing, ok bool) {
	if o.Shares == nil {
		return Sharing{}, false
	}
	g, _ := m.Gradient(m.Shares.Of)
	w := new(work) // what is the same tensor stays the same tensor
	see := func(raw tensor.Tensor) tensor.Tensor { return w.look(a, m.rows(g), raw) }
	return o.Shares(a, Side{X: see(p.Z[0]), P: see(p.P[1]), T: see(p.N[1]), O: see(p.N[0])}), true
}

// correlationShares are the weights of F u with F made of this batch alone,
//
//	F u = sum_v ( <u, v>/2N ) v
//
// over the 2N sources v of the negatives. A moving average F has earlier batches in
// it as well; of those nothing but F is left.
func correlationShares(a *tensor.Arena, s Side) Sharing {
	n := s.X.Rows
	out := Sharing{Weights: a.New(n, 2*n), Samples: stacked(a, s.T, s.O), Over: BothViews}
	a.Gemm(out.Weights, tensor.NT, 1/(2*float64(n)), s.X, out.Samples, 0)
	return out
}

// spread is the Shares of the methods whose unified form pushes along F u.
var spread = Shares{
	Of: "unified", TeX: `\frac{\langle u_1, v\rangle}{2N}`,
	Doc: "The unified form's, on this batch, whichever gradient trains: every sample pushes by its cosine with the anchor, and one that points away from it pulls.",
}

// stacked returns the rows of t and, below, those of o.
func stacked(a *tensor.Arena, t, o tensor.Tensor) tensor.Tensor {
	v := a.New(t.Rows+o.Rows, t.Cols)
	a.Copy(v.Slice(0, t.Rows), t)
	a.Copy(v.Slice(t.Rows, v.Rows), o)
	return v
}
