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
		tangent(to, gi, ui, dot(gi, ui), inv[i])
	}
}

// tangent is dst[j] = inv * (g[j] - d*u[j]).
func tangent[F Float](dst, g, u []F, d, inv F) {
	for j := range dst {
		dst[j] = inv * (g[j] - F(d*u[j]))
	}
}

// NormalizeRows is Plain.NormalizeRows.
func (p *Pool) NormalizeRows(dst, inv, x []float32, eps float32) {
	p.byRow(rowsTask{dst: dst, x: x, v: inv, a: eps, rows: len(inv), cols: width(len(x), len(inv)), op: func(t *rowsTask, i int) {
		r := t.row(t.x, i)
		t.v[i] = 1 / max(sqrt(t.im.dot(r, r)), t.a)
		t.im.scale(t.row(t.dst, i), t.v[i], r)
	}})
}

// NormalizeRowsGrad is Plain.NormalizeRowsGrad.
func (p *Pool) NormalizeRowsGrad(dst, g, u, inv []float32) {
	p.byRow(rowsTask{dst: dst, x: g, y: u, v: inv, rows: len(inv), cols: width(len(g), len(inv)), op: func(t *rowsTask, i int) {
		g, u := t.row(t.x, i), t.row(t.y, i)
		t.im.tangent(t.row(t.dst, i), g, u, t.im.dot(g, u), t.v[i])
	}})
}
