package autodiff

// The normalisers are compositions: their derivatives follow from those of
// their parts, so that the oracle derives no Jacobian by hand.

// RowNorms returns the column vector of the lengths of the rows.
func (a *Node) RowNorms() *Node { return a.Square().RowSums().Sqrt() }

// UnitRows returns the rows of a at length 1: u = x / |x|. A row of zeros has
// no direction and gives NaN.
func (a *Node) UnitRows() *Node { return a.Div(a.RowNorms()) }

// StandardColumns returns the columns of a with mean 0 and variance 1, the
// variance biased (divided by the number of rows) and eps added to it.
func (a *Node) StandardColumns(eps float64) *Node {
	centred := a.Sub(a.ColMeans())
	return centred.Div(centred.Square().ColMeans().Plus(eps).Sqrt())
}
