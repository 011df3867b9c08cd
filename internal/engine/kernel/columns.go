package kernel

// Sums over the rows of a matrix run in two levels. The rows are cut into parts
// (partRows, a function of the shape alone), and a part's rows are taken in
// fours: s += (x0+x1) + (x2+x3), the rows left over one by one. The parts' sums
// are added in order. So the number of threads cannot change a bit, and a long
// column loses less to rounding than one chain would.

// partRows returns the number of rows of a part of a matrix with cols columns.
func partRows(cols int) int { return max(256, (1<<14)/max(cols, 1)&^3) }

// column adds f(i) over the rows from <= i < to of one part.
func column[F Float](from, to int, f func(i int) F) F {
	var s F
	i := from
	for ; i+4 <= to; i += 4 {
		s += (f(i) + f(i+1)) + (f(i+2) + f(i+3))
	}
	for ; i < to; i++ {
		s += f(i)
	}
	return s
}

// columnParts adds f(i) over all rows, part by part.
func columnParts[F Float](rows, cols int, f func(i int) F) F {
	var s F
	step := partRows(cols)
	for from := 0; from < rows; from += step {
		s += column(from, min(from+step, rows), f)
	}
	return s
}

// rowsOf returns the number of rows of a matrix with n elements.
func rowsOf(n, cols int) int {
	if cols == 0 {
		return 0
	}
	return n / cols
}

// ColSum is dst[j] = sum over i of x[i][j], for a matrix of len(dst) columns.
func (Plain[F]) ColSum(dst, x []F) {
	c := len(dst)
	for j := range dst {
		dst[j] = columnParts(rowsOf(len(x), c), c, func(i int) F { return x[i*c+j] })
	}
}

// ColDot is dst[j] = sum over i of x[i][j]*y[i][j], for matrices of len(dst) columns.
func (Plain[F]) ColDot(dst, x, y []F) {
	c := len(dst)
	for j := range dst {
		dst[j] = columnParts(rowsOf(len(x), c), c, func(i int) F { return F(x[i*c+j] * y[i*c+j]) })
	}
}

// MeanGroups is dst[i][j] = (1/g) * sum over r < g of x[i*g+r][j]: the mean of
// consecutive groups of g rows, cols columns each. A group is one part.
func (Plain[F]) MeanGroups(dst, x []F, cols, g int) {
	inv := 1 / F(g)
	for i := range rowsOf(len(dst), cols) {
		for j := range cols {
			dst[i*cols+j] = inv * column(0, g, func(r int) F { return x[(i*g+r)*cols+j] })
		}
	}
}

// SpreadGroups is dst[i*g+r][j] = (1/g) * dy[i][j] for r < g: the gradient of MeanGroups.
func (p Plain[F]) SpreadGroups(dst, dy []F, cols, g int) {
	inv := 1 / F(g)
	for i := range rowsOf(len(dst), cols) {
		from := i / g * cols
		p.Scale(dst[i*cols:(i+1)*cols], inv, dy[from:from+cols])
	}
}
