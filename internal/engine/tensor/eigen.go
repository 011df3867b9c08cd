package tensor

import (
	"sync"

	"gradlab/internal/engine/kernel"
)

// symmetricEigen is the ability of a device to compute SymmetricEigen itself.
type symmetricEigen interface {
	SymmetricEigen(values, vectors, x Tensor)
}

// SymmetricEigen decomposes the symmetric n x n matrix x = sum_k values_k v_k v_k':
// the column vector of the values ascends, and the vectors, of length 1, are the
// rows of the n x n matrix vectors. Where x is not finite, nothing of the result
// is. A device that cannot do it lets the host do it, in float64 and on one thread.
func SymmetricEigen(d Device, values, vectors, x Tensor) {
	mustBe(x.Rows == x.Cols, "SymmetricEigen", "a square matrix", vectors, x)
	like("SymmetricEigen", vectors, x)
	col("SymmetricEigen", values, x)
	if a, ok := d.(*Arena); ok {
		d = a.Device
	}
	if e, ok := d.(symmetricEigen); ok {
		e.SymmetricEigen(values, vectors, x)
		return
	}
	n := x.Rows
	desk := eigenDesks.Get().(*eigenDesk)
	defer eigenDesks.Put(desk)
	desk.lay(n)
	d.Download64(desk.matrix, x)
	kernel.SymmetricEigen(desk.values, desk.vectors, desk.matrix, desk.work)
	d.Upload64(values, desk.values)
	d.Upload64(vectors, desk.vectors)
}

// An eigenDesk is the host memory of one decomposition, used again and again.
type eigenDesk struct{ values, vectors, matrix, work []float64 }

var eigenDesks = sync.Pool{New: func() any { return new(eigenDesk) }}

// lay makes room for a matrix of n rows.
func (e *eigenDesk) lay(n int) {
	if len(e.values) == n {
		return
	}
	all := make([]float64, 2*n*n+4*n)
	cut := func(k int) []float64 {
		part := all[:k:k]
		all = all[k:]
		return part
	}
	e.values, e.vectors, e.matrix, e.work = cut(n), cut(n*n), cut(n*n), cut(3*n)
}
