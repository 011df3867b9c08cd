package foreign

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/random"
	"gradlab/internal/npy"
)

// normal returns n x d independent normal numbers.
func normal(n, d int, name string) npy.Array {
	a := npy.Array{Rows: n, Cols: d, Bits: 32, Data: make([]float64, n*d)}
	r := random.New(1, random.Named(name), 0, 0)
	for i := range a.Data {
		a.Data[i] = float64(float32(r.Normal()))
	}
	return a
}

// views2 returns two views of n images that are alike.
func views2(n, d int) Input {
	image := normal(n, d, "image")
	in := Input{X: [2]npy.Array{normal(n, d, "1"), normal(n, d, "2")}}
	for _, x := range in.X {
		for i := range x.Data {
			x.Data[i] = image.Data[i] + 0.3*x.Data[i]
		}
	}
	return in
}

func look(t *testing.T, in Input, settings ...method.Setting) Report {
	t.Helper()
	o, err := Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(t.Context(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r Report) metric(t *testing.T, name string) Metric {
	t.Helper()
	i := slices.IndexFunc(r.Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("there is no metric %s", name)
	}
	return r.Metrics[i]
}

func (r Report) gradient(t *testing.T, label string) Gradient {
	t.Helper()
	i := slices.IndexFunc(r.Gradients, func(g Gradient) bool { return g.Label == label })
	if i < 0 {
		t.Fatalf("there is no gradient %s", label)
	}
	return r.Gradients[i]
}

func near(t *testing.T, what string, got Number, want, tol float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tol) {
		t.Errorf("%s is %.10g, want %.10g within %g", what, float64(got), want, tol)
	}
}

// Two images at right angles, their views turned by 60 degrees: all by hand.
func TestByHand(t *testing.T) {
	s := math.Sqrt(3) / 2
	r := look(t, Input{X: [2]npy.Array{
		{Rows: 2, Cols: 2, Bits: 64, Data: []float64{2, 0, 0, 3}},
		{Rows: 2, Cols: 2, Bits: 64, Data: []float64{0.5, s, 5 * s, -2.5}},
	}})
	near(t, "alignment", r.metric(t, "alignment").Value, (1+3)/2.0, 1e-6) // cosines 1/2 and -1/2
	near(t, "positive similarity", r.metric(t, "positive_similarity").Value, 0, 1e-6)
	near(t, "negative similarity", r.metric(t, "negative_similarity").Value, (0+s+s+0)/4, 1e-6)

	// BYOL without predictor: the loss is minus the mean cosine, the gradient of a
	// row its target's part at right angles, sin 60, over the row's length.
	g := r.gradient(t, "BYOL, no predictor")
	near(t, "loss", g.Loss, 0, 1e-12)
	near(t, "positive norm", g.PositiveNorm, s*(1/2.+1/3.+1+1/5.)/4, 1e-12)
	near(t, "negative norm", g.NegativeNorm, 0, 0)
	near(t, "balance", g.Balance, 0, 0)
	near(t, "cosine", g.Cosine, 0, 0)
	if g.Target != method.Stopped || g.Predictor != method.NoPredictor {
		t.Errorf("%+v", g)
	}
	if !strings.Contains(strings.Join(r.Findings, "\n"), "no nearer to each other") {
		t.Errorf("unrelated views are not noticed: %q", r.Findings)
	}
}

// A healthy input: every metric and method has its figures, and nothing is wrong.
func TestHealthy(t *testing.T) {
	r := look(t, views2(200, 16))
	if len(r.Findings) != 0 || r.Collapse != None {
		t.Errorf("collapse %s, findings %q", r.Collapse, r.Findings)
	}
	for _, m := range r.Metrics {
		if v := float64(m.Value); math.IsNaN(v) || m.Title == "" || m.Doc == "" {
			t.Errorf("metric %+v", m)
		}
	}
	near(t, "std", r.metric(t, "channel_std").Value, 0.25, 0.02)
	near(t, "its mark", r.metric(t, "channel_std").Marks[0].Value, 0.25, 1e-12)
	near(t, "its first view", *r.metric(t, "channel_std").X1, 0.25, 0.02)
	seen := map[string]bool{}
	for _, g := range r.Gradients {
		seen[g.Method] = true
		if !(g.TotalNorm > 0) || math.IsNaN(float64(g.Loss)) || g.Approximation != 0 || g.Gradient != "loss" {
			t.Errorf("%+v", g)
		}
	}
	for _, m := range method.All() {
		if !seen[m.Name] {
			t.Errorf("%s proposes nothing", m.Title)
		}
	}
	if k := len(r.Equivalence.Labels); k != len(r.Gradients) || len(r.Equivalence.Cosine) != k || len(r.Equivalence.Ratio[k-1]) != k {
		t.Errorf("%d rows of equivalence for %d gradients", k, len(r.Gradients))
	}
	if len(r.Spectrum) != 16 || r.Device != "reference" || r.Rows != 200 || r.Width != 16 {
		t.Errorf("%d eigenvalues, %d x %d on %s", len(r.Spectrum), r.Rows, r.Width, r.Device)
	}
}

// The commonest complaint: the loss is -1. Here is why.
func TestCollapsed(t *testing.T) {
	for _, rounding := range []float64{0, 1e-7} {
		in := views2(64, 32)
		row := normal(1, 32, "row")
		for _, x := range in.X {
			for i := range x.Data {
				x.Data[i] = row.Data[i%32] * (1 + rounding*x.Data[i])
			}
		}
		r := look(t, in)
		near(t, "BYOL's loss", r.gradient(t, "BYOL, no predictor").Loss, -1, 1e-6)
		if len(r.Findings) == 0 || !strings.HasPrefix(r.Findings[0], "Collapsed to a point") || r.Collapse != Point {
			t.Errorf("collapse %s, findings %q", r.Collapse, r.Findings)
		}
		for name, want := range map[string]float64{
			"channel_std": 0, "collapse_level": 1, "effective_rank": 1, "rankme": 1, "participation_ratio": 1, "lidar": 1,
			"uniformity": 0, "positive_similarity": 1, "negative_similarity": 1, "offdiagonal": 1, "cka": 0, "neighbour_overlap": 0,
		} {
			near(t, name, r.metric(t, name).Value, want, 1e-4)
		}
		if v := r.metric(t, "alpha_req").Value; !math.IsNaN(float64(v)) {
			t.Errorf("alpha is %g", float64(v))
		}
		for _, g := range r.Gradients {
			for what, v := range map[string]Number{"loss": g.Loss, "positive": g.PositiveNorm, "negative": g.NegativeNorm, "total": g.TotalNorm} {
				if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
					t.Errorf("%s: %s is %g", g.Label, what, f)
				}
			}
		}
	}
}

func TestFindings(t *testing.T) {
	line := views2(200, 64) // everything along one direction, both signs
	direction := normal(1, 64, "direction")
	for i := range line.X[0].Data {
		sign := math.Copysign(1, line.X[0].Row(i / 64)[0])
		line.X[0].Data[i] = sign * direction.Data[i%64]
	}
	line.X[1].Data = slices.Clone(line.X[0].Data)
	line.X[1].Data[5] *= 1.001

	far := views2(200, 64) // a common mean, forty times as long as what differs
	for _, x := range far.X {
		for i := range x.Data {
			x.Data[i] += 40
		}
	}
	twice := views2(200, 64)
	twice.X[1] = twice.X[0]
	half := views2(200, 64)
	for i := range half.X[1].Data {
		half.X[1].Data[i] = 1
	}
	for name, c := range map[string]struct {
		in       Input
		collapse Collapse
		want     []string
	}{
		"a line":        {line, Directions, []string{"Few directions", "channels repeat each other"}},
		"a common mean": {far, Nearly, []string{"Nearly collapsed to a point"}},
		"one file":      {twice, None, []string{"same numbers"}},
		"one view":      {half, None, []string{"View 2 alone has collapsed", "no nearer to each other"}},
		"few images":    {views2(20, 64), None, []string{"20 images in 64 dimensions: no rank can be above 39"}},
	} {
		r := look(t, c.in, method.Setting{Key: "method", Value: "simclr"})
		if r.Collapse != c.collapse {
			t.Errorf("%s: collapse %s, want %s", name, r.Collapse, c.collapse)
		}
		got := r.Findings
		if len(got) != len(c.want) {
			t.Errorf("%s: findings %q", name, got)
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: finding %q, want one about %q", name, got[i], want)
			}
		}
	}
}

// One method: all its gradients, its settings, its files.
func TestOneMethod(t *testing.T) {
	in := views2(20, 8)
	o, err := Parse([]method.Setting{{Key: "method", Value: "barlow"}, {Key: "lambda", Value: "0.5"}, {Key: "target", Value: "stopped"}})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]npy.Array{}
	o.Emit = func(name string, g npy.Array) error {
		files[name] = g
		return nil
	}
	r, err := Measure(t.Context(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range r.Gradients {
		if g.Method != "barlow" || g.Target != method.Stopped {
			t.Errorf("%+v", g)
		}
		if (g.Approximation == 0) != (i == 0) {
			t.Errorf("%s is %g from the loss", g.Label, float64(g.Approximation))
		}
	}
	if len(r.Gradients) != len(method.Barlow.Gradients) {
		t.Errorf("%d gradients of %d", len(r.Gradients), len(method.Barlow.Gradients))
	}
	sum, pull, push := files["barlow.x2"], files["barlow.positive.x2"], files["barlow.negative.x2"]
	if sum.Rows != 20 || sum.Cols != 8 || sum.Bits != 32 {
		t.Fatalf("the gradient is %d x %d of %d bits; files %d", sum.Rows, sum.Cols, sum.Bits, len(files))
	}
	for i, v := range sum.Data {
		if math.Abs(v-pull.Data[i]-push.Data[i]) > 1e-14 {
			t.Fatal("the terms do not sum to the gradient")
		}
	}
	if want := 2 * 3 * len(method.Barlow.Gradients); len(files) != want {
		t.Errorf("%d files, want %d", len(files), want)
	}
	if other := look(t, in, method.Setting{Key: "method", Value: "barlow"}, method.Setting{Key: "target", Value: "stopped"}); other.Gradients[0].Loss == r.Gradients[0].Loss {
		t.Error("lambda changes nothing")
	}
}

// Given targets take the place of the other view.
func TestTargets(t *testing.T) {
	in := views2(30, 8)
	in.T = &[2]npy.Array{normal(30, 8, "t1"), normal(30, 8, "t2")}
	r := look(t, in)
	for _, g := range r.Gradients {
		if g.Target != method.Momentum && g.Target != method.Stopped {
			t.Errorf("%s: target %s", g.Label, g.Target)
		}
	}
	want := 0.0 // minus the mean cosine of each view with the other's target
	for i := range 2 {
		for n := range 30 {
			x, y := in.X[i].Row(n), in.T[1-i].Row(n)
			want -= dot(x, y) / math.Sqrt(dot(x, x)*dot(y, y)) / 60
		}
	}
	near(t, "BYOL's loss", r.gradient(t, "BYOL, no predictor").Loss, want, 1e-12)
	if _, err := Measure(t.Context(), in, Options{Target: method.Stopped}); err == nil {
		t.Error("two targets are accepted")
	}
}

// In float32 the figures are those of the double precision.
func TestLargeInputsAreComputedInFloat32(t *testing.T) {
	in := views2(150, 256)
	if r := look(t, in, method.Setting{Key: "method", Value: "simclr"}); r.Device != "cpu" || !(r.Gradients[0].TotalNorm > 0) {
		t.Errorf("device %s, gradient %+v", r.Device, r.Gradients[0])
	}
}

func TestBadInputs(t *testing.T) {
	nan, huge, wide := views2(4, 3), views2(4, 3), views2(4, 3)
	nan.X[1].Data[7] = math.NaN()
	huge.X[0].Data[0] = 1e39
	wide.X[1] = normal(4, 2, "wide")
	targets := views2(4, 3)
	targets.T = &[2]npy.Array{normal(4, 3, "1"), normal(5, 3, "2")}
	long := Input{X: [2]npy.Array{{Rows: MaxRows + 1, Cols: 1, Data: make([]float64, MaxRows+1)}, {Rows: MaxRows + 1, Cols: 1, Data: make([]float64, MaxRows+1)}}}
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"NaN":         {nan, "x2: 1 of 12 numbers are NaN or infinite; the first, NaN, stands in row 2, column 1"},
		"huge":        {huge, "x1: a number is too large for float32"},
		"wide":        {wide, "x1 has shape (4, 3) and x2 has (4, 2)"},
		"targets":     {targets, "x1 has shape (4, 3) and t2 has (5, 3)"},
		"one row":     {views2(1, 3), "at least two rows"},
		"many rows":   {long, "4097 rows are more than the 4096 that fit a batch"},
		"two at once": {Input{X: [2]npy.Array{nan.X[1], wide.X[1]}}, "x1: 1 of 12"},
	} {
		_, err := Measure(t.Context(), c.in, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one about %q", name, err, c.want)
		}
	}
	var fault *Fault
	if err := wide.Check(); !errors.As(err, &fault) || fault.Array != "x2" || fault.Error() != errors.Unwrap(fault).Error() {
		t.Errorf("the fault of the second array is %+v", fault)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Measure(ended, views2(4, 3), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	full := errors.New("the disk is full")
	if _, err := Measure(t.Context(), views2(4, 3), Options{Emit: func(string, npy.Array) error { return full }}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

func TestBadSettings(t *testing.T) {
	for args, want := range map[string]string{
		"method=simlcr":                  "the nearest is simclr",
		"tau=0.5":                        "without a method",
		"method=simclr lambda=1":         "unknown setting",
		"method=simclr tau=0":            "is outside",
		"method=simclr target=momentum":  "target",
		"method=simclr tau=0 alpha=1":    "alpha",
		"method=simclr tau=cold":         "tau",
		"method=byol target=elsewhere":   "target",
		"target=stopped method=nonsense": "nonsense",
	} {
		var settings []method.Setting
		for arg := range strings.FieldsSeq(args) {
			key, value, _ := strings.Cut(arg, "=")
			settings = append(settings, method.Setting{Key: key, Value: value})
		}
		if _, err := Parse(settings); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one about %q", args, err, want)
		}
	}
}

// What is not finite prints as null, and everything reads back.
func TestJSON(t *testing.T) {
	in := views2(8, 4)
	for _, x := range in.X {
		for i := range x.Data {
			x.Data[i] = 1
		}
	}
	text, err := json.Marshal(look(t, in))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Metrics []struct {
			Name  string
			Value *float64
		}
		Equivalence struct{ Cosine [][]*float64 }
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Metrics {
		if (m.Value == nil) != (m.Name == "alpha_req") {
			t.Errorf("%s is %v", m.Name, m.Value)
		}
	}
	if got := string(text); strings.Contains(got, "NaN") || !strings.Contains(got, `"findings":["Collapsed`) {
		t.Errorf("printed %.300s", got)
	}
}
