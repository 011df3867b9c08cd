package autodiff

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Tape is the record of one computation, in the order in which it was made.
type Tape struct {
	nodes []*Node
}

// NewTape returns an empty tape.
func NewTape() *Tape { return &Tape{} }

// A Node is one matrix of a computation: a variable, a constant or a result.
type Node struct {
	tape  *Tape
	value *mat.Dense
	grad  *mat.Dense // nil until Backward reaches the node
	back  func()     // hands n.grad on to the nodes that n was made of; nil for variables and constants
	needs bool       // depends on a variable
}

// Var returns a variable with the values of data, row-major and copied.
func (t *Tape) Var(rows, cols int, data []float64) *Node {
	n := t.Const(rows, cols, data)
	n.needs = true
	return n
}

// Const returns a constant with the values of data, row-major and copied. No
// gradient flows into it.
func (t *Tape) Const(rows, cols int, data []float64) *Node {
	if rows <= 0 || cols <= 0 || len(data) != rows*cols {
		panic(fmt.Sprintf("autodiff: %d numbers for a %d x %d matrix", len(data), rows, cols))
	}
	n := &Node{tape: t, value: mat.NewDense(rows, cols, slices.Clone(data))}
	t.nodes = append(t.nodes, n)
	return n
}

// result records a node made of the operands from.
func result(value *mat.Dense, from ...*Node) *Node {
	n := &Node{tape: from[0].tape, value: value}
	for _, f := range from {
		if f.tape != n.tape {
			panic("autodiff: operands of two tapes")
		}
		n.needs = n.needs || f.needs
	}
	n.tape.nodes = append(n.tape.nodes, n)
	return n
}

// Backward computes the derivative of the scalar loss with respect to every
// node that it depends on, for Grad.
func (t *Tape) Backward(loss *Node) {
	if r, c := loss.Dims(); r != 1 || c != 1 || loss.tape != t {
		panic("autodiff: Backward needs a scalar of its tape")
	}
	for _, n := range t.nodes {
		n.grad = nil
	}
	loss.grad = mat.NewDense(1, 1, []float64{1})
	for _, n := range slices.Backward(t.nodes) {
		if n.grad != nil && n.back != nil {
			n.back()
		}
	}
}

// receive adds g, which it may keep, to n's gradient. Constants drop it.
func (n *Node) receive(g *mat.Dense) {
	switch {
	case !n.needs:
	case n.grad == nil:
		n.grad = g
	default:
		n.grad.Add(n.grad, g)
	}
}

// numbers returns the elements of a matrix that this package has made, row-major
// and shared.
func numbers(m *mat.Dense) []float64 { return m.RawMatrix().Data }

// Dims returns the number of rows and columns.
func (n *Node) Dims() (rows, cols int) { return n.value.Dims() }

// Value returns a copy of the node's values, row-major.
func (n *Node) Value() []float64 { return slices.Clone(numbers(n.value)) }

// Scalar returns the value of a 1 x 1 node.
func (n *Node) Scalar() float64 {
	if r, c := n.Dims(); r != 1 || c != 1 {
		panic("autodiff: Scalar of a matrix")
	}
	return n.value.At(0, 0)
}

// Grad returns a copy of the derivative of Backward's loss with respect to n,
// row-major: zeros for a constant and for a node that the loss does not depend on.
func (n *Node) Grad() []float64 {
	if n.grad == nil {
		r, c := n.Dims()
		return make([]float64, r*c)
	}
	return slices.Clone(numbers(n.grad))
}
