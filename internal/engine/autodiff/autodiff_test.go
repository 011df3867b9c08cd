package autodiff

import (
	"math"
	"strings"
	"testing"
)

const h = 1e-5 // step of the central differences

// some returns n fixed numbers in (0.3, 2.3), no two near each other, none
// within 1e-3 of a kink at 1.
func some(n, start int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 0.3 + 2*math.Mod(float64(i+start)*0.6180339887498949, 1)
		if math.Abs(out[i]-1) < 1e-3 {
			out[i] += 2e-3
		}
	}
	return out
}

// weighted turns a result into a scalar in which every element counts differently,
// so that a derivative that lands on the wrong element is seen.
func weighted(n *Node) *Node {
	r, c := n.Dims()
	return n.Mul(n.tape.Const(r, c, some(r*c, 100))).Sum()
}

// Every operation's derivative equals central differences, for each operand.
func TestDerivatives(t *testing.T) {
	type shape struct{ r, c int }
	one := func(f func(a *Node) *Node) func(in []*Node) *Node {
		return func(in []*Node) *Node { return f(in[0]) }
	}
	two := func(f func(a, b *Node) *Node) func(in []*Node) *Node {
		return func(in []*Node) *Node { return f(in[0], in[1]) }
	}
	m, row, col, scalar := shape{3, 4}, shape{1, 4}, shape{3, 1}, shape{1, 1}
	for _, c := range []struct {
		name   string
		shapes []shape
		f      func(in []*Node) *Node
	}{
		{"matmul", []shape{{3, 4}, {4, 2}}, two((*Node).MatMul)},
		{"matmul with itself", []shape{{3, 3}}, one(func(a *Node) *Node { return a.MatMul(a) })},
		{"transpose", []shape{m}, one((*Node).T)},
		{"add", []shape{m, m}, two((*Node).Add)},
		{"add row", []shape{m, row}, two((*Node).Add)},
		{"add column to row", []shape{col, row}, two((*Node).Add)},
		{"sub", []shape{m, m}, two((*Node).Sub)},
		{"sub column", []shape{m, col}, two((*Node).Sub)},
		{"mul", []shape{m, m}, two((*Node).Mul)},
		{"mul row", []shape{row, m}, two((*Node).Mul)},
		{"div", []shape{m, m}, two((*Node).Div)},
		{"div column", []shape{m, col}, two((*Node).Div)},
		{"div scalar", []shape{m, scalar}, two((*Node).Div)},
		{"exp", []shape{m}, one((*Node).Exp)},
		{"log", []shape{m}, one((*Node).Log)},
		{"sqrt", []shape{m}, one((*Node).Sqrt)},
		{"square", []shape{m}, one((*Node).Square)},
		{"scale", []shape{m}, one(func(a *Node) *Node { return a.Scale(-3) })},
		{"plus", []shape{m}, one(func(a *Node) *Node { return a.Plus(2).Square() })},
		{"hinge", []shape{m}, one(func(a *Node) *Node { return a.Scale(-1).Plus(1).ReLU() })},
		{"sum", []shape{m}, one((*Node).Sum)},
		{"mean", []shape{m}, one((*Node).Mean)},
		{"row sums", []shape{m}, one((*Node).RowSums)},
		{"row means", []shape{m}, one((*Node).RowMeans)},
		{"column sums", []shape{m}, one((*Node).ColSums)},
		{"column means", []shape{m}, one((*Node).ColMeans)},
		{"mask", []shape{m}, one(func(a *Node) *Node { return a.Mask(func(i, j int) bool { return (i+j)%2 == 0 }) })},
		{"diagonal", []shape{{3, 3}}, one((*Node).Diagonal)},
		{"off-diagonal", []shape{{3, 3}}, one((*Node).OffDiagonal)},
		{"row norms", []shape{m}, one((*Node).RowNorms)},
		{"unit rows", []shape{m}, one((*Node).UnitRows)},
		{"standard columns", []shape{m}, one(func(a *Node) *Node { return a.StandardColumns(1e-5) })},
		{"used twice", []shape{m}, one(func(a *Node) *Node { return a.Mul(a).Add(a) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := make([][]float64, len(c.shapes))
			for i, s := range c.shapes {
				data[i] = some(s.r*s.c, 7*i)
			}
			run := func() (*Tape, []*Node, *Node) {
				tape := NewTape()
				in := make([]*Node, len(data))
				for i, s := range c.shapes {
					in[i] = tape.Var(s.r, s.c, data[i])
				}
				return tape, in, weighted(c.f(in))
			}
			tape, in, loss := run()
			tape.Backward(loss)
			for i := range data {
				grad := in[i].Grad()
				for k, x := range data[i] {
					data[i][k] = x + h
					_, _, up := run()
					data[i][k] = x - h
					_, _, down := run()
					data[i][k] = x
					want := (up.Scalar() - down.Scalar()) / (2 * h)
					if math.Abs(grad[k]-want) > 1e-7*(1+math.Abs(want)) {
						t.Errorf("operand %d element %d: derivative %.10g, differences %.10g", i, k, grad[k], want)
					}
				}
			}
		})
	}
}

func TestValues(t *testing.T) {
	tape := NewTape()
	a := tape.Const(2, 2, []float64{3, 4, 0, -2})
	for _, c := range []struct {
		name string
		got  *Node
		want []float64
	}{
		{"matmul", a.MatMul(a), []float64{9, 4, 0, 4}},
		{"transpose", a.T(), []float64{3, 0, 4, -2}},
		{"row sums", a.RowSums(), []float64{7, -2}},
		{"column means", a.ColMeans(), []float64{1.5, 1}},
		{"sub row means", a.Sub(a.RowMeans()), []float64{-0.5, 0.5, 1, -1}},
		{"diagonal", a.Diagonal(), []float64{3, -2}},
		{"hinge", a.ReLU(), []float64{3, 4, 0, 0}},
		{"unit rows", a.UnitRows(), []float64{0.6, 0.8, 0, -1}},
		{"standard columns", a.StandardColumns(0), []float64{1, 1, -1, -1}},
	} {
		for i, v := range c.got.Value() {
			if math.Abs(v-c.want[i]) > 1e-15 {
				t.Errorf("%s = %v, want %v", c.name, c.got.Value(), c.want)
				break
			}
		}
	}
}

// Constants, and variables that the loss does not contain, have zero gradient;
// a second Backward starts afresh.
func TestGradIsTheLastLossOnly(t *testing.T) {
	tape := NewTape()
	x, y := tape.Var(1, 1, []float64{2}), tape.Var(1, 1, []float64{5})
	c := tape.Const(1, 1, []float64{3})
	first, second := x.Mul(c), x.Mul(x)
	tape.Backward(first)
	tape.Backward(second)
	for _, g := range []struct {
		name      string
		got, want float64
	}{{"x", x.Grad()[0], 4}, {"y", y.Grad()[0], 0}, {"c", c.Grad()[0], 0}} {
		if g.got != g.want {
			t.Errorf("d/d%s = %g, want %g", g.name, g.got, g.want)
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	tape := NewTape()
	a, b := tape.Const(2, 3, make([]float64, 6)), tape.Const(2, 2, make([]float64, 4))
	for name, f := range map[string]func(){
		"length":    func() { tape.Var(2, 2, make([]float64, 3)) },
		"product":   func() { a.MatMul(a) },
		"sum":       func() { a.Add(b) },
		"diagonal":  func() { a.Diagonal() },
		"scalar":    func() { a.Scalar() },
		"backward":  func() { tape.Backward(a) },
		"two tapes": func() { a.Add(NewTape().Const(2, 3, make([]float64, 6))) },
	} {
		func() {
			defer func() {
				if msg, ok := recover().(string); !ok || !strings.HasPrefix(msg, "autodiff: ") {
					t.Errorf("%s: panic %q", name, msg)
				}
			}()
			f()
		}()
	}
}
