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
