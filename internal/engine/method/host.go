package method

import (
	"gradlab/internal/engine/autodiff"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A batch is a Pair on the host, in float64: what the same numbers are made of
// for a device and for the tape.
type batch struct {
	n, d     int
	z        [2][]float64 // projector's outputs, n x d
	x        [2][]float64 // predictor's outputs, free of z; nil without a predictor or where w says them
	w        []float64    // d x d, the predictor x = z w'; nil where it is not a matrix
	hidden   []float64    // d x d, the predictor's first layer, x = relu(z hidden') w'; nil where it has one layer
	p, neg   [2][]float64 // sources of positives and negatives; nil where they are z
	positive Target
	negative Target
}

// begin returns an objective of m with the own settings of a case, which has
// prepared its step for b; and lets it make the predictor of b, where that is its own.
func (b *batch) begin(a *tensor.Arena, m *Method, own string, predictor Predictor) Objective {
	var knobs knob.Set
	o := m.New(&knobs)
	if err := setAll(&knobs, own); err != nil {
		panic("method: " + err.Error())
	}
	if o.Build != nil {
		o.Build(a.Device, b.d)
	}
	if o.Init != nil {
		o.Init(a.Device, 1)
	}
	if o.Prepare != nil {
		o.Prepare(a, b.pair(a).N)
	}
	if predictor == SpectralPredictor {
		b.w = spectral(a, o, b.d)
	}
	return o
}

// spectral returns the matrix of o's predictor on the host.
func spectral(a *tensor.Arena, o Objective, d int) []float64 {
	defer a.Release(a.Mark())
	w := a.New(d, d)
	o.Predictor(a, w)
	host := make([]float64, w.Len())
	a.Download64(host, w)
	return host
}

// pair puts b on a device. What is nil in b is one tensor with z, as in training.
func (b batch) pair(a *tensor.Arena) Pair {
	up := func(data []float64) tensor.Tensor {
		t := a.New(b.n, len(data)/b.n)
		a.Upload64(t, data)
		return t
	}
	p := Pair{Positive: b.positive, Negative: b.negative}
	if b.w != nil && b.hidden == nil {
		p.W = a.New(b.d, b.d)
		a.Upload64(p.W, b.w)
	}
	for i := range 2 {
		p.Z[i] = up(b.z[i])
		p.X[i], p.P[i] = p.Z[i], p.Z[i]
		switch {
		case b.x[i] != nil:
			p.X[i] = up(b.x[i])
		case b.w != nil:
			p.X[i] = up(b.predict(b.z[i]))
		}
		if b.p[i] != nil {
			p.P[i] = up(b.p[i])
		}
		switch {
		case b.negative == b.positive:
			p.N[i] = p.P[i]
		case b.neg[i] != nil:
			p.N[i] = up(b.neg[i])
		default:
			p.N[i] = p.Z[i]
		}
	}
	return p
}

// leaves is the number of independent numbers of b: those of z, and those of x
// where it is free.
func (b batch) leaves() int {
	if b.x[0] != nil {
		return 4 * b.n * b.d
	}
	return 2 * b.n * b.d
}

// leaf returns where the k-th independent number of b is kept.
func (b batch) leaf(k int) *float64 {
	blocks := [4][]float64{b.z[0], b.z[1], b.x[0], b.x[1]}
	return &blocks[k/(b.n*b.d)][k%(b.n*b.d)]
}

// paper returns a loss and its derivative by all leaves of b, for targets that
// carry no gradient where they are to be constant.
func (b batch) paper(loss PaperFunc, constant bool) (value float64, grad []float64) {
	t := autodiff.NewTape()
	var z [2]*autodiff.Node
	var v Views
	for i := range 2 {
		z[i] = t.Var(b.n, b.d, b.z[i])
		switch {
		case b.x[i] != nil:
			v.X[i] = t.Var(b.n, b.d, b.x[i])
		case b.w != nil:
			h := z[i]
			if b.hidden != nil {
				h = h.MatMul(t.Const(b.d, b.d, b.hidden).T()).ReLU()
			}
			v.X[i] = h.MatMul(t.Const(b.d, b.d, b.w).T())
		default:
			v.X[i] = z[i]
		}
		source := func(target Target, data []float64) *autodiff.Node {
			switch {
			case target.CarriesGradient() && !constant:
				return z[i]
			case data == nil:
				return t.Const(b.n, b.d, b.z[i])
			default:
				return t.Const(b.n, b.d, data)
			}
		}
		v.P[i] = source(b.positive, b.p[i])
		if v.N[i] = v.P[i]; b.negative != b.positive {
			v.N[i] = source(b.negative, b.neg[i])
		}
	}
	v.Z = z
	l := loss(t, v)
	t.Backward(l)
	grad = append(z[0].Grad(), z[1].Grad()...)
	if b.x[0] != nil {
		grad = append(append(grad, v.X[0].Grad()...), v.X[1].Grad()...)
	}
	return l.Scalar(), grad
}

// split returns the loss and each term's derivative by all leaves of b, as the
// sides of a gradient variant give them on a's device. With project false the
// terms are as large as before their normaliser's projection.
func (b batch) split(a *tensor.Arena, m *Method, o Objective, gradient string, project bool) (loss float64, terms [][]float64) {
	mark := a.Mark()
	defer a.Release(mark)
	s := m.both(a, o, gradient, b.pair(a), project)
	down := func(t tensor.Tensor) []float64 {
		data := make([]float64, b.n*b.d)
		if !t.IsNone() {
			a.Download64(data, t)
		}
		return data
	}
	for _, t := range s.Terms {
		var z, x []float64
		for i := range 2 {
			gz, gx := down(t.AtProjector[i]), down(t.AtPredictor[i])
			if b.w != nil {
				accumulate(gz, b.pull(b.z[i], gx))
			}
			z, x = append(z, gz...), append(x, gx...)
		}
		if b.x[0] != nil {
			z = append(z, x...)
		}
		terms = append(terms, z)
	}
	var l [1]float64
	a.Download64(l[:], s.Loss)
	return l[0], terms
}

// predict returns the predictor's outputs for z.
func (b batch) predict(z []float64) []float64 {
	if b.hidden != nil {
		z = timesTransposed(z, b.hidden, b.d)
		for i, v := range z {
			z[i] = max(v, 0)
		}
	}
	return timesTransposed(z, b.w, b.d)
}

// pull takes a gradient g of the predictor's outputs for z back to z.
func (b batch) pull(z, g []float64) []float64 {
	g = times(g, b.w, b.d)
	if b.hidden == nil {
		return g
	}
	for i, v := range timesTransposed(z, b.hidden, b.d) {
		if v <= 0 {
			g[i] = 0
		}
	}
	return times(g, b.hidden, b.d)
}

// corner returns the first columns of x on the host.
func corner(d tensor.Device, x tensor.Tensor, cols int) []float64 {
	wide := make([]float64, x.Len())
	d.Download64(wide, x)
	if cols == x.Cols {
		return wide
	}
	cut := make([]float64, 0, x.Rows*cols)
	for i := range x.Rows {
		cut = append(cut, wide[i*x.Cols:i*x.Cols+cols]...)
	}
	return cut
}

// times returns x w for rows x of length d and w: d x d.
func times(x, w []float64, d int) []float64 {
	y := make([]float64, len(x))
	for i := 0; i < len(x); i += d {
		row := y[i : i+d]
		for k, v := range x[i : i+d] {
			for j, u := range w[k*d : (k+1)*d] {
				row[j] += float64(v * u)
			}
		}
	}
	return y
}

// timesTransposed returns x w' for rows x of length d and w: d x d.
func timesTransposed(x, w []float64, d int) []float64 {
	y := make([]float64, len(x))
	for i := 0; i < len(x); i += d {
		row := x[i : i+d]
		for k := range d {
			var sum float64
			for j, u := range w[k*d : (k+1)*d] {
				sum += float64(u * row[j])
			}
			y[i+k] = sum
		}
	}
	return y
}

func accumulate(sum, x []float64) {
	for i, v := range x {
		sum[i] += v
	}
}
