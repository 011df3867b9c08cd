package autodiff

import "gonum.org/v1/gonum/mat"

// A reduction adds the elements of a matrix up: element (i, j) goes into
// element to(i, j) of the rows x cols result.
type reduction struct {
	rows, cols int
	to         func(i, j int) (k, l int)
}

// apply returns y_kl = the sum of all x_ij with to(i, j) = (k, l).
//
//	dL/dx_ij = dL/dy_to(i, j)
func (s reduction) apply(x *Node) *Node {
	rows, cols := x.Dims()
	into := make([]int, 0, rows*cols) // the element of y that each element of x goes into
	for i := range rows {
		for j := range cols {
			k, l := s.to(i, j)
			into = append(into, k*s.cols+l)
		}
	}
	y := mat.NewDense(s.rows, s.cols, nil)
	sum := numbers(y)
	for i, v := range numbers(x.value) {
		sum[into[i]] += v
	}
	n := result(y, x)
	n.back = func() {
		g := mat.NewDense(rows, cols, nil)
		dx, dy := numbers(g), numbers(n.grad)
		for i := range dx {
			dx[i] = dy[into[i]]
		}
		x.receive(g)
	}
	return n
}

// Sum returns the scalar sum of all elements.
func (a *Node) Sum() *Node {
	return reduction{1, 1, func(_, _ int) (int, int) { return 0, 0 }}.apply(a)
}

// Mean returns the scalar mean of all elements.
func (a *Node) Mean() *Node {
	r, c := a.Dims()
	return a.Sum().Scale(1 / float64(r*c))
}

// RowSums returns the column vector of the sums along each row.
func (a *Node) RowSums() *Node {
	r, _ := a.Dims()
	return reduction{r, 1, func(i, _ int) (int, int) { return i, 0 }}.apply(a)
}

// RowMeans returns the column vector of the means along each row.
func (a *Node) RowMeans() *Node {
	_, c := a.Dims()
	return a.RowSums().Scale(1 / float64(c))
}

// ColSums returns the row vector of the sums down each column.
func (a *Node) ColSums() *Node {
	_, c := a.Dims()
	return reduction{1, c, func(_, j int) (int, int) { return 0, j }}.apply(a)
}

// ColMeans returns the row vector of the means down each column.
func (a *Node) ColMeans() *Node {
	r, _ := a.Dims()
	return a.ColSums().Scale(1 / float64(r))
}
