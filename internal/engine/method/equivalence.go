package method

import (
	"math"

	"gradlab/internal/engine/tensor"
)

// An Equivalence compares the gradients that K methods would apply to one batch.
type Equivalence struct {
	Labels []string
	Cosine []float64 // K x K: over all elements of both views; 0 where either gradient vanishes
	Ratio  []float64 // K x K: length of the row's gradient over the column's
}

// Compare returns the equivalence of proposals. A gradient with respect to the
// raw outputs z is compared as what it does to the direction u = z/|z|,
//
//	g = |z| (I - u u') dL/dz
//
// row by row: what points along u changes nothing that a method on unit rows
// sees, and the factor takes out that long outputs have short gradients. The
// cosine is Frobenius's, over all 2N rows at once.
func Compare(a *tensor.Arena, proposals []Proposal) Equivalence {
	defer a.Release(a.Mark())
	k := len(proposals)
	e := Equivalence{Cosine: make([]float64, k*k), Ratio: make([]float64, k*k)}
	if k == 0 {
		return e
	}
	gradients := make([]tensor.Tensor, k) // 2N x D each
	for i, q := range proposals {
		z := q.Pair.Z[0]
		gradients[i] = a.New(2*z.Rows, z.Cols)
	}
	for i, q := range completed(a, proposals) {
		e.Labels = append(e.Labels, q.Label)
		mark := a.Mark()
		_, terms := q.Take(a)
		q.Onto(a, gradients[i], terms)
		a.Release(mark)
	}
	e.compare(a, gradients)
	return e
}

// Onto writes the sum of terms, as Take gives them, to g, 2N x D, one view below
// the other, in the form in which gradients are compared.
func (q Proposal) Onto(a *tensor.Arena, g tensor.Tensor, terms [][2]tensor.Tensor) {
	for i, z := range q.Pair.Z {
		n := z.Rows
		part := g.Slice(i*n, (i+1)*n)
		a.Fill(part, 0)
		for _, t := range terms {
			if !t[i].IsNone() {
				a.AddScaled(part, 1, t[i])
			}
		}
		mark := a.Mark()
		u, inv, length := a.New(n, z.Cols), a.New(n, 1), a.New(n, 1)
		a.NormalizeRows(u, inv, z, tiny)
		a.RowDot(length, u, z)
		a.NormalizeRowsGrad(part, part, u, length)
		a.Release(mark)
	}
}

// compare fills e with the cosines and ratios of gradients.
func (e *Equivalence) compare(a *tensor.Arena, gradients []tensor.Tensor) {
	k := len(gradients)
	sheet, products := a.New(k*k, 1), make([]float64, k*k)
	a.Fill(sheet, 0)
	for i := range k {
		for j := range i + 1 {
			a.Dot(sheet.Slice(i*k+j, i*k+j+1), gradients[i], gradients[j])
		}
	}
	a.Download64(products, sheet)
	for i := range k {
		for j := range k {
			product := products[max(i, j)*k+min(i, j)]
			ii, jj := math.Sqrt(products[i*k+i]), math.Sqrt(products[j*k+j])
			if product != 0 {
				e.Cosine[i*k+j] = max(-1, min(1, product/(ii*jj)))
			}
			e.Ratio[i*k+j] = ii / jj
		}
	}
}
