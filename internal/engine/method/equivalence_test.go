package method

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// outputs returns the fixture as somebody else's outputs, with or without targets.
func outputs(a *tensor.Arena, target Target) *Batch {
	p := fixture(target, target, NoPredictor).pair(a)
	p.Positive, p.Negative = target, target
	return &Batch{Pair: p}
}

func labels(proposals []Proposal) []string {
	var out []string
	for _, q := range proposals {
		out = append(out, q.Label)
	}
	return out
}

func TestEveryMethodProposes(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	e := Compare(a, Proposals(outputs(a, "")))
	for _, m := range All() {
		if !slices.ContainsFunc(e.Labels, func(l string) bool { return strings.HasPrefix(l, m.Title) }) {
			t.Errorf("%s has no row: %q", m.Title, e.Labels)
		}
	}
	if !slices.Contains(e.Labels, "BYOL, no predictor") {
		t.Errorf("nobody stands without predictor: %q", e.Labels)
	}
	k := len(e.Labels)
	for i := range k {
		if c, r := e.Cosine[i*k+i], e.Ratio[i*k+i]; math.Abs(c-1) > 1e-12 || math.Abs(r-1) > 1e-12 {
			t.Errorf("%s with itself: cosine %g, ratio %g", e.Labels[i], c, r)
		}
		for j := range k {
			if c := e.Cosine[i*k+j]; c != e.Cosine[j*k+i] || math.Abs(c) > 1 {
				t.Errorf("%s and %s: cosine %g one way, %g the other", e.Labels[i], e.Labels[j], c, e.Cosine[j*k+i])
			}
			if r := e.Ratio[i*k+j] * e.Ratio[j*k+i]; math.Abs(r-1) > 1e-12 {
				t.Errorf("%s and %s: the ratios' product is %g", e.Labels[i], e.Labels[j], r)
			}
		}
	}
	if c := e.Cosine[1]; c == 1 {
		t.Errorf("%s and %s are the same", e.Labels[0], e.Labels[1])
	}
}

// Without predictor BYOL's tangent gradient is the positive term alone: the
// target's part at right angles to u.
func TestWithoutPredictorOnlyThePositivePulls(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	b := outputs(a, "")
	i := slices.IndexFunc(Proposals(b), func(q Proposal) bool { return q.Label == "BYOL, no predictor" })
	q := Proposals(b)[i]
	n, d := q.Pair.Z[0].Rows, q.Pair.Z[0].Cols
	if q.Pair.Positive != Stopped {
		t.Errorf("the target of a method whose own is momentum is %s", q.Pair.Positive)
	}
	g := a.New(2*n, d)
	_, terms := q.Take(a)
	q.Onto(a, g, terms)
	got := make([]float64, g.Len())
	a.Download64(got, g)

	f := fixture(Stopped, Stopped, NoPredictor)
	u, _ := unit(append(append([]float64(nil), f.z[0]...), f.z[1]...), d)
	for r := range 2 * n {
		own, other := u[r*d:(r+1)*d], u[(r+n)%(2*n)*d:]
		cos := 0.0
		for j, v := range own {
			cos += v * other[j]
		}
		for j, v := range own {
			want := -(other[j] - cos*v) / float64(2*n)
			if math.Abs(got[r*d+j]-want) > 1e-14 {
				t.Fatalf("row %d, channel %d: %g, want %g", r, j, got[r*d+j], want)
			}
		}
	}
}

// The length of the outputs does not matter: of each row where methods look at
// unit rows, of all together where they standardise.
func TestEquivalenceIsBlindToScale(t *testing.T) {
	for name, c := range map[string]struct {
		rows  []Rows
		scale func(row int) float64
	}{
		"of each row": {[]Rows{Unit}, func(row int) float64 { return 1 + float64(row%5) }},
		"of all":      {[]Rows{Unit, Standardized}, func(int) float64 { return 1000 }},
	} {
		of := func(scaled bool) Equivalence {
			a := tensor.NewArena(tensor.Reference())
			f := fixture(Momentum, Momentum, NoPredictor)
			for i := range 2 {
				for _, x := range [][]float64{f.z[i], f.p[i]} {
					for k := range x {
						if scaled {
							x[k] *= c.scale(k / f.d)
						}
					}
				}
			}
			f.neg = f.p
			b := &Batch{Pair: f.pair(a)}
			return Compare(a, slices.DeleteFunc(Proposals(b), func(q Proposal) bool {
				return !slices.Contains(c.rows, q.Method.Rows) || q.maker != nil // the predictor of raw outputs
			}))
		}
		plain, scaled := of(false), of(true)
		if len(plain.Labels) < 2 {
			t.Fatalf("%s: only %q", name, plain.Labels)
		}
		for k := range plain.Cosine {
			if math.Abs(plain.Cosine[k]-scaled.Cosine[k]) > 1e-3 || math.Abs(plain.Ratio[k]/scaled.Ratio[k]-1) > 1e-3 {
				t.Errorf("%s: cosine %g and %g, ratio %g and %g", name, plain.Cosine[k], scaled.Cosine[k], plain.Ratio[k], scaled.Ratio[k])
			}
		}
	}
}

// Stopping Barlow Twins' target halves its gradient and changes no direction.
func TestStoppedBarlowIsHalf(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	pick := func(target Target) Proposal {
		all := Proposals(outputs(a, target))
		return all[slices.IndexFunc(all, func(q Proposal) bool { return q.Method == Barlow })]
	}
	e := Compare(a, []Proposal{pick(Shared), pick(Stopped)})
	if math.Abs(e.Cosine[1]-1) > 1e-12 || math.Abs(e.Ratio[1]-2) > 1e-12 {
		t.Errorf("cosine %g, ratio %g, want 1 and 2", e.Cosine[1], e.Ratio[1])
	}
}

// A collapsed batch gives numbers.
func TestEquivalenceOfACollapsedBatch(t *testing.T) {
	a := tensor.NewArena(tensor.CPU(1))
	b := outputs(a, "")
	for i := range 2 {
		a.Fill(b.Pair.Z[i], 0.5)
	}
	e := Compare(a, Proposals(b))
	for k, c := range e.Cosine {
		if !(math.Abs(c) <= 1) {
			t.Errorf("cosine %g of %s and %s", c, e.Labels[k/len(e.Labels)], e.Labels[k%len(e.Labels)])
		}
	}
}

// twin is the toy with a predictor of its own making, 2 I, and a state.
func twin() *Method {
	m := toy()
	m.Name, m.Title, m.Predictors = "twin", "Twin", []Predictor{SpectralPredictor}
	declare := m.New
	m.New = func(k *knob.Set) Objective {
		o := declare(k)
		prepared := false
		o.Build = func(tensor.Device, int) {}
		o.Prepare = func(*tensor.Arena, [2]tensor.Tensor) { prepared = true }
		o.Predictor = func(a *tensor.Arena, w tensor.Tensor) {
			if !prepared {
				panic("the predictor is asked for before the step is prepared")
			}
			a.Fill(w, 0)
			a.FillDiagonal(w, 0, 2)
		}
		o.Part = func(*tensor.Arena, int) Objective { return o }
		o.Kept = func() []Kept { return nil } // it has nothing to keep
		return o
	}
	return finish(m)
}

// Who proposes what, for each kind of network.
func TestProposalsKnowTheirPredictor(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	plain, spectral := finish(toy()), twin()
	methods := []*Method{Barlow, plain, spectral}
	for _, c := range []struct {
		name    string
		network Predictor
		running *Method
		driven  string
		want    []string
	}{
		{"somebody else's", NoPredictor, nil, "", []string{"Barlow Twins", "Toy, spectral predictor", "Toy, no predictor", "Twin"}},
		{"without predictor", NoPredictor, plain, "loss", []string{"Barlow Twins", "Toy, spectral predictor", "Toy, no predictor", "Twin"}},
		{"a variant drives", NoPredictor, plain, "flipped", []string{"Barlow Twins", "Toy, spectral predictor", "Toy, no predictor", "Toy, no predictor: flipped", "Twin"}},
		{"linear", LinearPredictor, plain, "loss", []string{"Barlow Twins", "Toy", "Toy, no predictor", "Twin"}},
		{"two layers", MLPPredictor, plain, "flipped", []string{"Barlow Twins", "Toy", "Toy: flipped", "Toy, no predictor", "Twin"}},
		{"spectral", SpectralPredictor, spectral, "loss", []string{"Barlow Twins", "Toy", "Toy, no predictor", "Twin"}},
	} {
		f := fixture(Stopped, Stopped, c.network)
		b := &Batch{Method: c.running, Gradient: c.driven, Pull: tripled}
		if c.running != nil {
			b.Objective = f.begin(a, c.running, "", c.network)
		}
		b.Pair = f.pair(a)
		all := proposals(b, methods)
		if got := labels(all); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		Compare(a, all) // none panics
	}
}

// What comes from the predictor goes back through it: for a matrix as the product
// says, for any other as the network says.
func TestProposalsPullBack(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	for _, network := range []Predictor{LinearPredictor, MLPPredictor} {
		f := fixture(Stopped, Stopped, network)
		pulled := 0
		b := &Batch{Pair: f.pair(a), Pull: func(a *tensor.Arena, dp [2]tensor.Tensor) [2]tensor.Tensor {
			pulled++
			return tripled(a, dp)
		}}
		all := proposals(b, []*Method{BYOL})
		_, terms := all[0].Take(a)
		split := BYOL.Both(a, BYOL.New(new(knob.Set)), "loss", b.Pair)
		for k, term := range terms {
			for i := range term {
				got, dp := make([]float64, term[i].Len()), make([]float64, term[i].Len())
				a.Download64(got, term[i])
				a.Download64(dp, split.Terms[k].AtPredictor[i])
				want := dp
				if network == LinearPredictor {
					want = times(dp, f.w, f.d)
				} else {
					for j := range want {
						want[j] *= 3
					}
				}
				if miss := norm(difference(got, want)); miss > 1e-14 {
					t.Errorf("%s: term %d is %g off", network, k, miss)
				}
			}
		}
		if want := map[Predictor]int{LinearPredictor: 0, MLPPredictor: 2}[network]; pulled != want {
			t.Errorf("%s: the network is asked %d times, want %d", network, pulled, want)
		}
	}
}

// tripled is a network's way back through its predictor.
func tripled(a *tensor.Arena, dp [2]tensor.Tensor) (dz [2]tensor.Tensor) {
	for i, g := range dp {
		dz[i] = a.New(g.Rows, g.Cols)
		a.Scale(dz[i], 3, g)
	}
	return dz
}

func TestVariants(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	for _, q := range Proposals(outputs(a, Stopped)) {
		seen := map[string]bool{}
		for _, v := range q.Variants() {
			seen[v.Gradient.Name] = true
			_, terms := v.Take(a)
			if len(terms) != len(q.Method.Terms) {
				t.Errorf("%s: %d terms", v.Label, len(terms))
			}
		}
		if !seen["loss"] {
			t.Errorf("%s does not propose its loss", q.Label)
		}
		for _, g := range q.Method.Gradients {
			if g.Predictors == nil && g.Negatives == nil && !seen[g.Name] {
				t.Errorf("%s does not propose %s", q.Label, g.Name)
			}
		}
	}
	linear := &Batch{Pair: fixture(Stopped, Stopped, LinearPredictor).pair(a)}
	if got := fmt.Sprint(labels(proposals(linear, []*Method{BYOL})[0].Variants())); !strings.Contains(got, "BYOL: closed") {
		t.Errorf("no closed form through a matrix: %s", got)
	}
}

// Methods with a matrix of their own stand back where it would be huge.
func TestWideOutputsHaveNoMatrix(t *testing.T) {
	a := tensor.NewArena(tensor.CPU(1))
	var p Pair
	for i := range 2 {
		z := a.Zeros(2, maxSquare+1)
		p.X[i], p.Z[i], p.P[i], p.N[i] = z, z, z, z
	}
	got := labels(proposals(&Batch{Pair: p}, []*Method{Barlow, finish(toy()), twin()}))
	if want := []string{"Barlow Twins", "Toy, no predictor"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A method's own settings reach it, and nobody else.
func TestProposalsTakeSettings(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	loss := func(q Proposal) float64 {
		var l [1]float64
		s, _ := q.Take(a)
		a.Download64(l[:], s)
		return l[0]
	}
	plain, own := outputs(a, Stopped), outputs(a, Stopped)
	own.Own = map[*Method][]Setting{SimCLR: {{"tau", "0.7"}}}
	before := Proposals(plain)
	for i, q := range Proposals(own) {
		if changed := loss(q) != loss(before[i]); changed != (q.Method == SimCLR) {
			t.Errorf("%s changes: %v", q.Label, changed)
		}
	}
}
