package kernel

// moments are the mean and the sum of squared deviations of n values.
type moments[F Float] struct {
	n        int
	mean, m2 F
}

// merge returns the moments of two sets taken together (Chan, Golub and LeVeque 1979, equation 2.1).
func (a moments[F]) merge(b moments[F]) moments[F] {
	if a.n == 0 {
		return b
	}
	n := a.n + b.n
	d := b.mean - a.mean
	w := F(b.n) / F(n)
	return moments[F]{
		n:    n,
		mean: a.mean + F(d*w),
		m2:   (a.m2 + b.m2) + F(F(d*d)*F(F(a.n)*w)),
	}
}

// inverse returns 1/sqrt(variance + eps), the variance divided by n.
func (a moments[F]) inverse(eps F) F { return 1 / sqrt(a.m2/F(a.n)+eps) }

// Standardize is, with the columns' means and (biased) variances,
//
//	dst[i][j] = (x[i][j] - mean[j]) * inv[j],  inv[j] = 1/sqrt(var[j] + eps)
//
// for matrices of len(mean) columns. A part of the rows (see ColSum) gives its
// mean and then the sum of squared deviations from it; parts are merged in
// order. That reads memory once and loses nothing when the mean is large beside
// the deviation, as a sum of squares would. dst may be x.
func (Plain[F]) Standardize(dst, mean, inv, x []F, eps F) {
	c := len(mean)
	rows, step := height(len(x), c), partRows(c)
	for j := range mean {
		var all moments[F]
		for from := 0; from < rows; from += step {
			to := min(from+step, rows)
			m := column(from, to, func(i int) F { return x[i*c+j] }) / F(to-from)
			all = all.merge(moments[F]{to - from, m, column(from, to, func(i int) F {
				d := x[i*c+j] - m
				return F(d * d)
			})})
		}
		mean[j], inv[j] = all.mean, all.inverse(eps)
		for i := range rows {
			dst[i*c+j] = (x[i*c+j] - mean[j]) * inv[j]
		}
	}
}

// StandardizeGrad is, for matrices of len(inv) columns,
//
//	dst[i][j] = inv[j] * ((g[i][j] - mg[j]) - q[i][j]*mgq[j])
//
// with the column means mg of g and mgq of g*q, summed as in ColSum and ColDot.
// q is Standardize's output. dst may be g.
func (Plain[F]) StandardizeGrad(dst, g, q, inv []F) {
	c := len(inv)
	rows := height(len(g), c)
	for j := range inv {
		mg := columnParts(rows, c, func(i int) F { return g[i*c+j] }) / F(rows)
		mgq := columnParts(rows, c, func(i int) F { return F(g[i*c+j] * q[i*c+j]) }) / F(rows)
		for i := range rows {
			dst[i*c+j] = inv[j] * ((g[i*c+j] - mg) - F(q[i*c+j]*mgq))
		}
	}
}

// centre is the last line of Standardize for one row.
func centre(dst, x, mean, inv []float32) {
	for j := range dst {
		dst[j] = (x[j] - mean[j]) * inv[j]
	}
}

// centreGrad is StandardizeGrad's formula for one row.
func centreGrad(dst, g, q, inv, mg, mgq []float32) {
	for j := range dst {
		dst[j] = inv[j] * ((g[j] - mg[j]) - float32(q[j]*mgq[j]))
	}
}

// Standardize is Plain.Standardize.
func (p *Pool) Standardize(dst, mean, inv, x []float32, eps float32) {
	d := p.open()
	d.moments(mean, inv, x, eps)
	d.spread(wideTask{dst: dst, x: x, op: func(t *wideTask, _ *scratch, i, j int) {
		t.im.centre(t.dst[i:j], t.x[i:j], t.v[0], t.v[1])
	}}, len(mean), mean, inv)
	d.close()
}

// moments writes the mean of each column and 1/sqrt(variance + eps).
func (d *desk) moments(mean, inv, x []float32, eps float32) {
	c := len(mean)
	d.reduce(columnsTask{x: x, op: func(t *columnsTask, _ *scratch, p, from, to, rows int) {
		m, x := t.result(0, p, from, to), t.block(t.x, p, from)
		t.im.colSum(m, x, t.cols, rows)
		for j := range m {
			m[j] /= float32(rows)
		}
		t.im.colSquares(t.result(1, p, from, to), x, m, t.cols, rows)
	}}, c)
	t := &d.columns
	for j := range mean {
		var all moments[float32]
		for at, row := j, 0; at < len(t.sums[0]); at, row = at+c, row+partRows(c) {
			all = all.merge(moments[float32]{min(partRows(c), t.rows-row), t.sums[0][at], t.sums[1][at]})
		}
		mean[j], inv[j] = all.mean, all.inverse(eps)
	}
}

// StandardizeGrad is Plain.StandardizeGrad.
func (p *Pool) StandardizeGrad(dst, g, q, inv []float32) {
	d := p.open()
	d.reduce(columnsTask{x: g, y: q, op: func(t *columnsTask, s *scratch, p, from, to, rows int) {
		sumColumns(t, s, p, from, to, rows)
		dotColumns(t, s, p, from, to, rows)
	}}, len(inv))
	mg, mgq := d.columnMeans(0, 1)
	d.spread(wideTask{dst: dst, x: g, y: q, op: func(t *wideTask, _ *scratch, i, j int) {
		t.im.centreGrad(t.dst[i:j], t.x[i:j], t.y[i:j], t.v[0], t.v[1], t.v[2])
	}}, len(inv), inv, mg, mgq)
	d.close()
}

// columnMeans returns the columns' means of two results of the last reduction, until the next call.
func (d *desk) columnMeans(i, j int) (a, b []float32) {
	c := d.columns.cols
	means := d.means.get(2 * c)
	d.inOrder(means[:c], d.columns.sums[i])
	d.inOrder(means[c:], d.columns.sums[j])
	for k := range means {
		means[k] /= float32(d.columns.rows)
	}
	return means[:c], means[c:]
}
