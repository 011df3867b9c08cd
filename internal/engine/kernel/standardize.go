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
	rows, step := rowsOf(len(x), c), partRows(c)
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
	rows := rowsOf(len(g), c)
	for j := range inv {
		mg := columnParts(rows, c, func(i int) F { return g[i*c+j] }) / F(rows)
		mgq := columnParts(rows, c, func(i int) F { return F(g[i*c+j] * q[i*c+j]) }) / F(rows)
		for i := range rows {
			dst[i*c+j] = inv[j] * ((g[i*c+j] - mg) - F(q[i*c+j]*mgq))
		}
	}
}
