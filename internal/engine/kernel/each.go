package kernel

// Copy is dst[i] = x[i].
func (Plain[F]) Copy(dst, x []F) { copy(dst, x) }

// Fill is dst[i] = v.
func (Plain[F]) Fill(dst []F, v F) {
	for i := range dst {
		dst[i] = v
	}
}

// Scale is dst[i] = a*x[i]. dst may be x.
func (Plain[F]) Scale(dst []F, a F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] = a * v
	}
}

// AddScaled is dst[i] += a*x[i].
func (Plain[F]) AddScaled(dst []F, a F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] += F(a * v)
	}
}

// Mul is dst[i] = x[i]*y[i]. dst may be x or y.
func (Plain[F]) Mul(dst, x, y []F) {
	y = y[:len(dst)]
	for i, v := range x[:len(dst)] {
		dst[i] = v * y[i]
	}
}

// Lerp is dst[i] = a*dst[i] + b*x[i]: with b = 1-a the exponential moving average.
func (Plain[F]) Lerp(dst []F, a, b F, x []F) {
	for i, v := range x[:len(dst)] {
		dst[i] = F(a*dst[i]) + F(b*v)
	}
}

// Momentum is v[i] = mu*v[i] + (g[i] + wd*w[i]) and then w[i] -= lr*v[i].
func (Plain[F]) Momentum(w, v, g []F, lr, mu, wd F) {
	v, g = v[:len(w)], g[:len(w)]
	for i := range w {
		v[i] = F(mu*v[i]) + (g[i] + F(wd*w[i]))
		w[i] -= F(lr * v[i])
	}
}

// An eachTask applies op to stretches of slices of one length.
type eachTask struct {
	im        *implementation
	op        func(t *eachTask, i, j int)
	dst, x, y []float32
	a, b, c   float32
}

const eachPart = 1 << 13 // elements

func (t *eachTask) part(i int, _ *scratch) {
	t.op(t, i*eachPart, min((i+1)*eachPart, len(t.dst)))
}

// each runs t on slices of the length of t.dst.
func (p *Pool) each(t eachTask) {
	d := p.open()
	t.im = d.im
	d.each = t
	d.run(&d.each, ceil(len(t.dst), eachPart))
	d.close()
}

// ceil is n/of, rounded up.
func ceil(n, of int) int { return (n + of - 1) / of }

// Copy is Plain.Copy.
func (p *Pool) Copy(dst, x []float32) {
	p.each(eachTask{dst: dst, x: x, op: func(t *eachTask, i, j int) { copy(t.dst[i:j], t.x[i:j]) }})
}

// Fill is Plain.Fill.
func (p *Pool) Fill(dst []float32, v float32) {
	p.each(eachTask{dst: dst, a: v, op: func(t *eachTask, i, j int) { t.im.fill(t.dst[i:j], t.a) }})
}

// Scale is Plain.Scale.
func (p *Pool) Scale(dst []float32, a float32, x []float32) {
	p.each(eachTask{dst: dst, a: a, x: x, op: func(t *eachTask, i, j int) { t.im.scale(t.dst[i:j], t.a, t.x[i:j]) }})
}

// AddScaled is Plain.AddScaled.
func (p *Pool) AddScaled(dst []float32, a float32, x []float32) {
	p.each(eachTask{dst: dst, a: a, x: x, op: func(t *eachTask, i, j int) { t.im.addScaled(t.dst[i:j], t.a, t.x[i:j]) }})
}

// Mul is Plain.Mul.
func (p *Pool) Mul(dst, x, y []float32) {
	p.each(eachTask{dst: dst, x: x, y: y, op: func(t *eachTask, i, j int) { t.im.mul(t.dst[i:j], t.x[i:j], t.y[i:j]) }})
}

// Lerp is Plain.Lerp.
func (p *Pool) Lerp(dst []float32, a, b float32, x []float32) {
	p.each(eachTask{dst: dst, a: a, b: b, x: x, op: func(t *eachTask, i, j int) { t.im.lerp(t.dst[i:j], t.a, t.b, t.x[i:j]) }})
}

// Momentum is Plain.Momentum.
func (p *Pool) Momentum(w, v, g []float32, lr, mu, wd float32) {
	p.each(eachTask{dst: w, x: v, y: g, a: lr, b: mu, c: wd, op: func(t *eachTask, i, j int) {
		t.im.momentum(t.dst[i:j], t.x[i:j], t.y[i:j], t.a, t.b, t.c)
	}})
}
