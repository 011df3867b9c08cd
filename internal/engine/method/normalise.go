package method

import "gradlab/internal/engine/tensor"

const (
	// tiny is the length below which a row counts as having no direction. It
	// keeps a collapsed output finite.
	tiny = 1e-8
	// variance is added to the variance of a column, as batch normalisation does.
	variance = 1e-5
)

// A view is a matrix of raw outputs, N x D, as a side looks at it.
type view struct {
	raw  tensor.Tensor
	rows tensor.Tensor // what the side sees; raw itself for Raw
	inv  tensor.Tensor // N x 1: 1/|x| for Unit; 1 x D: 1/sd for Standardized
}

// look returns raw as rows asks for, in memory of a.
func look(a *tensor.Arena, rows Rows, raw tensor.Tensor) view {
	switch rows {
	case Unit:
		v := view{raw, a.New(raw.Rows, raw.Cols), a.New(raw.Rows, 1)}
		a.NormalizeRows(v.rows, v.inv, raw, tiny)
		return v
	case Standardized:
		v := view{raw, a.New(raw.Rows, raw.Cols), a.New(1, raw.Cols)}
		a.Standardize(v.rows, a.New(1, raw.Cols), v.inv, raw, variance)
		return v
	case Raw:
		return view{raw: raw, rows: raw}
	}
	panic("method: rows of an unknown kind")
}

// back takes the gradient g with respect to what a side saw to the gradient with
// respect to raw, in place: through the Jacobian of the normaliser or, with
// project false, through its scale alone. The latter is how large a term was
// before the normaliser took the part away that it does not see.
func (v view) back(a *tensor.Arena, rows Rows, g tensor.Tensor, project bool) {
	switch {
	case rows == Unit && project:
		a.NormalizeRowsGrad(g, g, v.rows, v.inv)
	case rows == Unit:
		a.MulCol(g, v.inv, g)
	case rows == Standardized && project:
		a.StandardizeGrad(g, g, v.rows, v.inv)
	case rows == Standardized:
		a.MulRow(g, v.inv, g)
	}
}
