package autodiff

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A pointwise is a function of one number with its derivative, which may use
// the result y = f(x) where that is cheaper.
type pointwise struct {
	f  func(x float64) float64
	df func(x, y float64) float64
}

var (
	exp    = pointwise{math.Exp, func(_, y float64) float64 { return y }}
	log    = pointwise{math.Log, func(x, _ float64) float64 { return 1 / x }}
	sqrt   = pointwise{math.Sqrt, func(_, y float64) float64 { return 1 / (2 * y) }}
	square = pointwise{func(x float64) float64 { return x * x }, func(x, _ float64) float64 { return 2 * x }}
	relu   = pointwise{func(x float64) float64 { return max(x, 0) }, step}
)

// step is the derivative of max(x, 0); at the kink, where there is none, it is 0.
func step(x, _ float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

// apply returns y_ij = f(x_ij).
//
//	dL/dx_ij = f'(x_ij) dL/dy_ij
func (p pointwise) apply(x *Node) *Node {
	rows, cols := x.Dims()
	y := mat.NewDense(rows, cols, nil)
	in, out := numbers(x.value), numbers(y)
	for i, v := range in {
		out[i] = p.f(v)
	}
	n := result(y, x)
	n.back = func() {
		g := mat.NewDense(rows, cols, nil)
		dx := numbers(g)
		for i, dy := range numbers(n.grad) {
			dx[i] = p.df(in[i], out[i]) * dy
		}
		x.receive(g)
	}
	return n
}

// Exp returns e to the power of each element.
func (a *Node) Exp() *Node { return exp.apply(a) }

// Log returns the natural logarithm of each element.
func (a *Node) Log() *Node { return log.apply(a) }

// Sqrt returns the square root of each element.
func (a *Node) Sqrt() *Node { return sqrt.apply(a) }

// Square returns the square of each element.
func (a *Node) Square() *Node { return square.apply(a) }

// ReLU returns max(x, 0) of each element: the hinge of a loss max(0, gamma - s) too.
func (a *Node) ReLU() *Node { return relu.apply(a) }

// Scale returns c times each element.
func (a *Node) Scale(c float64) *Node {
	p := pointwise{func(x float64) float64 { return c * x }, func(_, _ float64) float64 { return c }}
	return p.apply(a)
}

// Plus returns each element plus the constant c.
func (a *Node) Plus(c float64) *Node {
	p := pointwise{func(x float64) float64 { return x + c }, func(_, _ float64) float64 { return 1 }}
	return p.apply(a)
}
