package method

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A situation is one row of the contract: a method in one of its settings, with a batch.
type situation struct {
	setting
	m     *Method
	batch batch
}

func (s situation) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s target=%s negative=%s predictor=%s %s",
		s.m.Name, s.gradient.Name, s.target, s.negative, s.predictor, s.own))
}

// everySituation calls f for whatever the catalogue accepts.
func everySituation(t *testing.T, f func(t *testing.T, s situation)) {
	t.Helper()
	for _, m := range All() {
		for _, accepted := range m.settings() {
			s := situation{accepted, m, fixture(accepted.target, accepted.negative, accepted.predictor)}
			t.Run(s.String(), func(t *testing.T) { f(t, s) })
		}
	}
}

// begin returns an objective on a that is ready for the situation's batch.
func (s *situation) begin(a *tensor.Arena) Objective {
	return s.batch.begin(a, s.m, s.own, s.predictor)
}

// arenas are used again from situation to situation.
var arenas = map[string]*tensor.Arena{}

// emptied returns the arena of a device, reset.
func emptied(d tensor.Device) *tensor.Arena {
	a := arenas[d.Name()]
	if a == nil {
		a = tensor.NewArena(d)
		arenas[d.Name()] = a
	}
	a.Reset()
	return a
}

func (s situation) split(d tensor.Device) (float64, [][]float64) {
	a := emptied(d)
	o := s.begin(a)
	return s.batch.split(a, s.m, o, s.gradient.Name, true)
}

// checked is what `lab check` shows.
var checked = sync.OnceValue(func() []Residual { return Check() })

// Terms equal the tape's derivative and central differences, in both precisions.
func TestTermsEqualTheirWitnesses(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range checked() {
		seen[r.Method+" "+r.Gradient] = true
		if !r.Pass {
			t.Errorf("%s %s (%s) target=%s negative=%s predictor=%s %s: tape %.2g (bound %.0g), differences %.2g (%.0g), float32 %.2g (%.0g), surrogate %v, loss %.2g",
				r.Method, r.Gradient, r.Kind, r.Target, r.Negative, r.Predictor, r.Own,
				r.Tape, tapeBound, r.Differences, differencesBound, r.Float32, float32Bound, surrogate(r), r.Loss)
		}
	}
	for _, m := range All() {
		for _, g := range m.Gradients {
			if !seen[m.Name+" "+g.Name] {
				t.Errorf("%s %s was skipped", m.Name, g.Name)
			}
		}
	}
}

// surrogate prints a row's residual against its surrogate, where it has one.
func surrogate(r Residual) string {
	if r.Surrogate == nil {
		return "none"
	}
	return fmt.Sprintf("%.2g", *r.Surrogate)
}

// A wrong sign in any one term of any method fails the check.
func TestWrongSignIsFound(t *testing.T) {
	for _, m := range All() {
		for k, term := range m.Terms {
			wrong := *m
			wrong.Gradients = slices.DeleteFunc(slices.Clone(m.Gradients), func(g Gradient) bool { return !g.Exact })
			wrong.New = func(s *knob.Set) Objective {
				o := m.New(s)
				for name, side := range o.Sides {
					o.Sides[name] = flipTerm(side, k)
				}
				return o
			}
			for _, r := range wrong.check() {
				if r.Pass {
					t.Errorf("%s with its %s term flipped passes: %+v", m.Name, term.Name, r)
				}
			}
		}
	}
}

// flipTerm wraps a side so that its k-th term has the wrong sign.
func flipTerm(side SideFunc, k int) SideFunc {
	return func(a *tensor.Arena, s Side) {
		right := s.Terms[k]
		wrong := right
		for _, t := range []*tensor.Tensor{&wrong.X, &wrong.P, &wrong.T, &wrong.O} {
			if !t.IsNone() {
				*t = a.Zeros(t.Rows, t.Cols)
			}
		}
		s.Terms = slices.Clone(s.Terms)
		s.Terms[k] = wrong
		side(a, s)
		for _, p := range [][2]tensor.Tensor{{right.X, wrong.X}, {right.P, wrong.P}, {right.T, wrong.T}, {right.O, wrong.O}} {
			if !p[0].IsNone() {
				a.AddScaled(p[0], -1, p[1])
			}
		}
	}
}

// Swapping the views leaves the loss and swaps the terms.
func TestSwappingViews(t *testing.T) {
	everySituation(t, func(t *testing.T, s situation) {
		loss, terms := s.split(tensor.Reference())
		for _, v := range []*[2][]float64{&s.batch.z, &s.batch.x, &s.batch.p, &s.batch.neg} {
			v[0], v[1] = v[1], v[0]
		}
		swappedLoss, swapped := s.split(tensor.Reference())
		if math.Abs(loss-swappedLoss) > 1e-14 {
			t.Errorf("loss %g, swapped %g", loss, swappedLoss)
		}
		block := s.batch.n * s.batch.d
		for k := range terms {
			for i := range terms[k] {
				if j := i/block ^ 1; math.Abs(terms[k][i]-swapped[k][j*block+i%block]) > 1e-14 {
					t.Fatalf("term %s is not swapped", s.m.Terms[k].Name)
				}
			}
		}
	})
}

// Permuting the images permutes the rows of every term.
func TestPermutingRows(t *testing.T) {
	everySituation(t, func(t *testing.T, s situation) {
		n, d := s.batch.n, s.batch.d
		from := func(row int) int { return (3*row + 2) % n }
		loss, terms := s.split(tensor.Reference())
		for _, v := range []*[2][]float64{&s.batch.z, &s.batch.x, &s.batch.p, &s.batch.neg} {
			for i, x := range v {
				if x != nil {
					v[i] = make([]float64, len(x))
					for k := range x {
						v[i][k] = x[from(k/d)*d+k%d]
					}
				}
			}
		}
		permutedLoss, permuted := s.split(tensor.Reference())
		if math.Abs(loss-permutedLoss) > 1e-14 {
			t.Errorf("loss %g, permuted %g", loss, permutedLoss)
		}
		for k := range terms {
			for i := range terms[k] {
				block, row := i/(n*d), i/d%n
				if math.Abs(permuted[k][i]-terms[k][(block*n+from(row))*d+i%d]) > 1e-14 {
					t.Fatalf("term %s is not permuted", s.m.Terms[k].Name)
				}
			}
		}
	})
}

// A step reads its inputs only, gives the same bits when it is repeated, and
// keeps nothing in the arena but its result.
func TestBothIsPure(t *testing.T) {
	everySituation(t, func(t *testing.T, s situation) {
		a := emptied(tensor.CPU(1))
		o := s.begin(a)
		p := s.batch.pair(a)
		contents := func() (all []float32) {
			for _, x := range []tensor.Tensor{p.X[0], p.X[1], p.Z[0], p.Z[1], p.P[0], p.P[1], p.N[0], p.N[1], p.W} {
				if !x.IsNone() {
					all = append(all, download(a, x)...)
				}
			}
			return all
		}
		before := contents()
		first := flat(a, s.m.Both(a, o, s.gradient.Name, p))
		second := flat(a, s.m.Both(a, o, s.gradient.Name, p))
		if !slices.Equal(before, contents()) {
			t.Error("inputs have changed")
		}
		if !slices.Equal(first, second) {
			t.Error("a second call gives other numbers")
		}
	})
}

func download(a *tensor.Arena, x tensor.Tensor) []float32 {
	data := make([]float32, x.Len())
	a.Download(data, x)
	return data
}

// flat returns all numbers of a Split.
func flat(a *tensor.Arena, s Split) []float32 {
	all := download(a, s.Loss)
	for _, t := range s.Terms {
		for _, x := range append(t.AtPredictor[:], t.AtProjector[:]...) {
			if !x.IsNone() {
				all = append(all, download(a, x)...)
			}
		}
	}
	return all
}

// Outputs that have collapsed give finite numbers in float32: all rows one
// vector, rows that differ by rounding only, and all zeros.
func TestCollapsedInputsStayFinite(t *testing.T) {
	everySituation(t, func(t *testing.T, s situation) {
		for name, value := range map[string]func(k int) float64{
			"constant": func(k int) float64 { return 0.25 * float64(k%s.batch.d+1) },
			"rounding": func(k int) float64 { return 1 + 1e-7*float64(k%3) },
			"zero":     func(int) float64 { return 0 },
		} {
			for _, v := range [][2][]float64{s.batch.z, s.batch.x, s.batch.p, s.batch.neg} {
				for _, x := range v {
					for k := range x {
						x[k] = value(k)
					}
				}
			}
			loss, terms := s.split(tensor.CPU(1))
			for k, term := range append(terms, []float64{loss}) {
				for _, v := range term {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("%s: %v in term %d", name, v, k)
					}
				}
			}
		}
	})
}
