package autodiff

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// MatMul returns y = a b for a: R x K and b: K x C.
//
//	dL/da = dL/dy b'     dL/db = a' dL/dy
func (a *Node) MatMul(b *Node) *Node {
	r, k := a.Dims()
	k2, c := b.Dims()
	if k != k2 {
		panic(fmt.Sprintf("autodiff: product of %d x %d and %d x %d", r, k, k2, c))
	}
	var y mat.Dense
	y.Mul(a.value, b.value)
	n := result(&y, a, b)
	n.back = func() {
		if a.needs {
			var g mat.Dense
			g.Mul(n.grad, b.value.T())
			a.receive(&g)
		}
		if b.needs {
			var g mat.Dense
			g.Mul(a.value.T(), n.grad)
			b.receive(&g)
		}
	}
	return n
}

// T returns the transpose of a.
//
//	dL/da = (dL/dy)'
func (a *Node) T() *Node {
	n := result(mat.DenseCopyOf(a.value.T()), a)
	n.back = func() { a.receive(mat.DenseCopyOf(n.grad.T())) }
	return n
}
