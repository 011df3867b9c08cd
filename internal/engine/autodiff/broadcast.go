package autodiff

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A pairwise is a function of two numbers with its two derivatives.
type pairwise struct {
	name   string
	f      func(a, b float64) float64
	da, db func(a, b float64) float64
}

var (
	add = pairwise{"sum",
		func(a, b float64) float64 { return a + b },
		func(_, _ float64) float64 { return 1 },
		func(_, _ float64) float64 { return 1 }}
	sub = pairwise{"difference",
		func(a, b float64) float64 { return a - b },
		func(_, _ float64) float64 { return 1 },
		func(_, _ float64) float64 { return -1 }}
	mul = pairwise{"element-wise product",
		func(a, b float64) float64 { return a * b },
		func(_, b float64) float64 { return b },
		func(a, _ float64) float64 { return a }}
	div = pairwise{"quotient",
		func(a, b float64) float64 { return a / b },
		func(_, b float64) float64 { return 1 / b },
		func(a, b float64) float64 { return -a / (b * b) }}
)

// apply returns y_ij = f(a_ij, b_ij), where a dimension of length 1 is
// stretched: its one row or column is used for all.
//
//	dL/da_ij = sum over all y that a_ij went into of f_a dL/dy, and likewise b
func (p pairwise) apply(a, b *Node) *Node {
	rows, cols := stretched(p.name, a, b)
	at := func(n *Node, i, j int) float64 { // the element of n that y_ij is made of
		r, c := n.Dims()
		return n.value.At(min(i, r-1), min(j, c-1))
	}
	y := mat.NewDense(rows, cols, nil)
	y.Apply(func(i, j int, _ float64) float64 { return p.f(at(a, i, j), at(b, i, j)) }, y)
	n := result(y, a, b)
	back := func(to *Node, d func(a, b float64) float64) {
		if !to.needs {
			return
		}
		r, c := to.Dims()
		g := mat.NewDense(r, c, nil)
		for i := range rows {
			for j := range cols {
				k, l := min(i, r-1), min(j, c-1)
				g.Set(k, l, g.At(k, l)+d(at(a, i, j), at(b, i, j))*n.grad.At(i, j))
			}
		}
		to.receive(g)
	}
	n.back = func() {
		back(a, p.da)
		back(b, p.db)
	}
	return n
}

// stretched returns the common shape of a and b.
func stretched(name string, a, b *Node) (rows, cols int) {
	ar, ac := a.Dims()
	br, bc := b.Dims()
	rows, cols = max(ar, br), max(ac, bc)
	if ar != 1 && ar != rows || br != 1 && br != rows || ac != 1 && ac != cols || bc != 1 && bc != cols {
		panic(fmt.Sprintf("autodiff: %s of %d x %d and %d x %d", name, ar, ac, br, bc))
	}
	return rows, cols
}

// Add returns a + b, element by element.
func (a *Node) Add(b *Node) *Node { return add.apply(a, b) }

// Sub returns a - b, element by element.
func (a *Node) Sub(b *Node) *Node { return sub.apply(a, b) }

// Mul returns the product of a and b, element by element.
func (a *Node) Mul(b *Node) *Node { return mul.apply(a, b) }

// Div returns a / b, element by element.
func (a *Node) Div(b *Node) *Node { return div.apply(a, b) }
