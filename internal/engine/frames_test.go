package engine

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
)

// framed returns the frame of that name.
func framed(t *testing.T, r record.Step, name string) record.Frame {
	t.Helper()
	i := slices.IndexFunc(r.Frames, func(f record.Frame) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("step %d has no frame %s", r.Step, name)
	}
	return r.Frames[i]
}

// stepped takes the first step of a run with its probe.
func stepped(t *testing.T, settings string) (*trainer, record.Step) {
	t.Helper()
	v, tr := start(t, parse(t, small+settings))
	x1, x2 := v.next()
	d := due{probe: true, ways: true}
	tr.step(0, d, x1, x2)
	return tr, tr.record(0, d)
}

// The spectrum is that of the outputs at length 1, computed here from them; so
// are the numbers that are made of it.
func TestSpectrumFrame(t *testing.T) {
	for _, x := range []string{"method=simclr", "batch=140 projector.width=300"} {
		tr, r := stepped(t, x)
		f := framed(t, r, spectrumName)
		want := probe.MeasureShape(tr.unit(byView(tr.pass.Z)))
		sample := probe.Channels(len(want.Spectrum), frameValues)
		if f.Rows != 1 || f.Cols != len(sample) || f.Of != len(want.Spectrum) {
			t.Fatalf("%s: a frame of %d x %d of %d values", x, f.Rows, f.Cols, f.Of)
		}
		for i, k := range sample {
			if got := float64(f.At(0, i)); math.Abs(got-want.Spectrum[k]) > float64(f.Scale)/2+1e-6 {
				t.Errorf("%s: value %d is %g, want %g", x, k, got, want.Spectrum[k])
			}
		}
		for name, v := range map[string]float64{"effective_rank": want.EffectiveRank, "rankme": want.RankMe, "participation_ratio": want.ParticipationRatio, "alpha_req": want.Alpha} {
			if got := value(t, tr.spec, r, name); math.Abs(got-v) > 1e-6*v {
				t.Errorf("%s: %s is %g, want %g", x, name, got, v)
			}
		}
	}
}

// Every network compares what the schema says, in its order, and the frames hold
// the comparison of the step's whole batch.
func TestEquivalenceFrames(t *testing.T) {
	for _, x := range []string{
		"method=simclr", "method=simclr gradient=unified", "method=moco", "method=barlow gradient=drop-a", "method=vicreg", "method=unigrad",
		"method=byol predictor=mlp", "method=byol predictor=linear gradient=closed", "method=byol predictor=none", "method=simsiam", "method=directpred",
	} {
		s := parse(t, small+x)
		v, tr := start(t, s)
		x1, x2 := v.next()
		images := tr.upload(x1, x2)
		tr.online.Forward(tr.arena, &tr.pass, images)
		e := tr.equivalence(tr.pair(images)) // before the step moves any state
		_, r := stepped(t, x)
		schema := Schema(s)
		for _, name := range []string{equivalenceName, ratioName} {
			if m, ok := schema.Matrix(name, 0); !ok || !slices.Equal(m.Labels, e.Labels) {
				t.Errorf("%s: %s has the labels %q, compared are %q", x, name, m.Labels, e.Labels)
			}
		}
		if g, _ := s.Method.Gradient(s.Gradient); g.Name != "loss" && !slices.ContainsFunc(e.Labels, func(l string) bool { return strings.HasSuffix(l, ": "+g.Name) }) {
			t.Errorf("%s: what drives is not compared: %q", x, e.Labels)
		}
		cosines, ratios := framed(t, r, equivalenceName), framed(t, r, ratioName)
		k := len(e.Labels)
		if cosines.Rows != k || cosines.Cols != k || ratios.Rows != k || ratios.Cols != k {
			t.Fatalf("%s: %d x %d cosines and %d x %d ratios of %d gradients", x, cosines.Rows, cosines.Cols, ratios.Rows, ratios.Cols, k)
		}
		for i := range k {
			for j := range k {
				if got, want := float64(cosines.At(i, j)), e.Cosine[i*k+j]; math.Abs(got-want) > 0.5/127+1e-6 {
					t.Errorf("%s: %s and %s: cosine %g, want %g", x, e.Labels[i], e.Labels[j], got, want)
				}
				want := min(farthest, max(-farthest, math.Log10(e.Ratio[i*k+j])))
				if got := float64(ratios.At(i, j)); math.Abs(got-want) > float64(ratios.Scale)/2+1e-6 {
					t.Errorf("%s: %s over %s: 10^%g, want 10^%g", x, e.Labels[i], e.Labels[j], got, want)
				}
			}
		}
	}
}

// A method whose gradient vanishes has no angle with others, and lies farthest below them.
func TestVanishingGradientHasNoAngle(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	cosines, ratios, ok := equivalenceFrames(method.Equivalence{
		Labels: []string{"A", "B", "C"},
		Cosine: []float64{1, 0, 0, 0, 0, 0, 0, 0, 0},
		Ratio:  []float64{1, inf, inf, 0, nan, nan, 0, nan, nan},
	})
	if !ok || cosines.At(0, 0) != 1 || cosines.At(0, 1) != 0 {
		t.Errorf("cosines %v: %v", cosines.Data, ok)
	}
	for at, want := range map[[2]int]float64{{0, 1}: farthest, {1, 0}: -farthest, {1, 2}: 0, {0, 0}: 0} {
		if got := float64(ratios.At(at[0], at[1])); math.Abs(got-want) > 1e-5 {
			t.Errorf("ratio %v is 10^%g, want 10^%g", at, got, want)
		}
	}
	if _, _, ok := equivalenceFrames(method.Equivalence{Labels: []string{"A"}, Cosine: []float64{nan}, Ratio: []float64{nan}}); ok {
		t.Error("what is not a number is shown")
	}
}

// From the step of a branch on the labels are those of its network.
func TestBranchHasItsOwnLabels(t *testing.T) {
	s := parse(t, small+"method=byol predictor=linear at=4 then.gradient=closed")
	schema, steps := Schema(s), run(t, s, 2)
	for step, closed := range map[int]bool{0: false, 3: false, 6: true} {
		m, _ := schema.Matrix(equivalenceName, step)
		if slices.Contains(m.Labels, "BYOL: closed") != closed {
			t.Errorf("step %d: %q", step, m.Labels)
		}
		if f := framed(t, steps[step], equivalenceName); f.Rows != len(m.Labels) {
			t.Errorf("step %d: %d rows for %d labels", step, f.Rows, len(m.Labels))
		}
	}
}

// A probe looks and changes nothing: with probes or without, a run is the same.
func TestProbesChangeNothing(t *testing.T) {
	for _, m := range methods() {
		hash := func(every string) string {
			s := parse(t, small+m+" probe.every="+every)
			h := record.NewHash(Schema(s))
			for _, r := range run(t, s, 2) {
				h.Add(r)
			}
			return h.Sum()
		}
		if hash("1") != hash("7") {
			t.Errorf("%s: probes at every step give another curve", m)
		}
	}
}

// What a probe step costs beyond a step, and the comparison of all methods alone.
func BenchmarkProbe(b *testing.B) {
	for _, x := range []string{"", "predictor=mlp method=byol"} {
		s := parse(b, "data=shapes "+x)
		v, tr := start(b, s)
		x1, x2 := v.next()
		for name, measure := range map[string]func(pair method.Pair){
			"step":    func(method.Pair) { tr.step(0, due{}, x1, x2) },
			"ways":    func(method.Pair) { tr.step(0, due{ways: true}, x1, x2) },
			"probe":   tr.probe,
			"compare": func(p method.Pair) { tr.equivalence(p) },
			"terms": func(p method.Pair) {
				defer tr.arena.Release(tr.arena.Mark())
				s.Method.Both(tr.arena, tr.objective, s.Gradient, p)
			},
			"terms and sphere": func(p method.Pair) {
				defer tr.arena.Release(tr.arena.Mark())
				tr.sphere(p, s.Method.Both(tr.arena, tr.objective, s.Gradient, p).Terms)
			},
			"shape": func(p method.Pair) { probe.MeasureShape(tr.unit(p.Z)) },
		} {
			b.Run(s.Method.Name+"/"+name, func(b *testing.B) {
				tr.arena.Reset()
				images := tr.upload(x1, x2)
				tr.online.Forward(tr.arena, &tr.pass, images)
				pair := tr.pair(images)
				for b.Loop() {
					tr.reading.frames = nil
					measure(pair)
				}
			})
		}
	}
}
