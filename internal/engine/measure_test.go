package engine

import (
	"math"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
)

// The figures of a record are what their definitions say, computed here from the
// outputs and the terms with plain loops: pair by pair, row by row.
func TestFiguresAreTheirDefinitions(t *testing.T) {
	for _, x := range []string{
		"method=simclr", "method=barlow", "method=byol predictor=linear", "method=byol predictor=linear target=shared",
		"method=byol predictor=linear gradient=closed", "method=byol predictor=none target=shared",
	} {
		s := parse(t, small+"device=reference data=fashion-mnist batch=5 "+x)
		v, tr := start(t, s)
		x1, x2 := v.next()
		a, n, d := tr.arena, s.Batch, width(s)

		images := tr.upload(x1, x2)
		tr.online.Forward(a, &tr.pass, images)
		pair := tr.pair(images)
		split := s.Method.Both(a, tr.objective, s.Gradient, pair)
		u := make([][]float64, 0, 2*n) // unit rows of both views
		for i := range 2 {
			for _, row := range rows(a, pair.Z[i]) {
				u = append(u, scaled(row, 1/math.Sqrt(inner(row, row))))
			}
		}
		var sums [3][][]float64 // total, positive, negative: 2N rows
		terms := make([]float64, len(split.Terms))
		for k, term := range split.Terms {
			g := pulled(a, pair, term)
			if s.Method.Rows == method.Unit {
				for r := range g {
					g[r] = plus(g[r], scaled(u[r], -inner(g[r], u[r])))
				}
			}
			terms[k] = meanLength(g, n)
			sums[0] = plusRows(sums[0], g)
			switch s.Method.Terms[k].Role {
			case method.Positive:
				sums[1] = plusRows(sums[1], g)
			case method.Negative:
				sums[2] = plusRows(sums[2], g)
			}
		}
		var cos, pairs, others float64
		for r := range u {
			if l := math.Sqrt(inner(sums[1][r], sums[1][r]) * inner(sums[2][r], sums[2][r])); l > 1e-12 {
				cos += inner(sums[1][r], sums[2][r]) / l / float64(2*n)
			}
			for q := range u {
				switch {
				case q == r:
				case q%n == r%n:
					pairs += inner(u[r], u[q]) / float64(2*n)
				default:
					others += inner(u[r], u[q]) / float64(2*n*(2*n-2))
				}
			}
		}
		var flat []float32
		for _, row := range u {
			for _, v := range row {
				flat = append(flat, float32(v))
			}
		}
		std := probe.ChannelStd(probe.Matrix{Rows: 2 * n, Cols: d, Data: flat})

		tr.step(0, due{}, x1, x2)
		r := &tr.reading
		want := map[string][2]float64{
			"total_norm":            {r.total, meanLength(sums[0], n)},
			"positive_norm":         {r.positive, meanLength(sums[1], n)},
			"negative_norm":         {r.negative, meanLength(sums[2], n)},
			"positive_negative_cos": {r.cosine, cos},
			"positive_similarity":   {r.positiveSimilarity, pairs},
			"negative_similarity":   {r.negativeSimilarity, others},
			"channel_std":           {r.channelStd, std},
			"collapse_level":        {r.collapseLevel, max(0, 1-math.Sqrt(float64(d))*std)},
		}
		for k, term := range s.Method.Terms {
			want["terms."+term.Name] = [2]float64{r.terms[k], terms[k]}
		}
		for name, v := range want {
			if math.Abs(v[0]-v[1]) > 1e-6*(1+math.Abs(v[1])) { // channelStd starts from float32
				t.Errorf("%s: %s is %.9g, its definition gives %.9g", x, name, v[0], v[1])
			}
		}
		// Without a predictor the negative term of a cosine is radial: nothing is left of it.
		if radial := s.Predictor.Kind == nn.NoPredictor && s.Method.Name == "byol"; (r.negative == 0) != radial {
			t.Errorf("%s: the negative norm is %g", x, r.negative)
		}
		if r.balance != r.negative/r.positive {
			t.Errorf("%s: balance %g of %g and %g", x, r.balance, r.negative, r.positive)
		}
	}
}

// rows brings x to the host, row by row.
func rows(a *tensor.Arena, x tensor.Tensor) [][]float64 {
	flat := make([]float64, x.Len())
	a.Download64(flat, x)
	out := make([][]float64, x.Rows)
	for i := range out {
		out[i] = flat[i*x.Cols : (i+1)*x.Cols]
	}
	return out
}

// pulled returns a term's gradient at z, both views' rows, through the linear
// predictor p = z W'.
func pulled(a *tensor.Arena, pair method.Pair, term method.TermGrad) [][]float64 {
	var out [][]float64
	for i := range 2 {
		g := make([][]float64, pair.Z[i].Rows)
		if x := term.AtProjector[i]; !x.IsNone() {
			g = rows(a, x)
		}
		if x := term.AtPredictor[i]; !x.IsNone() {
			w := rows(a, pair.W)
			for r, dp := range rows(a, x) {
				for k, v := range dp {
					g[r] = plus(g[r], scaled(w[k], v))
				}
			}
		}
		out = append(out, g...)
	}
	return out
}

func inner(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func scaled(x []float64, by float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = by * v
	}
	return y
}

// plus returns x + y; x may be nil.
func plus(x, y []float64) []float64 {
	sum := scaled(y, 1)
	for i, v := range x {
		sum[i] += v
	}
	return sum
}

func plusRows(x, y [][]float64) [][]float64 {
	sum := make([][]float64, len(y))
	for r := range y {
		if x == nil {
			sum[r] = scaled(y[r], 1)
		} else {
			sum[r] = plus(x[r], y[r])
		}
	}
	return sum
}

// meanLength is the mean over 2N rows of |2N x row|.
func meanLength(g [][]float64, n int) float64 {
	sum := 0.0
	for _, row := range g {
		sum += math.Sqrt(inner(row, row)) * float64(2*n) / float64(len(g))
	}
	return sum
}

// The frame is the cross-correlation between the views; of a wide layer it shows
// channels that are spread evenly.
func TestCorrelationFrame(t *testing.T) {
	s := parse(t, small+"projector.width=300 steps=1")
	f := run(t, s, 2)[0].Frames[0]
	if f.Rows != frameChannels || f.Cols != frameChannels || f.Of != 300 || len(f.Data) != f.Rows*f.Cols {
		t.Fatalf("frame of %d x %d of %d channels with %d numbers", f.Rows, f.Cols, f.Of, len(f.Data))
	}
	v, tr := start(t, s)
	x1, x2 := v.next()
	tr.step(0, due{}, x1, x2)
	z1, z2 := tr.download(tr.pass.Z.Part(0, 2)), tr.download(tr.pass.Z.Part(1, 2))
	channels := probe.Channels(300, frameChannels)
	c := probe.Correlation(z1, z2, channels)
	for _, at := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {100, 255}, {255, 254}} {
		if got, want := float64(f.At(at[0], at[1])), c.At(at[0], at[1]); math.Abs(got-want) > 0.5/127+1e-6 {
			t.Errorf("element %v is %g, the correlation of channels %d and %d is %g", at, got, channels[at[0]], channels[at[1]], want)
		}
	}
}

// A run that has collapsed to a point still prints numbers.
func TestCollapsedOutputsAreFinite(t *testing.T) {
	s := parse(t, small+"method=byol predictor=none target=shared data=fashion-mnist")
	v, tr := start(t, s)
	for _, p := range tr.online.Projector.Params() { // the last layer's weights are 0: z is its bias
		if p.Name == "projector.1.weight" {
			tr.arena.Fill(p.W, 0)
		}
	}
	x1, x2 := v.next()
	d := due{probe: true, ways: true}
	tr.step(0, d, x1, x2)
	r := tr.record(0, d)
	for i, f := range Schema(s).Fields {
		if f.Name == "balance" || f.Name == "alpha_req" { // 0/0; there is nothing that falls
			continue
		}
		if v := float64(r.Values[i]); math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s is %g", f.Name, v)
		}
	}
	for field, want := range map[string]float64{"positive_similarity": 1, "negative_similarity": 1, "channel_std": 0, "collapse_level": 1, "effective_rank": 1, "rankme": 1, "participation_ratio": 1, "offdiagonal": 1} {
		if got := value(t, s, r, field); math.Abs(got-want) > 1e-5 {
			t.Errorf("%s of a point is %g, want %g", field, got, want)
		}
	}
}
