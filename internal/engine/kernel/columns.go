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

// height returns the rows of a matrix of n elements in cols columns.
func height(n, cols int) int { return width(n, cols) }

// ColSum is dst[j] = sum over i of x[i][j], for a matrix of len(dst) columns.
func (Plain[F]) ColSum(dst, x []F) {
	c := len(dst)
	for j := range dst {
		dst[j] = columnParts(height(len(x), c), c, func(i int) F { return x[i*c+j] })
	}
}

// ColDot is dst[j] = sum over i of x[i][j]*y[i][j], for matrices of len(dst) columns.
func (Plain[F]) ColDot(dst, x, y []F) {
	c := len(dst)
	for j := range dst {
		dst[j] = columnParts(height(len(x), c), c, func(i int) F { return F(x[i*c+j] * y[i*c+j]) })
	}
}

// colSum is the part's loop over len(dst) columns of a matrix whose rows are stride apart.
func colSum(dst, x []float32, stride, rows int) {
	clear(dst)
	for ; rows >= 4; rows -= 4 {
		for j := range dst {
			dst[j] += (x[j] + x[stride+j]) + (x[2*stride+j] + x[3*stride+j])
		}
		x = x[min(4*stride, len(x)):]
	}
	for i := range rows {
		accumulate(dst, x[i*stride:])
	}
}

// colDot is colSum of products.
func colDot(dst, x, y []float32, stride, rows int) {
	clear(dst)
	term := func(i, j int) float32 { return float32(x[i*stride+j] * y[i*stride+j]) }
	i := 0
	for ; i+4 <= rows; i += 4 {
		for j := range dst {
			dst[j] += (term(i, j) + term(i+1, j)) + (term(i+2, j) + term(i+3, j))
		}
	}
	for ; i < rows; i++ {
		for j := range dst {
			dst[j] += term(i, j)
		}
	}
}

// colSquares is colSum of squared distances from mean.
func colSquares(dst, x, mean []float32, stride, rows int) {
	clear(dst)
	term := func(i, j int) float32 { d := x[i*stride+j] - mean[j]; return float32(d * d) }
	i := 0
	for ; i+4 <= rows; i += 4 {
		for j := range dst {
			dst[j] += (term(i, j) + term(i+1, j)) + (term(i+2, j) + term(i+3, j))
		}
	}
	for ; i < rows; i++ {
		for j := range dst {
			dst[j] += term(i, j)
		}
	}
}

// A columnsTask reduces the columns of x (and y) part by part. A part of the
// task is a part of the rows and a block of the columns.
type columnsTask struct {
	im     *implementation
	op     func(t *columnsTask, s *scratch, part, from, to, rows int) // rows rows of columns from to to
	x, y   []float32
	v      [2][]float32 // row vectors
	cols   int
	rows   int
	blocks int // of width columns
	width  int
	sums   [4][]float32 // rows' parts x cols, for each result that a kernel has
}

// blockColumns returns the columns of a block, so many that a block of a part stays in the
// first levels of the cache: all, where the matrix is small.
func blockColumns(rows, cols int) int {
	return min(cols, max(64, (1<<14)/max(1, min(rows, partRows(cols)))))
}

func (t *columnsTask) part(i int, s *scratch) {
	step := partRows(t.cols)
	p, b := i/t.blocks, i%t.blocks
	from, to := b*t.width, min((b+1)*t.width, t.cols)
	row := p * step
	t.op(t, s, p, from, to, min(step, t.rows-row))
}

// block is x from the first element of columns from on in rows' part p.
func (t *columnsTask) block(x []float32, p, from int) []float32 {
	return x[p*partRows(t.cols)*t.cols+from:]
}

// reduce runs t on matrices of len(t.x) elements in cols columns.
func (d *desk) reduce(t columnsTask, cols int) {
	t.im, t.cols, t.rows = d.im, cols, height(len(t.x), cols)
	t.width = blockColumns(t.rows, cols)
	t.blocks = ceil(cols, t.width)
	parts := ceil(t.rows, partRows(cols))
	all, n := d.shared.get(len(t.sums)*parts*cols), parts*cols
	for i := range t.sums {
		t.sums[i] = all[i*n : (i+1)*n]
	}
	d.columns = t
	d.run(&d.columns, parts*t.blocks)
}

// inOrder is dst = the sum of the parts' sums, in order.
func (d *desk) inOrder(dst, sums []float32) {
	clear(dst)
	for ; len(sums) > 0; sums = sums[len(dst):] {
		d.im.add(dst, sums[:len(dst)])
	}
}

// result is where result i of rows' part p goes, for columns from to to.
func (t *columnsTask) result(i, p, from, to int) []float32 {
	return t.sums[i][p*t.cols+from : p*t.cols+to]
}

func sumColumns(t *columnsTask, _ *scratch, p, from, to, rows int) {
	t.im.colSum(t.result(0, p, from, to), t.block(t.x, p, from), t.cols, rows)
}

func dotColumns(t *columnsTask, _ *scratch, p, from, to, rows int) {
	t.im.colDot(t.result(1, p, from, to), t.block(t.x, p, from), t.block(t.y, p, from), t.cols, rows)
}

// ColSum is Plain.ColSum.
func (p *Pool) ColSum(dst, x []float32) {
	d := p.open()
	d.reduce(columnsTask{x: x, op: sumColumns}, len(dst))
	d.inOrder(dst, d.columns.sums[0])
	d.close()
}

// ColDot is Plain.ColDot.
func (p *Pool) ColDot(dst, x, y []float32) {
	d := p.open()
	d.reduce(columnsTask{x: x, y: y, op: dotColumns}, len(dst))
	d.inOrder(dst, d.columns.sums[1])
	d.close()
}
