package kernel

// Diagonal is dst[i] = x[i][i+from], for a matrix of cols columns.
func (Plain[F]) Diagonal(dst, x []F, cols, from int) {
	for i := range dst {
		dst[i] = x[i*cols+i+from]
	}
}

// SetDiagonal is x[i][i+from] = v[i], for a matrix of cols columns.
func (Plain[F]) SetDiagonal(x, v []F, cols, from int) {
	for i, a := range v {
		x[i*cols+i+from] = a
	}
}

// FillDiagonal is x[i][i+from] = v for i < rows, for a matrix of cols columns.
func (Plain[F]) FillDiagonal(x []F, rows, cols, from int, v F) {
	for i := range rows {
		x[i*cols+i+from] = v
	}
}

// Diagonal is Plain.Diagonal.
func (*Pool) Diagonal(dst, x []float32, cols, from int) {
	Plain[float32]{}.Diagonal(dst, x, cols, from)
}

// SetDiagonal is Plain.SetDiagonal.
func (*Pool) SetDiagonal(x, v []float32, cols, from int) {
	Plain[float32]{}.SetDiagonal(x, v, cols, from)
}

// FillDiagonal is Plain.FillDiagonal.
func (*Pool) FillDiagonal(x []float32, rows, cols, from int, v float32) {
	Plain[float32]{}.FillDiagonal(x, rows, cols, from, v)
}
