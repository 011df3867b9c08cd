package kernel

import "math"

// SoftmaxRows is, with the row's greatest element m and s = sum over j of exp(x[i][j] - m),
//
//	dst[i][j] = exp(x[i][j] - m) * (1/s),  lse[i] = m + log(s)
//
// for matrices of len(lse) rows. The sum runs in stripes. An element of -Inf has
// weight 0; a NaN makes its row NaN. dst may be x.
func (p Plain[F]) SoftmaxRows(dst, lse, x []F) {
	for i := range lse {
		c := len(x) / len(lse)
		r, to := x[i*c:(i+1)*c], dst[i*c:(i+1)*c]
		m := greatest(r)
		expShifted(to, r, m)
		s := sum(to)
		lse[i] = m + log(s)
		p.Scale(to, 1/s, to)
	}
}

// greatest is the greatest element of x, or NaN where there is one; -Inf for none.
func greatest[F Float](x []F) F {
	m := F(math.Inf(-1))
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// expShifted is dst[j] = exp(x[j] - m).
func expShifted[F Float](dst, x []F, m F) {
	for j, v := range x {
		dst[j] = exp(v - m)
	}
}

// SoftmaxRows is Plain.SoftmaxRows.
func (p *Pool) SoftmaxRows(dst, lse, x []float32) {
	p.byRow(rowsTask{dst: dst, x: x, v: lse, rows: len(lse), cols: width(len(x), len(lse)), op: func(t *rowsTask, i int) {
		r, to := t.row(t.x, i), t.row(t.dst, i)
		m := t.im.greatest(r)
		t.im.exp(to, r, m)
		s := t.im.sum(to)
		t.v[i] = m + log32(s)
		t.im.scale(to, 1/s, to)
	}})
}
