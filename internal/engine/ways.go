package engine

import (
	"math"
	"slices"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// The roles whose way back through the network a probe follows.
const (
	wayPositive = iota
	wayNegative
	wayTotal
	wayRoles
)

// The scalars of a role's way in a view, sums over its rows.
const (
	wayPredictor = iota // length at the predictor's output
	wayProjector        // at the projector's output, radial part included
	wayEncoder          // at the encoder's output
	wayRadial           // |cosine| with z, at z
	wayPlaces
)

// The scalars of a matrix of weights: the squared length of each role's gradient,
// and the product of the positive and the negative one.
const (
	wayProduct = wayRoles
	wayMatrix  = wayRoles + 1
)

// parts is the number of a network's parts: encoder, projector, predictor.
const parts = 3

// layers names the layers of a run's network, from the images on; where it branches,
// those of both networks. A part that is a single layer is named as a part.
func layers(s spec.Spec) []string {
	h, w, c := data.Shape(s.Data)
	var names []string
	add := func(s spec.Spec) {
		for _, p := range nn.Build(new(counter), s.Encoder, s.Projector, s.Predictor, h, w, c).Params() {
			if name := layerOf(p.Name); strings.Contains(name, ".") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	add(s)
	if then, ok := s.Branch(); ok {
		add(then)
	}
	return names
}

// layerOf returns the layer of a weight's name: "encoder.0" of "encoder.0.scale".
func layerOf(name string) string { return name[:strings.LastIndex(name, ".")] }

// A way is what a probe reads of one role on its way back.
type way struct {
	places  [wayPlaces]float64
	weights []float64 // length of the gradient on the weights of each part, then of each layer
}

// A wayMeter holds the scalars of the ways on the device.
type wayMeter struct {
	sheet  tensor.Tensor
	host   []float64
	groups [][]int // of each matrix of weights: its part, and its layer where that is named

	positive []tensor.Tensor // in the step's memory: what the positive terms say to each matrix of weights
	rest     int             // of the first of them, the encoder's, the negative terms are what the whole has besides
}

func newWayMeter(d tensor.Device, m *nn.Model, layers []string) wayMeter {
	var w wayMeter
	for part, net := range [parts]*nn.Net{m.Encoder, m.Projector, m.Predictor} {
		for _, p := range net.Params() {
			groups := []int{part}
			if i := slices.Index(layers, layerOf(p.Name)); i >= 0 {
				groups = append(groups, parts+i)
			}
			w.groups = append(w.groups, groups)
		}
	}
	n := 2*wayRoles*wayPlaces + wayMatrix*len(w.groups)
	w.sheet, w.host = d.New(n, 1), make([]float64, n)
	return w
}

// place returns the index of a scalar of view i, matrix that of matrix p's.
func (w *wayMeter) place(i, role, k int) int { return (i*wayRoles+role)*wayPlaces + k }
func (w *wayMeter) matrix(p, k int) int      { return 2*wayRoles*wayPlaces + p*wayMatrix + k }

func (w *wayMeter) at(i int) tensor.Tensor { return w.sheet.Slice(i, i+1) }

// follow takes the positive terms and then the negative ones back through the
// network, on their own, and all terms as far as the encoder's output. Where there are
// no others the negative ones end there too: what they say to the encoder's weights is what
// the whole says (arrive has it) less what the positive ones do, since the way back is linear. The
// gradients of the weights are rubbish afterwards; the step's own backward pass
// writes them anew, so training does not notice. It costs a backward
// pass through the encoder, some 0.4 of a step (BenchmarkProbe).
func (t *trainer) follow(split method.Split) {
	a, w := t.arena, &t.ways
	params := t.online.Params()
	w.positive = w.positive[:0]
	for _, param := range params {
		w.positive = append(w.positive, a.New(param.G.Rows, param.G.Cols))
	}
	w.rest = 0
	if len(t.role(split.Terms, method.Own)) == 0 {
		w.rest = len(t.online.Encoder.Params())
	}
	defer a.Release(a.Mark())
	a.Fill(w.sheet, 0)
	t.online.ZeroGrad(a)
	t.followRole(wayPositive, t.role(split.Terms, method.Positive), true)
	for p, param := range params {
		a.Copy(w.positive[p], param.G)
		a.Dot(w.at(w.matrix(p, wayPositive)), param.G, param.G)
	}
	t.online.ZeroGrad(a)
	t.followRole(wayNegative, t.role(split.Terms, method.Negative), w.rest == 0)
	for p, param := range params[w.rest:] {
		t.negative(w.rest+p, param.G)
	}
	t.followRole(wayTotal, split.Terms, false)
}

// negative takes the scalars of what the negative terms say to matrix p.
func (t *trainer) negative(p int, g tensor.Tensor) {
	a, w := t.arena, &t.ways
	a.Dot(w.at(w.matrix(p, wayNegative)), g, g)
	a.Dot(w.at(w.matrix(p, wayProduct)), w.positive[p], g)
}

// followRole takes the terms of a role back, to the images or as far as the encoder's output.
func (t *trainer) followRole(role int, terms []method.TermGrad, whole bool) {
	a := t.arena
	defer a.Release(a.Mark())
	g := t.sum(terms)
	if dp := g.atPredictor; !dp.IsNone() {
		t.lengths(role, wayPredictor, dp)
	}
	dz := t.atProjector(g, t.online.BackwardPredictor)
	if dz.IsNone() { // the method has no such term
		return
	}
	t.lengths(role, wayProjector, dz)
	t.radial(role, dz)
	dh := t.online.BackwardProjector(a, &t.pass, dz)
	t.lengths(role, wayEncoder, dh)
	if whole {
		t.online.BackwardEncoder(a, &t.pass, dh)
	}
}

// role returns those of the method's terms that have a role.
func (t *trainer) role(terms []method.TermGrad, role method.Role) []method.TermGrad {
	var of []method.TermGrad
	for k, term := range terms {
		if t.spec.Method.Terms[k].Role == role {
			of = append(of, term)
		}
	}
	return of
}

// lengths takes the sum of the lengths of x's rows as a role's scalar k, view by view.
func (t *trainer) lengths(role, k int, x tensor.Tensor) {
	a := t.arena
	defer a.Release(a.Mark())
	unit, inv, length := a.New(x.Rows, x.Cols), a.New(x.Rows, 1), a.New(x.Rows, 1)
	a.NormalizeRows(unit, inv, x, vanishing)
	a.RowDot(length, unit, x)
	for i, view := range byView(length) {
		a.Sum(t.ways.at(t.ways.place(i, role, k)), view)
	}
}

// radial takes the sum of |cosine| between the rows of g and of z.
func (t *trainer) radial(role int, g tensor.Tensor) {
	a := t.arena
	defer a.Release(a.Mark())
	x, y, inv, cosine := a.New(g.Rows, g.Cols), a.New(g.Rows, g.Cols), a.New(g.Rows, 1), a.New(g.Rows, 1)
	a.NormalizeRows(x, inv, g, vanishing)
	a.NormalizeRows(y, inv, t.pass.Z, vanishing)
	a.RowDot(cosine, x, y)
	t.lengths(role, wayRadial, cosine) // a row of one number is as long as the number is large
}

// arrive takes the scalars of what moves the weights, after the step's own
// backward pass, and reads all of them. What is below the noise of all roles' lengths
// at a place is rounding, and counts as nothing.
func (t *trainer) arrive() {
	a, w, r := t.arena, &t.ways, &t.reading
	for p, param := range t.online.Params() {
		a.Dot(w.at(w.matrix(p, wayTotal)), param.G, param.G)
		if p < w.rest {
			mark := a.Mark()
			rest := a.New(param.G.Rows, param.G.Cols)
			a.Copy(rest, param.G)
			a.AddScaled(rest, -1, w.positive[p])
			t.negative(p, rest)
			a.Release(mark)
		}
	}
	a.Download64(w.host, w.sheet)

	product := make([]float64, parts+len(t.layers))
	for p, groups := range w.groups {
		for _, g := range groups {
			product[g] += w.host[w.matrix(p, wayProduct)]
		}
	}
	for role := range wayRoles {
		out := &r.ways[role]
		*out = way{weights: make([]float64, len(product))}
		for k := range wayPlaces {
			out.places[k] = w.host[w.place(0, role, k)] + w.host[w.place(1, role, k)]
		}
		out.places[wayRadial] /= float64(2 * t.spec.Batch)
		for p, groups := range w.groups {
			for _, g := range groups {
				out.weights[g] += w.host[w.matrix(p, role)]
			}
		}
		for g, square := range out.weights {
			out.weights[g] = math.Sqrt(square)
		}
	}
	for k := range wayPlaces {
		if k != wayRadial {
			r.silence(func(w *way) *float64 { return &w.places[k] })
		}
	}
	for role := range wayRoles {
		if out := &r.ways[role]; out.places[wayProjector] == 0 {
			out.places[wayRadial] = 0
		}
	}
	r.weightCosine = make([]float64, len(product))
	for g := range product {
		r.silence(func(w *way) *float64 { return &w.weights[g] })
		if length := r.ways[wayPositive].weights[g] * r.ways[wayNegative].weights[g]; length != 0 {
			r.weightCosine[g] = product[g] / length
		}
	}
}

// silence makes nothing of the roles' lengths that are rounding beside the others.
func (r *reading) silence(length func(w *way) *float64) {
	sum := 0.0
	for role := range r.ways {
		sum += *length(&r.ways[role])
	}
	for role := range r.ways {
		x := length(&r.ways[role])
		*x = above(noise*sum, *x)
	}
}
