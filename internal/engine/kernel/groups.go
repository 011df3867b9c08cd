package kernel

// MeanGroups is dst[i][j] = (1/g) * sum over r < g of x[i*g+r][j]: the mean of
// consecutive groups of g rows, cols columns each. A group is summed as one part
// of ColSum.
func (Plain[F]) MeanGroups(dst, x []F, cols, g int) {
	inv := 1 / F(g)
	for i := range height(len(dst), cols) {
		for j := range cols {
			dst[i*cols+j] = inv * column(0, g, func(r int) F { return x[(i*g+r)*cols+j] })
		}
	}
}

// SpreadGroups is dst[i*g+r][j] = (1/g) * dy[i][j] for r < g: the gradient of MeanGroups.
func (p Plain[F]) SpreadGroups(dst, dy []F, cols, g int) {
	inv := 1 / F(g)
	for i := range height(len(dst), cols) {
		from := i / g * cols
		p.Scale(dst[i*cols:(i+1)*cols], inv, dy[from:from+cols])
	}
}

// MeanGroups is Plain.MeanGroups.
func (p *Pool) MeanGroups(dst, x []float32, cols, g int) {
	p.byRow(rowsTask{dst: dst, x: x, a: 1 / float32(g), rows: height(len(dst), cols), cols: cols, group: g, op: func(t *rowsTask, i int) {
		to := t.row(t.dst, i)
		t.im.colSum(to, t.x[i*t.group*t.cols:], t.cols, t.group)
		t.im.scale(to, t.a, to)
	}})
}

// SpreadGroups is Plain.SpreadGroups.
func (p *Pool) SpreadGroups(dst, dy []float32, cols, g int) {
	p.byRow(rowsTask{dst: dst, x: dy, a: 1 / float32(g), rows: height(len(dy), cols), cols: cols, group: g, op: func(t *rowsTask, i int) {
		first := t.row(t.dst, i*t.group)
		t.im.scale(first, t.a, t.row(t.x, i))
		for r := 1; r < t.group; r++ {
			copy(t.row(t.dst, i*t.group+r), first)
		}
	}})
}
