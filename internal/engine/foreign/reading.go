package foreign

import (
	"math"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/npy"
)

// noise is the part of the terms' lengths below which what is left of them after
// projection and cancellation is rounding, and counts as nothing.
const noise = 1e-6

// A reading is a proposal's gradient on the host: with respect to the raw outputs
// z, 2N x D, one view below the other.
type reading struct {
	rows, cols int
	loss       float64
	u          []float64   // z at length 1; nil where the method does not look at unit rows
	terms      [][]float64 // one for each term of the method
	total      []float64
}

// take computes q and brings it to the host.
func take(a *tensor.Arena, q method.Proposal) reading {
	defer a.Release(a.Mark())
	z := q.Pair.Z
	r := reading{rows: 2 * z[0].Rows, cols: z[0].Cols}
	half := z[0].Len()
	down := func(x [2]tensor.Tensor) []float64 {
		data := make([]float64, 2*half)
		for i, t := range x {
			if !t.IsNone() {
				a.Download64(data[i*half:(i+1)*half], t)
			}
		}
		return data
	}
	loss, terms := q.Take(a)
	var l [1]float64
	a.Download64(l[:], loss)
	r.loss, r.total = l[0], make([]float64, 2*half)
	for _, t := range terms {
		g := down(t)
		r.terms = append(r.terms, g)
		add(r.total, g)
	}
	if q.Method.Rows == method.Unit {
		r.u = down(z)
		for i := range r.rows {
			row := r.row(r.u, i)
			if length := math.Sqrt(dot(row, row)); length > 0 {
				scale(row, 1/length)
			}
		}
	}
	return r
}

// gradient makes the figures of r; loss is the reading of the method's loss.
func (r reading) gradient(q method.Proposal, loss reading) Gradient {
	g := Gradient{
		Label: q.Label, Method: q.Method.Name, Gradient: q.Gradient.Name, Kind: q.Gradient.Kind(),
		Target: q.Pair.Positive, Predictor: q.Predictor, Loss: Number(r.loss),
	}
	var whole, pull, push float64 // lengths before the projection
	positive, negative := make([]float64, len(r.total)), make([]float64, len(r.total))
	for k, term := range q.Method.Terms {
		before := r.lengths(r.terms[k])
		whole += before
		switch term.Role {
		case method.Positive:
			pull += before
			add(positive, r.terms[k])
		case method.Negative:
			push += before
			add(negative, r.terms[k])
		}
		g.Terms = append(g.Terms, Term{term.Name, term.Role, above(noise*before, r.lengths(r.tangent(r.terms[k])))})
	}
	positive, negative = r.tangent(positive), r.tangent(negative)
	g.PositiveNorm, g.NegativeNorm = above(noise*pull, r.lengths(positive)), above(noise*push, r.lengths(negative))
	g.TotalNorm = above(noise*whole, r.lengths(r.tangent(r.total)))
	g.Balance = ratio(float64(g.NegativeNorm), float64(g.PositiveNorm))
	if g.PositiveNorm > 0 && g.NegativeNorm > 0 {
		g.Cosine = r.cosine(positive, negative)
	}
	miss, length := 0.0, 0.0
	for i, v := range loss.total {
		miss += (r.total[i] - v) * (r.total[i] - v)
		length += v * v
	}
	if miss > 0 {
		g.Approximation = ratio(math.Sqrt(miss), math.Sqrt(length))
	}
	return g
}

// emit hands the sum and the terms of r to f, each view by itself.
func (r reading) emit(q method.Proposal, bits int, f func(string, npy.Array) error) error {
	name := q.Method.Name
	if q.Gradient.Name != "loss" {
		name += "." + q.Gradient.Name
	}
	if q.Predictor == method.NoPredictor && len(q.Method.Predictors) > 1 {
		name += ".no-predictor"
	}
	parts := []struct {
		name string
		data []float64
	}{{name, r.total}}
	for k, term := range q.Method.Terms {
		parts = append(parts, struct {
			name string
			data []float64
		}{name + "." + term.Name, r.terms[k]})
	}
	half := len(r.total) / 2
	for _, p := range parts {
		for i, suffix := range []string{".x1", ".x2"} {
			a := npy.Array{Rows: r.rows / 2, Cols: r.cols, Bits: bits, Data: p.data[i*half : (i+1)*half]}
			if err := f(p.name+suffix, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// tangent returns g without what points along u, row by row.
func (r reading) tangent(g []float64) []float64 {
	if r.u == nil {
		return g
	}
	out := append([]float64(nil), g...)
	for i := range r.rows {
		u, row := r.row(r.u, i), r.row(out, i)
		along := dot(u, row)
		for j, v := range u {
			row[j] -= along * v
		}
	}
	return out
}

// lengths returns the sum of the lengths of all rows, which is the mean over the
// 2N rows of 2N times their length.
func (r reading) lengths(g []float64) float64 {
	sum := 0.0
	for i := range r.rows {
		row := r.row(g, i)
		sum += math.Sqrt(dot(row, row))
	}
	return sum
}

// cosine returns the mean of the cosines of the rows, 0 where one of two vanishes.
func (r reading) cosine(g, h []float64) Number {
	sum := 0.0
	for i := range r.rows {
		x, y := r.row(g, i), r.row(h, i)
		if lengths := math.Sqrt(dot(x, x) * dot(y, y)); lengths > 0 {
			sum += dot(x, y) / lengths
		}
	}
	return Number(sum / float64(r.rows))
}

func (r reading) row(x []float64, i int) []float64 { return x[i*r.cols : (i+1)*r.cols] }

func above(least, x float64) Number {
	if x <= least {
		return 0
	}
	return Number(x)
}

func add(sum, x []float64) {
	for i, v := range x {
		sum[i] += v
	}
}

func scale(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}
