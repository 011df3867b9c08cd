package autodiff

import "gonum.org/v1/gonum/mat"

// Mask returns a with the elements (i, j) for which keep is false set to zero.
//
//	dL/da_ij = dL/dy_ij where kept, else 0
func (a *Node) Mask(keep func(i, j int) bool) *Node {
	masked := func(m *mat.Dense) *mat.Dense {
		var y mat.Dense
		y.Apply(func(i, j int, v float64) float64 {
			if keep(i, j) {
				return v
			}
			return 0
		}, m)
		return &y
	}
	n := result(masked(a.value), a)
	n.back = func() { a.receive(masked(n.grad)) }
	return n
}

// OffDiagonal returns a with its diagonal set to zero.
func (a *Node) OffDiagonal() *Node {
	return a.Mask(func(i, j int) bool { return i != j })
}

// Diagonal returns the column vector of the elements a_ii of a square matrix.
func (a *Node) Diagonal() *Node {
	if r, c := a.Dims(); r != c {
		panic("autodiff: diagonal of a matrix that is not square")
	}
	return a.Mask(func(i, j int) bool { return i == j }).RowSums()
}
