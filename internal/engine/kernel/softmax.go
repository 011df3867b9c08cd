package kernel

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
		m := r[0]
		for _, v := range r {
			m = max(m, v)
		}
		for j, v := range r {
			to[j] = exp(v - m)
		}
		s := sum(to)
		lse[i] = m + log(s)
		p.Scale(to, 1/s, to)
	}
}
