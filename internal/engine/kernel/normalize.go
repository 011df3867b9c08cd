package kernel

// NormalizeRows is dst[i][j] = x[i][j]*inv[i] with inv[i] = 1/max(|x[i]|, eps),
// for matrices of len(inv) rows. dst may be x.
func (p Plain[F]) NormalizeRows(dst, inv, x []F, eps F) {
	for i := range inv {
		c := len(x) / len(inv)
		r := x[i*c : (i+1)*c]
		inv[i] = 1 / max(sqrt(dot(r, r)), eps) // the builtin max lets NaN through
		p.Scale(dst[i*c:(i+1)*c], inv[i], r)
	}
}

// NormalizeRowsGrad takes a gradient g with respect to unit rows u back to the raw rows:
//
//	dst[i][j] = inv[i] * (g[i][j] - <g[i], u[i]>*u[i][j])
//
// for matrices of len(inv) rows. dst may be g.
func (Plain[F]) NormalizeRowsGrad(dst, g, u, inv []F) {
	for i := range inv {
		c := len(g) / len(inv)
		gi, ui, to := g[i*c:(i+1)*c], u[i*c:(i+1)*c], dst[i*c:(i+1)*c]
		d := dot(gi, ui)
		for j, v := range gi {
			to[j] = inv[i] * (v - F(d*ui[j]))
		}
	}
}
