package kernel

// AddRow is dst[i][j] += v[j] for a matrix of len(v) columns.
func (Plain[F]) AddRow(dst, v []F) {
	for c := len(v); len(dst) >= c && c > 0; dst = dst[c:] {
		for j, a := range v {
			dst[j] += a
		}
	}
}

// MulRow is dst[i][j] = v[j]*x[i][j] for matrices of len(v) columns. dst may be x.
func (Plain[F]) MulRow(dst, v, x []F) {
	for c := len(v); len(dst) >= c && c > 0; dst, x = dst[c:], x[c:] {
		for j, a := range v {
			dst[j] = a * x[j]
		}
	}
}

// MulCol is dst[i][j] = v[i]*x[i][j] for matrices of len(v) rows. dst may be x.
func (p Plain[F]) MulCol(dst, v, x []F) {
	for i, a := range v {
		c := len(dst) / len(v)
		p.Scale(dst[i*c:(i+1)*c], a, x[i*c:(i+1)*c])
	}
}
