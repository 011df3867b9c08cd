package kernel

// AddRow is dst[i][j] += v[j] for a matrix of len(v) columns.
func (Plain[F]) AddRow(dst, v []F) {
	for c := len(v); len(dst) >= c && c > 0; dst = dst[c:] {
		accumulate(dst[:c], v)
	}
}

// accumulate is dst[i] += x[i].
func accumulate[F Float](dst, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] += v
	}
}

// MulRow is dst[i][j] = v[j]*x[i][j] for matrices of len(v) columns. dst may be x.
func (p Plain[F]) MulRow(dst, v, x []F) {
	for c := len(v); len(dst) >= c && c > 0; dst, x = dst[c:], x[c:] {
		p.Mul(dst[:c], v, x)
	}
}

// MulCol is dst[i][j] = v[i]*x[i][j] for matrices of len(v) rows. dst may be x.
func (p Plain[F]) MulCol(dst, v, x []F) {
	for i, a := range v {
		c := len(dst) / len(v)
		p.Scale(dst[i*c:(i+1)*c], a, x[i*c:(i+1)*c])
	}
}

// A wideTask applies op to stretches of matrices, together with row vectors v
// that are repeated to the length of a stretch: a matrix of few columns is
// treated as one of few long rows.
type wideTask struct {
	im        *implementation
	op        func(t *wideTask, s *scratch, i, j int) // elements i to j, a whole number of rows from the start of v
	dst, x, y []float32
	v         [5][]float32
	length    int // of v
	stretches int // in a part
}

func (t *wideTask) part(i int, s *scratch) {
	step := t.length * t.stretches
	for from := i * step; from < min((i+1)*step, len(t.dst)); from += t.length {
		t.op(t, s, from, min(from+t.length, len(t.dst)))
	}
}

const wideEnough = 256 // columns

// spread runs t on a matrix of cols columns with the row vectors v.
func (d *desk) spread(t wideTask, cols int, v ...[]float32) {
	if len(t.dst) == 0 {
		return
	}
	t.im = d.im
	var tiled [][]float32
	t.length, tiled = d.tile(cols, v...)
	copy(t.v[:], tiled)
	t.stretches = max(1, eachPart/t.length)
	d.wide = t
	d.run(&d.wide, ceil(len(t.dst), t.length*t.stretches))
}

// tile repeats row vectors of cols elements until they are long, and returns their length.
func (d *desk) tile(cols int, v ...[]float32) (length int, tiled [][]float32) {
	if cols >= wideEnough {
		return cols, v
	}
	length = cols * ceil(wideEnough, cols)
	room := d.tiled.get(len(v) * length)
	for i := range v {
		to := room[i*length : (i+1)*length]
		for j := 0; j < length; j += cols {
			copy(to[j:], v[i])
		}
		v[i] = to
	}
	return length, v
}

// AddRow is Plain.AddRow.
func (p *Pool) AddRow(dst, v []float32) {
	d := p.open()
	d.spread(wideTask{dst: dst, op: func(t *wideTask, _ *scratch, i, j int) { t.im.add(t.dst[i:j], t.v[0]) }}, len(v), v)
	d.close()
}

// MulRow is Plain.MulRow.
func (p *Pool) MulRow(dst, v, x []float32) {
	d := p.open()
	d.spread(wideTask{dst: dst, x: x, op: func(t *wideTask, _ *scratch, i, j int) { t.im.mul(t.dst[i:j], t.x[i:j], t.v[0]) }}, len(v), v)
	d.close()
}

// A rowsTask applies op to each row of matrices with cols columns.
type rowsTask struct {
	im        *implementation
	op        func(t *rowsTask, i int)
	dst, x, y []float32 // matrices
	v         []float32 // a value for each row
	a         float32
	rows      int
	cols      int
	group     int // rows of x (or y) for one of dst (or x)
}

// perPart is the number of rows in a part.
func (t *rowsTask) perPart() int { return max(1, eachPart/max(1, t.cols*t.group)) }

func (t *rowsTask) part(i int, _ *scratch) {
	n := t.perPart()
	for r := i * n; r < min((i+1)*n, t.rows); r++ {
		t.op(t, r)
	}
}

// row is row i of a matrix of t.cols columns.
func (t *rowsTask) row(x []float32, i int) []float32 { return x[i*t.cols : (i+1)*t.cols] }

// byRow runs t on rows rows.
func (p *Pool) byRow(t rowsTask) {
	d := p.open()
	t.im, t.group = d.im, max(t.group, 1)
	d.rows = t
	d.run(&d.rows, ceil(t.rows, d.rows.perPart()))
	d.close()
}

// width returns the columns of a matrix of n elements in rows rows.
func width(n, rows int) int {
	if rows == 0 {
		return 0
	}
	return n / rows
}

// MulCol is Plain.MulCol.
func (p *Pool) MulCol(dst, v, x []float32) {
	p.byRow(rowsTask{dst: dst, x: x, v: v, rows: len(v), cols: width(len(x), len(v)), op: func(t *rowsTask, i int) {
		t.im.scale(t.row(t.dst, i), t.v[i], t.row(t.x, i))
	}})
}
