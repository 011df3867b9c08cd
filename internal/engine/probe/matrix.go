package probe

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Matrix is N embeddings of width D: Rows x Cols numbers, row-major.
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// Row returns row i, sharing memory.
func (m Matrix) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols] }

// check panics unless m has at least min rows, one column and data to match.
func (m Matrix) check(what string, min int) {
	if m.Rows < min || m.Cols < 1 || len(m.Data) != m.Rows*m.Cols {
		panic(fmt.Sprintf("probe: %s of a %d x %d matrix with %d numbers", what, m.Rows, m.Cols, len(m.Data)))
	}
}

// same panics unless a and b have the same shape.
func same(what string, a, b Matrix) {
	if a.Rows != b.Rows || a.Cols != b.Cols {
		panic(fmt.Sprintf("probe: %s of a %d x %d and a %d x %d matrix", what, a.Rows, a.Cols, b.Rows, b.Cols))
	}
}

// sameRows panics unless a and b have as many rows.
func sameRows(what string, a, b Matrix) {
	if a.Rows != b.Rows {
		panic(fmt.Sprintf("probe: %s of %d and %d rows", what, a.Rows, b.Rows))
	}
}

// checkClassified panics unless bank and queries have one width and a label a row.
func checkClassified(what string, bank Matrix, bankLabels []uint8, queries Matrix, labels []uint8) {
	bank.check(what, 1)
	if queries.Cols != bank.Cols || len(queries.Data) != queries.Rows*queries.Cols || len(bankLabels) != bank.Rows || len(labels) != queries.Rows {
		panic(fmt.Sprintf("probe: %s of %d x %d queries with %d labels and a bank of %d x %d with %d",
			what, queries.Rows, queries.Cols, len(labels), bank.Rows, bank.Cols, len(bankLabels)))
	}
}

// wide returns m in float64.
func (m Matrix) wide() *mat.Dense {
	data := make([]float64, len(m.Data))
	for i, v := range m.Data {
		data[i] = float64(v)
	}
	return mat.NewDense(m.Rows, m.Cols, data)
}

// unit returns the rows of all matrices, one below the other, each at length 1;
// a row of zeros stays.
func unit(ms ...Matrix) *mat.Dense {
	rows := 0
	for _, m := range ms {
		rows += m.Rows
	}
	u := mat.NewDense(rows, ms[0].Cols, nil)
	at := 0
	for _, m := range ms {
		for i := range m.Rows {
			out := u.RawRowView(at)
			at++
			for j, v := range m.Row(i) {
				out[j] = float64(v)
			}
			if l := math.Sqrt(dot(out, out)); l != 0 {
				for j := range out {
					out[j] /= l
				}
			}
		}
	}
	return u
}

// dot returns the inner product of two vectors of one length.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// centre subtracts from each column its mean.
func centre(m *mat.Dense) {
	rows, cols := m.Dims()
	mean := make([]float64, cols)
	for i := range rows {
		for j, v := range m.RawRowView(i) {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(rows)
	}
	for i := range rows {
		row := m.RawRowView(i)
		for j := range row {
			row[j] -= mean[j]
		}
	}
}

// finite reports whether all elements are numbers.
func finite(m *mat.Dense) bool {
	rows, _ := m.Dims()
	for i := range rows {
		for _, v := range m.RawRowView(i) {
			if v-v != 0 {
				return false
			}
		}
	}
	return true
}

// rows returns rows from to to (exclusive) of m, sharing memory.
func rows(m *mat.Dense, from, to int) *mat.Dense {
	_, cols := m.Dims()
	return m.Slice(from, to, 0, cols).(*mat.Dense)
}
