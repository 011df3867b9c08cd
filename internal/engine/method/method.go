// Package method is the heart of the lab: the siamese self-supervised methods,
// one file each, every one split into the terms of its gradient.
//
// Backpropagation is linear in the gradient that it is handed. So splitting a
// gradient into what pulls (positive) and what pushes (negative) needs one seam
// only, and this package is it: below it nothing knows the words, above it
// nothing knows a network. A method sees matrices, knobs and the tape only.
//
// # Adding a method
//
//  1. Write one file, named as the method. Above its declaration stands the
//     essay that `go doc`, the page and `lab methods NAME` show: the idea, the
//     loss, the terms, what they do, the references.
//  2. Declare it: var Name = add(Method{...}). There is no list to edit; a
//     descriptor with a gap panics and says what is missing.
//  3. Write its side of the pair (a SideFunc) and, sharing nothing with it, its
//     loss as the paper prints it over the tape (a PaperFunc). What it remembers
//     from step to step, if anything, is a State, all of it in State.Kept.
//  4. Run `go test ./internal/engine/method` and `lab check NAME`.
package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A Method describes one method. It is a plain value: the command line, the
// form, the documentation and the checks are readers of it.
type Method struct {
	Name   string // "barlow": as in a link
	Title  string // "Barlow Twins"
	Family Family
	Essay  string // the doc comment of the method's declaration, set by add
	Source string // the method's file, the code that runs, set by add

	References []Reference
	Loss       string      // TeX of the loss of one side, in the paper's symbols
	Rows       Rows        // what the loss does to a row of z before it compares it; Unit makes the lab read tangent parts
	Targets    []Target    // accepted sources of the positive; the paper's first
	Negatives  []Target    // accepted sources of the negatives where they may differ; nil: always as the positive's
	Predictors []Predictor // accepted predictors; the paper's first
	Terms      []Term
	Gradients  []Gradient        // what may drive training; the first is "loss"
	Shares     Shares            // how the negative term counts other samples; zero where nobody has written it
	Defaults   map[string]string // shared settings whose default is another with this method

	// Serves names, for an own knob that only some gradients look at, those
	// gradients; with any other the knob has no effect.
	Serves map[string][]string
	// Cases are own settings, "bank=16", in which Check walks the method, one after
	// the other; nil: the defaults alone.
	Cases []string

	// New declares the method's own knobs on k and returns one run's objective.
	// Its functions read the knobs' values when they are called, not before.
	New func(k *knob.Set) Objective
}

// A Family groups methods by where their negatives come from.
type Family string

// The families, in the order in which pages list them.
const (
	Contrastive   Family = "contrastive"   // negatives are other samples of the batch or a bank
	Asymmetric    Family = "asymmetric"    // negatives come through the predictor
	Decorrelation Family = "decorrelation" // negatives come through the correlation of features
	Unified       Family = "unified"       // the common form itself
)

// A Reference is a source with the place in it that matters.
type Reference struct {
	Text  string // "Zbontar et al., ICML 2021"
	URL   string
	Where string // "equation 1"
}

// Rows says how a method looks at a row of outputs.
type Rows int

// The treatments of rows.
const (
	AsMethod     Rows = iota // a Gradient that says nothing else follows its Method
	Unit                     // u = x/|x|
	Standardized             // columns standardised over the batch
	Raw                      // as it comes out of the network; the side normalises, if anybody does
)

// A Target is a branch that outputs compare themselves with.
type Target string

// The targets. With shared the other view's output carries gradient; with
// stopped it is the same numbers without gradient; with momentum it is the
// output of a slow copy (EMA) of the network, without gradient.
const (
	Shared   Target = "shared"
	Stopped  Target = "stopped"
	Momentum Target = "momentum"
)

// CarriesGradient reports whether a gradient flows back into the target.
func (t Target) CarriesGradient() bool { return t == Shared }

// A Predictor is a kind of head behind the projector on the online branch.
type Predictor string

// The predictors.
const (
	NoPredictor       Predictor = "none"
	LinearPredictor   Predictor = "linear"   // p = z W', no bias
	MLPPredictor      Predictor = "mlp"      // linear, batch norm, ReLU, linear
	SpectralPredictor Predictor = "spectral" // DirectPred: W from the eigenvalues of F
)

// A Role is what a term does.
type Role string

// The roles. Own is for a term without other samples: it counts in the total and
// under its name, not in the positive or negative norm.
const (
	Positive Role = "positive"
	Negative Role = "negative"
	Own      Role = "own"
)

// A Term is one named part of a method's gradient.
type Term struct {
	Name string // "positive": the key under `terms` in a record
	Role Role
	TeX  string // the term in dL/du1, prefactor and sign included, in the paper's symbols
	Doc  string // one line: what it does to the representation
}

// A Place is where a gradient variant's terms live.
type Place string

// The places of a variant.
const (
	AtPredictor Place = "predictor" // at the predictor's output p (the projector's where there is no predictor)
	AtProjector Place = "projector" // at the projector's output z; the side sees the predictor's weights W
)

// Place says where g's terms live in m: a method that takes no predictor has no
// place but the projector's output.
func (m *Method) Place(g *Gradient) Place {
	if !m.predicts() {
		return AtProjector
	}
	return g.Place
}

// A Gradient is one choice of what drives training.
type Gradient struct {
	Name       string // "loss", "closed"
	Title      string
	Doc        string // one sentence
	TeX        string // dL/du1, or dL/dz1 for AtProjector
	Place      Place
	Rows       Rows        // how X, P, T and O reach the side; AsMethod follows Method.Rows
	Exact      bool        // equals the derivative of the loss; otherwise `approximation` measures by how much it differs
	Mistake    bool        // not meant to be right: what people get wrong, to be watched
	Predictors []Predictor // accepted predictors; nil: all that the method accepts
	Negatives  []Target    // accepted sources of the negatives; nil: all that the method accepts

	// Of is the gradient whose side this one uses, and from which it takes Place,
	// Rows, Predictors and Negatives; "" where it has a side of its own. The three
	// below are what can be made of any side.
	Of       string
	Constant bool             // targets are constants, shared ones too
	Detached bool             // the way back takes the length of a row, or the deviation of a column, as a constant
	Weights  map[Role]float64 // factors of the terms of a role: -1 flips, 0 drops; nil: all 1
}

// A Kind says what a gradient wants to be.
type Kind string

// The kinds of gradients.
const (
	ExactKind         Kind = "exact"         // the derivative of the loss
	ApproximationKind Kind = "approximation" // near it, on purpose
	MistakeKind       Kind = "mistake"       // far from it, to be watched
)

// Kind returns the gradient's kind.
func (g *Gradient) Kind() Kind {
	switch {
	case g.Exact:
		return ExactKind
	case g.Mistake:
		return MistakeKind
	}
	return ApproximationKind
}

// An Objective is one run's instance of a method.
type Objective struct {
	// Sides holds a function for each of Method.Gradients that has a side of its own.
	Sides map[string]SideFunc
	// Paper is the loss as the paper writes it.
	Paper PaperFunc
	// Shares weighs the other samples of a negative term as Method.Shares says.
	Shares ShareFunc
	// Surrogates holds, for gradients that are not exact and yet the derivative of
	// another loss, that loss: their independent witness.
	Surrogates map[string]PaperFunc

	State // what is remembered from step to step; all nil for most methods

	work *work // what Both uses again from step to step
}

// A State is what an objective remembers: a bank, F. It lives on one device. Each
// of its functions may be nil. Between two steps they come in the order in which
// they stand here; a Side and a Paper only read.
type State struct {
	// Build makes room for outputs of that width, on d.
	Build func(d tensor.Device, width int)
	// Init draws what is random in it before the first step.
	Init func(d tensor.Device, seed uint64)
	// Prepare moves it before a step's predictor and gradient: negatives are
	// Pair.N, the outputs of both views that the negatives are made of, N x D, raw.
	Prepare func(a *tensor.Arena, negatives [2]tensor.Tensor)
	// Predictor writes the matrix of a spectral predictor, D x D, for this step.
	Predictor func(a *tensor.Arena, w tensor.Tensor)
	// Observe moves it after a step's gradient; negatives as for Prepare.
	Observe func(a *tensor.Arena, negatives [2]tensor.Tensor)
	// Kept lists all that the state carries from one step to the next, in an order
	// that the settings fix. Who writes a checkpoint reads it, who resumes from one
	// writes to it.
	Kept func() []Kept
	// Part returns an objective of the same settings for outputs that are cut to
	// their first channels, with a part of the state that fits them.
	Part func(a *tensor.Arena, width int) Objective
}

// A Kept is one thing that a state carries from step to step: a matrix, a share or
// a count.
type Kept struct {
	Name   string        // "bank": one of its kind in the state
	Matrix tensor.Tensor // none where it is a number
	Share  *float64      // from 0 to 1
	Count  *int          // from 0 to Below-1
	Below  int
}

// A SideFunc writes the loss of one side of the siamese pair and, for each term
// of the method and each input, adds that term's gradient. It is pure: it changes
// nothing but s.Loss and s.Terms. Scratch comes from a. Terms sum to the derivative of the
// true loss (for exact variants), and the loss is the true loss, not a surrogate; what a
// variant that is not exact writes there, if anything, is not used.
//
// Both averages the two sides, so a side is written as in the paper: for SimCLR
// l = (1/N) sum_n -log softmax, with factor 1/(N tau) in its gradient.
type SideFunc func(a *tensor.Arena, s Side)

// A Side is what a SideFunc sees. All inputs are N x D, their rows treated as
// the variant's Rows says.
type Side struct {
	X tensor.Tensor // online outputs of this view (at the variant's place)
	P tensor.Tensor // positives: row n is the other view's target of image n
	T tensor.Tensor // source of negatives from the other view; the same tensor as P unless target.negative differs
	O tensor.Tensor // source of negatives from this view
	W tensor.Tensor // D x D, weights of a linear or spectral predictor (p = z W'); none otherwise

	Loss  tensor.Tensor // scalar, to be written
	Terms []SideGrad    // one for each Method.Terms, in their order; to be added to
}

// A SideGrad is one term's gradient with respect to the inputs of a side, N x D
// each, to be added to (+=) and neither read nor overwritten: inputs that are
// the same outputs of the network share one sum. P, T and O are none where no
// gradient is wanted (the source is stopped or a momentum branch).
type SideGrad struct {
	X, P, T, O tensor.Tensor
}

// A PaperFunc builds the whole symmetric loss, (l1 + l2)/2, on the tape from raw
// network outputs, normalisation included, as the paper writes it, sharing no helper with the
// sides. The result is 1 x 1.
type PaperFunc func(t *autodiff.Tape, v Views) *autodiff.Node

// Views are the tape's raw N x D inputs of both views: X the online outputs, at
// the predictor, Z those at the projector, P the sources of the positives, N those
// of the negatives. For shared targets P and N are the very nodes of Z, variables
// of the tape (and so is X, where there is no predictor); for stopped and momentum
// targets they are constants.
type Views struct {
	X, Z, P, N [2]*autodiff.Node
}
