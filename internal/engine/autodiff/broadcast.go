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
	ia, ib := a.within(rows, cols), b.within(rows, cols)
	va, vb := numbers(a.value), numbers(b.value)
	y := mat.NewDense(rows, cols, nil)
	out := numbers(y)
	for k := range out {
		out[k] = p.f(va[ia[k]], vb[ib[k]])
	}
	n := result(y, a, b)
	back := func(to *Node, at []int, d func(a, b float64) float64) {
		if !to.needs {
			return
		}
		r, c := to.Dims()
		g := mat.NewDense(r, c, nil)
		sum := numbers(g)
		for k, dy := range numbers(n.grad) {
			sum[at[k]] += d(va[ia[k]], vb[ib[k]]) * dy
		}
		to.receive(g)
	}
	n.back = func() {
		back(a, ia, p.da)
		back(b, ib, p.db)
	}
	return n
}

// within returns, for each element of a rows x cols result, the index of the
// element of n that it is made of.
func (n *Node) within(rows, cols int) []int {
	r, c := n.Dims()
	index := make([]int, 0, rows*cols)
	for i := range rows {
		for j := range cols {
			index = append(index, min(i, r-1)*c+min(j, c-1))
		}
	}
	return index
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
