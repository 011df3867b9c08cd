package engine

import (
	"math"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
)

// What the positive and the negative terms say to the weights adds up to what
// moves them: |p + n|^2 = |p|^2 + |n|^2 + 2 cos |p| |n|, part by part.
func TestWaysAddUpOnTheWeights(t *testing.T) {
	for _, x := range []string{
		"method=simclr", "method=moco", "method=barlow", "method=unigrad", "method=directpred",
		"method=byol predictor=mlp", "method=byol predictor=linear", "method=simsiam", "method=byol predictor=none target=shared",
	} {
		tr, _ := stepped(t, "device=reference "+x)
		r := &tr.reading
		for group := range parts + len(tr.layers) {
			p, n, whole := r.ways[wayPositive].weights[group], r.ways[wayNegative].weights[group], r.ways[wayTotal].weights[group]
			sum := p*p + n*n + 2*r.weightCosine[group]*p*n
			if math.Abs(sum-whole*whole) > 1e-9*(p*p+n*n) {
				t.Errorf("%s, group %d: the terms add up to %.12g, the weights move by %.12g", x, group, math.Sqrt(sum), whole)
			}
		}
		// The layers of a part are the part.
		for part, name := range []string{"encoder", "projector", "predictor"} {
			sum := 0.0
			for i, layer := range tr.layers {
				if strings.HasPrefix(layer, name+".") {
					if r.ways[wayTotal].weights[parts+i] == 0 {
						t.Errorf("%s: nothing moves %s", x, layer)
					}
					sum += r.ways[wayTotal].weights[parts+i] * r.ways[wayTotal].weights[parts+i]
				}
			}
			if whole := r.ways[wayTotal].weights[part]; sum > 0 && math.Abs(sum-whole*whole) > 1e-9*sum {
				t.Errorf("%s: the layers of the %s make %.12g, the %s %.12g", x, name, math.Sqrt(sum), name, whole)
			}
		}
		if r.ways[wayPositive].weights[0] == 0 {
			t.Errorf("%s: nothing pulls at the encoder", x)
		}
	}
}

// Through a projector of one linear layer, and a linear predictor or none, the way
// back is done by hand: dh = dz W.
func TestWaysAreTheirDefinitions(t *testing.T) {
	for _, x := range []string{"method=simclr", "method=barlow", "method=byol predictor=linear", "method=byol predictor=linear target=shared"} {
		s := parse(t, small+"device=reference projector.depth=1 "+x)
		v, tr := start(t, s)
		x1, x2 := v.next()
		a := tr.arena
		images := tr.upload(x1, x2)
		tr.online.Forward(a, &tr.pass, images)
		pair := tr.pair(images)
		var dz, z, dp [][]float64
		for _, term := range s.Method.Both(a, tr.objective, s.Gradient, pair).Terms {
			dz = plusRows(dz, pulled(a, pair, term))
			if !term.AtPredictor[0].IsNone() {
				dp = plusRows(dp, append(rows(a, term.AtPredictor[0]), rows(a, term.AtPredictor[1])...))
			}
		}
		z = append(rows(a, pair.Z[0]), rows(a, pair.Z[1])...)
		w := rows(a, tr.online.Projector.Params()[0].W)
		var dh [][]float64
		radial := 0.0
		for r, g := range dz {
			var h []float64
			for k, v := range g {
				h = plus(h, scaled(w[k], v))
			}
			dh = append(dh, h)
			radial += math.Abs(inner(g, z[r])) / math.Sqrt(inner(g, g)*inner(z[r], z[r])) / float64(len(dz))
		}

		tr.step(0, due{ways: true}, x1, x2)
		got := tr.reading.ways[wayTotal].places
		want := [wayPlaces]float64{wayProjector: meanLength(dz, s.Batch), wayEncoder: meanLength(dh, s.Batch), wayRadial: radial}
		tangent := 0.0 // with the radial part it makes the whole, row by row
		for r, g := range dz {
			along := inner(g, z[r]) / math.Sqrt(inner(z[r], z[r]))
			tangent += math.Sqrt(max(0, inner(g, g)-along*along))
		}
		if s.Method.Rows == method.Unit && math.Abs(tangent-tr.reading.total) > 1e-7*(1+tangent) {
			t.Errorf("%s: the tangent part is %.12g, each step's norm %.12g", x, tangent, tr.reading.total)
		}
		if dp != nil {
			want[wayPredictor] = meanLength(dp, s.Batch)
		}
		for k := range got {
			if math.Abs(got[k]-want[k]) > 1e-9*(1+want[k]) {
				t.Errorf("%s: place %d reads %.12g, its definition gives %.12g", x, k, got[k], want[k])
			}
		}
	}
}

// A branch to another predictor keeps the parent's fields; layers that one of the
// two networks lacks read 0 there.
func TestLayersOfABranch(t *testing.T) {
	s := parse(t, small+"method=byol at=4 then.predictor=none probe.every=1")
	steps := run(t, s, 2)
	const name = "weights.predictor.1.total_norm"
	if v := value(t, s, steps[3], name); v == 0 {
		t.Errorf("%s is 0 before the branch", name)
	}
	if v := value(t, s, steps[5], name); v != 0 {
		t.Errorf("%s is %g where there is no predictor", name, v)
	}
	if v := value(t, s, steps[5], "weights.encoder.0.total_norm"); v == 0 {
		t.Error("the encoder's first layer does not move behind the branch")
	}
}

// What the negative terms say to the encoder's weights, as the rest of the whole, is
// what they say where they go back on their own.
func TestTheRestIsTheNegativeWay(t *testing.T) {
	for _, x := range []string{"method=simclr", "method=barlow", "method=byol predictor=mlp", "method=vicreg"} {
		s := parse(t, small+"device=reference "+x)
		v, tr := start(t, s)
		x1, x2 := v.next()
		tr.step(0, due{ways: true}, x1, x2)
		w := &tr.ways
		if whole := x == "method=vicreg"; whole != (w.rest == 0) {
			t.Errorf("%s: the first %d matrices are the rest of the whole", x, w.rest)
		}

		_, other := start(t, s)
		a := other.arena
		images := other.upload(x1, x2)
		other.online.Forward(a, &other.pass, images)
		terms := s.Method.Both(a, other.objective, s.Gradient, other.pair(images)).Terms
		var said [2][][][]float64
		for i, role := range []method.Role{method.Positive, method.Negative} {
			other.online.ZeroGrad(a)
			other.followRole(i, other.role(terms, role), true)
			for _, p := range other.online.Params() {
				said[i] = append(said[i], rows(a, p.G))
			}
		}
		for p := range said[0] {
			var square, product, length float64
			for r, row := range said[1][p] {
				square += inner(row, row)
				product += inner(row, said[0][p][r])
				length += inner(said[0][p][r], said[0][p][r])
			}
			got, gotProduct := w.host[w.matrix(p, wayNegative)], w.host[w.matrix(p, wayProduct)]
			if near := 1e-9 * (square + length); math.Abs(got-square) > near || math.Abs(gotProduct-product) > near {
				t.Errorf("%s, matrix %d: |n|^2 %.12g and p.n %.12g, want %.12g and %.12g", x, p, got, gotProduct, square, product)
			}
		}
	}
}
