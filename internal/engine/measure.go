package engine

import (
	"math"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
)

const (
	// vanishing is the length below which a row of outputs or of a gradient has no direction.
	vanishing = 1e-20
	// noVariance is added to the variance of a channel of unit vectors, so that that of a
	// constant one has an inverse too. In float32 the inverse is 1e10 at most, and its
	// products with entries, which are 1 at most, stay far below 3e38. A channel that
	// deviates by 1e-10, beside a length of 1, is constant for whoever looks.
	noVariance = 1e-20
	// noise is the part of the terms' lengths below which what is left of them
	// after projection and cancellation is rounding, and counts as nothing.
	noise = 1e-6
)

// A meter holds the scalars of a step on the device until the step is over, when
// all of them come to the host at once.
type meter struct {
	roles  []method.Role
	sheet  tensor.Tensor // one row for each scalar
	host   []float64
	pulled []tensor.Tensor // the gradient at z of both views, one for each term
}

// The scalars of a step: the first of each group, in the order of the sheet.
const (
	scalarLoss    = iota
	scalarPairs   // sum_n <u1_n, u2_n>
	scalarSquares // sum of <u, u> over all rows of both views
	scalarSum     // |sum of all rows of both views|^2
	scalarSpread  // sum over channels and rows of q u, q the standardised u
	scalarViews   // then those of each view
)

// The scalars of a view, sums over its rows.
const (
	viewCosine = iota
	viewTotal
	viewPositive
	viewNegative
	viewTerms // two for each term: its length, and its length before the projection
)

func newMeter(d tensor.Device, m *method.Method) meter {
	n := scalarViews + 2*(viewTerms+2*len(m.Terms))
	t := meter{sheet: d.New(n, 1), host: make([]float64, n), pulled: make([]tensor.Tensor, len(m.Terms))}
	for _, term := range m.Terms {
		t.roles = append(t.roles, term.Role)
	}
	return t
}

// at returns the place of scalar i on the device.
func (m *meter) at(i int) tensor.Tensor { return m.sheet.Slice(i, i+1) }

// view returns the index of view i's scalar k.
func (m *meter) view(i, k int) int { return scalarViews + i*(viewTerms+2*len(m.roles)) + k }

// measure takes the scalars of a step: the outputs z on the unit sphere, and the
// gradient at z, each term pulled back on its own.
func (t *trainer) measure(split method.Split) {
	a, m := t.arena, &t.meter
	defer a.Release(a.Mark())
	a.Fill(m.sheet, 0)
	a.Copy(m.at(scalarLoss), split.Loss)

	z := t.pass.Z
	u := a.New(z.Rows, z.Cols) // the outputs of both views at length 1
	mark := a.Mark()
	a.NormalizeRows(u, a.New(z.Rows, 1), z, vanishing)
	a.Release(mark)
	t.measureOutputs(u)
	t.measureGradient(u, split.Terms)
}

// measureOutputs takes the scalars of the outputs on the unit sphere.
func (t *trainer) measureOutputs(u tensor.Tensor) {
	a, m := t.arena, &t.meter
	defer a.Release(a.Mark())
	a.Dot(m.at(scalarPairs), u.Part(0, 2), u.Part(1, 2))
	a.Dot(m.at(scalarSquares), u, u)
	sum := a.New(1, u.Cols)
	a.ColSum(sum, u)
	a.Dot(m.at(scalarSum), sum, sum)

	// q = (u - mean)/sd, so that sum_b q_bj u_bj is the number of rows times channel
	// j's standard deviation; 0 for a constant channel.
	q, mean, inv := a.New(u.Rows, u.Cols), a.New(1, u.Cols), a.New(1, u.Cols)
	a.Standardize(q, mean, inv, u, noVariance)
	a.Dot(m.at(scalarSpread), q, u)
}

// measureGradient takes the scalars of the gradient at z. Rows that the method looks
// at as unit vectors have their tangent part measured.
func (t *trainer) measureGradient(u tensor.Tensor, terms []method.TermGrad) {
	a, m := t.arena, &t.meter
	defer a.Release(a.Mark())
	ones := a.New(u.Rows, 1)
	a.Fill(ones, 1)
	for k := range terms {
		x := t.atProjector(t.sum(terms[k:k+1]), t.online.PullPredictor)
		t.directions(x, viewTerms+2*k+1)
		if t.spec.Method.Rows == method.Unit {
			a.NormalizeRowsGrad(x, x, u, ones)
		}
		m.pulled[k] = x
	}

	var sum, positive, negative tensor.Tensor
	for k, x := range m.pulled {
		t.add(&sum, x)
		switch m.roles[k] {
		case method.Positive:
			t.add(&positive, x)
		case method.Negative:
			t.add(&negative, x)
		}
	}

	pull, push := t.directions(positive, viewPositive), t.directions(negative, viewNegative)
	t.directions(sum, viewTotal)
	for k, x := range m.pulled {
		t.directions(x, viewTerms+2*k)
	}
	if !pull.IsNone() && !push.IsNone() {
		cosines := a.New(u.Rows, 1)
		a.RowDot(cosines, pull, push)
		t.sumViews(viewCosine, cosines)
	}
}

// sumViews takes the sum of a column of both views as a scalar of each.
func (t *trainer) sumViews(scalar int, x tensor.Tensor) {
	for i, view := range byView(x) {
		t.arena.Sum(t.meter.at(t.meter.view(i, scalar)), view)
	}
}

// directions returns the rows of x at length 1, those that vanish at 0, and takes
// the sum of their lengths before as a view's scalar.
func (t *trainer) directions(x tensor.Tensor, scalar int) tensor.Tensor {
	if x.IsNone() {
		return x
	}
	a := t.arena
	unit := a.New(x.Rows, x.Cols)
	defer a.Release(a.Mark())
	inv, length := a.New(x.Rows, 1), a.New(x.Rows, 1)
	a.NormalizeRows(unit, inv, x, vanishing)
	a.RowDot(length, unit, x)
	t.sumViews(scalar, length)
	return unit
}

// read brings the scalars to the host and makes the step's figures of them.
func (t *trainer) read(step int) {
	m, s, r := &t.meter, &t.spec, &t.reading
	t.arena.Download64(m.host, m.sheet)
	n, d := float64(s.Batch), width(*s)

	r.loss = m.host[scalarLoss]
	r.positiveSimilarity = m.host[scalarPairs] / n
	// |u1_n + u2_n|^2, summed over n, is what pairs of one image have in |sum of all u|^2.
	r.negativeSimilarity = (m.host[scalarSum] - m.host[scalarSquares] - 2*m.host[scalarPairs]) / (2 * n * (2*n - 2))
	r.channelStd = m.host[scalarSpread] / (2 * n * float64(d))
	r.collapseLevel = probe.CollapseLevel(r.channelStd, d)

	// The mean over 2N rows of 2N times their length is the sum of the lengths.
	both := func(k int) float64 { return m.host[m.view(0, k)] + m.host[m.view(1, k)] }
	var whole, pull, push float64 // lengths before the projection, of all, positive and negative terms
	for k, role := range m.roles {
		before := both(viewTerms + 2*k + 1)
		r.terms[k] = above(noise*before, both(viewTerms+2*k))
		switch whole += before; role {
		case method.Positive:
			pull += before
		case method.Negative:
			push += before
		}
	}
	r.total = above(noise*whole, both(viewTotal))
	r.positive, r.negative = above(noise*pull, both(viewPositive)), above(noise*push, both(viewNegative))
	r.cosine, r.balance = 0, math.NaN()
	if r.positive != 0 {
		r.balance = r.negative / r.positive
		if r.negative != 0 {
			r.cosine = both(viewCosine) / (2 * n)
		}
	}
	r.learningRate, r.momentum = s.Optim.Rate(step, s.Steps), 0
	if t.slow != nil {
		r.momentum = s.EMA.At(step, s.Steps)
	}
}

// above returns x, or 0 where it is not above least. NaN stays.
func above(least, x float64) float64 {
	if x <= least {
		return 0
	}
	return x
}
