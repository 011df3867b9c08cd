package kernel

// stripes is the number of partial sums that a sum along a row runs in: one
// AVX-512 register, two of AVX2, four of NEON. Element j goes to stripe j%16.
const stripes = 16

// fold adds the stripes in a fixed tree: halves, quarters, eighths.
func fold[F Float](s *[stripes]F) F {
	for h := stripes / 2; h > 0; h /= 2 {
		for i := range h {
			s[i] += s[i+h]
		}
	}
	return s[0]
}

// sum is the sum of x in stripes.
func sum[F Float](x []F) F {
	var s [stripes]F
	for i, v := range x {
		s[i%stripes] += v
	}
	return fold(&s)
}

// dot is the sum of x[i]*y[i] in stripes.
func dot[F Float](x, y []F) F {
	var s [stripes]F
	y = y[:len(x)]
	for i, v := range x {
		s[i%stripes] += F(v * y[i])
	}
	return fold(&s)
}

// sumPart is the length of the parts that a sum over a whole matrix is cut in.
const sumPart = 1 << 14

// Sum is the sum of x: in stripes within parts of 1<<14 elements, whose sums are added in order.
func (Plain[F]) Sum(x []F) F {
	var s F
	for from := 0; from < len(x); from += sumPart {
		s += sum(x[from:min(from+sumPart, len(x))])
	}
	return s
}

// Dot is the sum of x[i]*y[i], in the order of Sum.
func (Plain[F]) Dot(x, y []F) F {
	var s F
	for from := 0; from < len(x); from += sumPart {
		to := min(from+sumPart, len(x))
		s += dot(x[from:to], y[from:to])
	}
	return s
}

// RowDot is dst[i] = sum over j of x[i][j]*y[i][j] for matrices of len(dst) rows, in stripes.
func (Plain[F]) RowDot(dst, x, y []F) {
	for i := range dst {
		c := len(x) / len(dst)
		dst[i] = dot(x[i*c:(i+1)*c], y[i*c:(i+1)*c])
	}
}

// A sumTask sums the parts of x, or of x*y.
type sumTask struct {
	im   *implementation
	x, y []float32
	sums []float32 // of the parts
}

func (t *sumTask) part(i int, _ *scratch) {
	from, to := i*sumPart, min((i+1)*sumPart, len(t.x))
	if t.y == nil {
		t.sums[i] = t.im.sum(t.x[from:to])
	} else {
		t.sums[i] = t.im.dot(t.x[from:to], t.y[from:to])
	}
}

// total is the sum of x*y, or of x where y is nil.
func (p *Pool) total(x, y []float32) float32 {
	d := p.open()
	parts := ceil(len(x), sumPart)
	d.sums = sumTask{im: d.im, x: x, y: y, sums: d.shared.get(parts)}
	d.run(&d.sums, parts)
	var s float32
	for _, v := range d.sums.sums {
		s += v
	}
	d.close()
	return s
}

// Sum is Plain.Sum.
func (p *Pool) Sum(x []float32) float32 { return p.total(x, nil) }

// Dot is Plain.Dot.
func (p *Pool) Dot(x, y []float32) float32 {
	if len(x) == 0 {
		return 0
	}
	return p.total(x, y)
}

// RowDot is Plain.RowDot.
func (p *Pool) RowDot(dst, x, y []float32) {
	p.byRow(rowsTask{x: x, y: y, v: dst, rows: len(dst), cols: width(len(x), len(dst)), op: func(t *rowsTask, i int) {
		t.v[i] = t.im.dot(t.row(t.x, i), t.row(t.y, i))
	}})
}
