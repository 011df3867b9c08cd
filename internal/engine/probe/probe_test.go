package probe

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/random"
	"gradlab/internal/knob"
)

// normal returns n x d independent standard normal numbers: unit rows are uniform on the sphere.
func normal(n, d int, name string) Matrix {
	m := Matrix{n, d, make([]float32, n*d)}
	r := random.New(1, random.Named(name), 0, 0)
	for i := range m.Data {
		m.Data[i] = float32(r.Normal())
	}
	return m
}

// constant returns n equal rows with a relative rounding noise.
func constant(n, d int, relative float64) Matrix {
	m := Matrix{n, d, make([]float32, n*d)}
	r := random.New(2, random.Named("constant"), 0, 0)
	row := normal(1, d, "row")
	for i := range m.Data {
		m.Data[i] = row.Data[i%d] * float32(1+relative*r.Normal())
	}
	return m
}

func of(cols int, data ...float32) Matrix { return Matrix{len(data) / cols, cols, data} }

// asUnit returns the rows of z at length 1.
func asUnit(z Matrix) Matrix {
	u := unit(z)
	out := Matrix{z.Rows, z.Cols, make([]float32, len(z.Data))}
	for i := range out.Data {
		out.Data[i] = float32(u.At(i/z.Cols, i%z.Cols))
	}
	return out
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %.10g, want %.10g within %g", what, got, want, tol)
	}
}

// Small cases that can be done by hand.
func TestByHand(t *testing.T) {
	s := math.Sqrt
	// Four points on the axes of the plane: every channel is 1, -1, 0, 0 with std sqrt(1/2).
	axes := of(2, 3, 0, 0, 5, -2, 0, 0, -1)
	near(t, "std of the axes", ChannelStd(axes), s(0.5), 1e-12)
	near(t, "collapse level of the axes", CollapseLevel(s(0.5), 2), 0, 1e-12)
	near(t, "collapse level halfway", CollapseLevel(0.25, 4), 0.5, 1e-12)
	near(t, "uniformity of the axes", Uniformity(axes), math.Log((4*math.Exp(-4)+2*math.Exp(-8))/6), 1e-12)

	near(t, "alignment of right angles", Alignment(of(2, 1, 0, 0, 1), of(2, 0, 2, 0, 7)), (2+0)/2.0, 1e-12)
	near(t, "alignment of opposites", Alignment(of(2, 1, 0), of(2, -3, 0)), 4, 1e-12)

	// Centred already, singular values 2 sqrt 2 and sqrt 2: p = 2/3, 1/3.
	near(t, "rank of 2:1", EffectiveRank(of(2, 2, 0, -2, 0, 0, 1, 0, -1)), math.Exp(-(2./3)*math.Log(2./3)-(1./3)*math.Log(1./3)), 1e-12)
	near(t, "rank of 1000:1", EffectiveRank(of(2, 1000, 0, -1000, 0, 0, 1, 0, -1)), math.Exp(-(1000./1001)*math.Log(1000./1001)-(1./1001)*math.Log(1./1001)), 1e-9)
	near(t, "rank of a line", EffectiveRank(of(3, 1, 2, 3, 2, 4, 6, -1, -2, -3)), 1, 1e-12)
	near(t, "rank of a tilted plane", EffectiveRank(of(3, 1, 1, 0, -1, -1, 0, 1, -1, 5e-8, -1, 1, 5e-8)), 2, 1e-6)

	c := Correlation(of(2, 1, 5, 2, 3, 3, 1), of(2, 2, 0, 4, 1, 6, 0), []int{0, 1})
	for i, want := range []float64{1, 0, -1, 0} { // x with 2x, x with a bump, minus x with 2x, minus x with a bump
		near(t, fmt.Sprintf("correlation %d", i), c.Data[i], want, 1e-12)
	}
	near(t, "off-diagonal", c.OffDiagonal(), 0.5, 1e-12)
	near(t, "off-diagonal of one channel", Square{1, []float64{1}}.OffDiagonal(), 0, 0)

	// Images at 0 and 90 degrees, their other views at 60 and 180.
	z1, z2 := of(2, 1, 0, 0, 3), of(2, 1, float32(s(3)), -5, 0)
	near(t, "positive cosine", PositiveCosine(z1, z2), (0.5+0)/2, 1e-7)
	near(t, "negative cosine", NegativeCosine(z1, z2), (0-1+s(3)/2-0.5)/4, 1e-7)
}

// A constant embedding, exact or up to float32's rounding, says collapsed on every metric.
func TestConstantIsCollapsed(t *testing.T) {
	for _, d := range []int{1, 2, 64} {
		for _, relative := range []float64{0, 1e-7, 1e-6} {
			z := constant(128, d, relative)
			m := Measure(z, z)
			what := fmt.Sprintf("d %d, noise %g: ", d, relative)
			if !m.Collapsed {
				t.Errorf("%snot collapsed", what)
			}
			near(t, what+"channel std", m.ChannelStd, 0, 1e-5)
			near(t, what+"collapse level", m.CollapseLevel, 1, 1e-4)
			near(t, what+"effective rank", m.EffectiveRank, 1, 0)
			near(t, what+"RankMe", m.RankMe, 1, 0)
			near(t, what+"participation ratio", m.ParticipationRatio, 1, 0)
			near(t, what+"LiDAR", m.LiDAR, 1, 0)
			near(t, what+"positive cosine", m.PositiveCosine, 1, 1e-9)
			near(t, what+"negative cosine", m.NegativeCosine, 1, 1e-9)
			if !math.IsNaN(m.Alpha) {
				t.Errorf("%sthe exponent of nothing is %g", what, m.Alpha)
			}
			for _, v := range m.Spectrum {
				near(t, what+"spectrum", v, SpectrumFloor, 0)
			}
			near(t, what+"off-diagonal", m.OffDiagonal, 1, 0)
			near(t, what+"alignment", m.Alignment, 0, 1e-9)
			near(t, what+"uniformity", m.Uniformity, 0, 1e-9)
			near(t, what+"effective rank alone", EffectiveRank(z), 1, 0)
			near(t, what+"RankMe alone", RankMe(z), 1, 0)
			near(t, what+"participation ratio alone", ParticipationRatio(z), 1, 0)
			near(t, what+"LiDAR alone", LiDAR(z, z), 1, 0)
			near(t, what+"negative cosine alone", NegativeCosine(z, z), 1, 1e-9)
			near(t, what+"CKA", CKA(z, normal(128, 8, "other")), 0, 0)
			near(t, what+"CKA with itself", CKA(z, z), 0, 0)
			near(t, what+"overlap", NeighbourOverlap(normal(128, 8, "other"), z, 5), 0, 0)
			for _, v := range Correlation(z, z, Channels(d, 8)).Data {
				near(t, what+"correlation", v, 1, 0)
			}
		}
	}
	if m := Measure(of(2, 0, 0, 0, 0), of(2, 0, 0, 0, 0)); !m.Collapsed || m.EffectiveRank != 1 || m.RankMe != 1 || m.ParticipationRatio != 1 || m.LiDAR != 1 || m.OffDiagonal != 1 {
		t.Errorf("zeros measure %+v", m)
	}
	// Twice the threshold is not collapsed any more.
	if m := Measure(constant(128, 64, 2e-5), constant(128, 64, 2e-5)); m.Collapsed {
		t.Error("noise of 2e-5 counts as collapsed")
	}
}

// Points spread by chance on the sphere read the reference values.
func TestUniformSphere(t *testing.T) {
	for d, want := range map[int]float64{2: -1.575, 3: -2.080, 64: -3.875} {
		near(t, fmt.Sprintf("reference at d = %d", d), UniformSphere(d), want, 5e-4)
		const n = 1500
		z := normal(n, d, "sphere")
		near(t, fmt.Sprintf("uniformity at d = %d", d), Uniformity(z), want, 0.02)
		near(t, fmt.Sprintf("channel std at d = %d", d), ChannelStd(z)*math.Sqrt(float64(d)), 1, 0.01)
		near(t, fmt.Sprintf("rank at d = %d", d), EffectiveRank(z)/float64(d), 1, 0.02)
		other := normal(n, d, "other")
		near(t, fmt.Sprintf("alignment at d = %d", d), Alignment(z, other), 2, 0.1)
		near(t, fmt.Sprintf("RankMe at d = %d", d), RankMe(z)/float64(d), 1, 0.02)
		near(t, fmt.Sprintf("participation at d = %d", d), ParticipationRatio(z)/ParticipationByChance(n, d), 1, 0.02)
		near(t, fmt.Sprintf("LiDAR at d = %d", d), LiDAR(z, other)/float64(d), 1, 0.1)
		near(t, fmt.Sprintf("exponent at d = %d", d), Alpha(z), 0, 0.25)
		near(t, fmt.Sprintf("positive cosine at d = %d", d), PositiveCosine(z, other), 0, 0.05)
		near(t, fmt.Sprintf("negative cosine at d = %d", d), NegativeCosine(z, other), 0, 0.01)
		for k, v := range Spectrum(asUnit(z)) {
			near(t, fmt.Sprintf("spectrum at d = %d, direction %d", d, k), v, Isotropic(d), 0.2)
		}
	}
	near(t, "reference at d = 1000", UniformSphere(1000), -4+8./1000, 1e-4)
}

func TestUnrelatedChannelsReadTheNoiseFloor(t *testing.T) {
	for _, n := range []int{32, 128, 512} {
		c := Correlation(normal(n, 100, "a"), normal(n, 100, "b"), Channels(100, 100))
		near(t, fmt.Sprintf("off-diagonal of %d rows", n), c.OffDiagonal()/NoiseFloor(n), 1, 0.03)
	}
}

func TestRankHasItsBound(t *testing.T) {
	for _, c := range []struct{ n, d int }{{2, 5}, {5, 2}, {10, 64}, {64, 10}, {33, 33}, {1, 7}, {7, 1}} {
		got := EffectiveRank(normal(c.n, c.d, "rank"))
		if bound := float64(MaxRank(c.n, c.d)); got > bound+1e-9 || got < 1-1e-12 {
			t.Errorf("%d x %d: rank %g, bound %g", c.n, c.d, got, bound)
		}
	}
	// A simplex with its centre at 0 has equal singular values: the bound is reached.
	const n = 9
	z := Matrix{n, n, make([]float32, n*n)}
	for i := range n {
		z.Data[i*n+i] = 1
	}
	near(t, "rank of a simplex", EffectiveRank(z), n-1, 1e-9)
}

// A rank is one number whatever the shape of the Gram matrix, the scale and the order.
func TestRankIsInvariant(t *testing.T) {
	z := normal(40, 17, "invariant")
	want := EffectiveRank(z)
	scaled, wide, turned := Matrix{40, 17, nil}, Matrix{40, 60, make([]float32, 40*60)}, Matrix{40, 17, nil}
	for i := range 40 {
		copy(wide.Data[i*60:], z.Row(i)) // zeros beside it: now the other Gram matrix is smaller
		turned.Data = append(turned.Data, z.Row(39-i)...)
	}
	for _, v := range z.Data {
		scaled.Data = append(scaled.Data, 1024*v)
	}
	for name, m := range map[string]Matrix{"scaled": scaled, "wider": wide, "turned": turned} {
		near(t, name, EffectiveRank(m), want, 1e-9)
	}
}

func TestCorrelationIsPearsons(t *testing.T) {
	a, b := normal(50, 8, "a"), normal(50, 8, "b")
	for i := range 50 {
		b.Data[8*i+3] += 2*a.Data[8*i+5] + 100 // related, and far from 0
		a.Data[8*i+1] = 7                      // constant
	}
	channels := []int{5, 3, 1}
	c := Correlation(a, b, channels)
	for i, ci := range channels {
		for j, cj := range channels {
			var ma, mb, va, vb, cov float64
			for n := range 50 {
				ma += float64(a.Row(n)[ci]) / 50
				mb += float64(b.Row(n)[cj]) / 50
			}
			for n := range 50 {
				x, y := float64(a.Row(n)[ci])-ma, float64(b.Row(n)[cj])-mb
				va, vb, cov = va+x*x, vb+y*y, cov+x*y
			}
			want := 0.0
			if va > 1e-9 {
				want = cov / math.Sqrt(va*vb)
			}
			near(t, fmt.Sprintf("C of channels %d and %d", ci, cj), c.At(i, j), want, 1e-9)
		}
	}
	if c.At(0, 1) < 0.7 {
		t.Errorf("related channels correlate by %g", c.At(0, 1))
	}
	if c := Correlation(a, b, nil); c.N != 0 || c.OffDiagonal() != 0 {
		t.Errorf("no channels: %+v", c)
	}
}

func TestChannels(t *testing.T) {
	for _, c := range []struct {
		d, most int
		want    string
	}{{4, 8, "[0 1 2 3]"}, {8, 4, "[0 2 4 6]"}, {10, 3, "[0 3 6]"}, {5, 0, "[]"}} {
		if got := fmt.Sprint(Channels(c.d, c.most)); got != c.want {
			t.Errorf("Channels(%d, %d) = %s, want %s", c.d, c.most, got, c.want)
		}
	}
}

// Measure is the metrics one by one.
func TestMeasureAgrees(t *testing.T) {
	z1, z2 := normal(60, 20, "1"), normal(60, 20, "2")
	for i := range z2.Data {
		z2.Data[i] = 0.3*z2.Data[i] + z1.Data[i]
	}
	both := Matrix{120, 20, append(append([]float32(nil), z1.Data...), z2.Data...)}
	asUnits := asUnit(both)
	u1, u2 := Matrix{60, 20, asUnits.Data[:1200]}, Matrix{60, 20, asUnits.Data[1200:]}
	m := Measure(z1, z2)
	near(t, "channel std", m.ChannelStd, ChannelStd(both), 1e-12)
	near(t, "collapse level", m.CollapseLevel, CollapseLevel(m.ChannelStd, 20), 1e-12)
	near(t, "effective rank", m.EffectiveRank, EffectiveRank(asUnits), 1e-5)
	near(t, "RankMe", m.RankMe, RankMe(asUnits), 1e-5)
	near(t, "participation ratio", m.ParticipationRatio, ParticipationRatio(asUnits), 1e-5)
	near(t, "LiDAR", m.LiDAR, LiDAR(u1, u2), 1e-4)
	near(t, "exponent", m.Alpha, Alpha(asUnits), 1e-5)
	for k, v := range Spectrum(asUnits) {
		near(t, "spectrum", m.Spectrum[k], v, 1e-5)
	}
	near(t, "positive cosine", m.PositiveCosine, PositiveCosine(z1, z2), 1e-12)
	near(t, "positive cosine and alignment", m.PositiveCosine, 1-m.Alignment/2, 1e-12)
	near(t, "negative cosine", m.NegativeCosine, NegativeCosine(z1, z2), 1e-12)
	near(t, "alignment", m.Alignment, Alignment(z1, z2), 1e-12)
	near(t, "uniformity", m.Uniformity, (Uniformity(z1)+Uniformity(z2))/2, 1e-12)
	near(t, "off-diagonal", m.OffDiagonal, Correlation(z1, z2, Channels(20, 20)).OffDiagonal(), 1e-12)
	if m.Collapsed {
		t.Error("collapsed")
	}
	if shape := MeasureShape(both); !slices.Equal(shape.Spectrum, m.Spectrum) || shape.EffectiveRank != m.EffectiveRank || shape.ChannelStd != m.ChannelStd {
		t.Errorf("the shape of both views is %+v, measured as %+v", shape, m.Shape)
	}
}

// A collapse into a few directions: std healthy, rank and correlation not.
func TestDimensionalCollapse(t *testing.T) {
	z := Matrix{128, 64, make([]float32, 128*64)}
	r := random.New(4, random.Named("signs"), 0, 0)
	pattern := normal(1, 64, "pattern")
	for i := range 128 {
		sign := float32(int(r.Uint32()&1)*2 - 1)
		for j := range 64 {
			z.Data[i*64+j] = sign * pattern.Data[j]
		}
	}
	m := Measure(z, z)
	if m.CollapseLevel > 0.25 || m.EffectiveRank > 1.01 || m.OffDiagonal < 0.99 || m.Collapsed {
		t.Errorf("one direction, both signs: %+v", m)
	}
}

func TestNaNGivesNaN(t *testing.T) {
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		z, good := normal(20, 6, "z"), normal(20, 6, "good")
		z.Data[17] = bad
		m := Measure(good, z)
		rank := EffectiveRank(z)
		c := Correlation(z, good, []int{0, 1, 2})
		for what, v := range map[string]float64{
			"std": m.ChannelStd, "level": m.CollapseLevel, "rank": m.EffectiveRank, "alignment": m.Alignment, "uniformity": m.Uniformity, "off-diagonal": m.OffDiagonal,
			"rank alone": rank, "correlation": c.At(1, 1), "off-diagonal alone": c.OffDiagonal(), "std alone": ChannelStd(z), "alignment alone": Alignment(z, good), "uniformity alone": Uniformity(z),
			"RankMe": m.RankMe, "participation": m.ParticipationRatio, "LiDAR": m.LiDAR, "exponent": m.Alpha, "spectrum": m.Spectrum[2], "positive": m.PositiveCosine, "negative": m.NegativeCosine,
			"RankMe alone": RankMe(z), "participation alone": ParticipationRatio(z), "LiDAR alone": LiDAR(good, z), "exponent alone": Alpha(z), "spectrum alone": Spectrum(z)[0],
			"positive alone": PositiveCosine(z, good), "negative alone": NegativeCosine(good, z), "CKA": CKA(good, z), "overlap": NeighbourOverlap(z, good, 3),
			"linear": LinearProbe(z, make([]uint8, 20), good, make([]uint8, 20), 1), "linear queries": LinearProbe(good, make([]uint8, 20), z, make([]uint8, 20), 1),
			"kNN": KNN(z, make([]uint8, 20), good, make([]uint8, 20), 1), "kNN queries": KNN(good, make([]uint8, 20), z, make([]uint8, 20), 1),
		} {
			if !math.IsNaN(v) {
				t.Errorf("with %g: %s is %g", bad, what, v)
			}
		}
	}
	one := normal(1, 3, "one")
	if v := Uniformity(one); !math.IsNaN(v) {
		t.Errorf("the uniformity of one row is %g", v)
	}
	if v := NegativeCosine(one, one); !math.IsNaN(v) {
		t.Errorf("the negative cosine of one image is %g", v)
	}
	huge := of(2, 3e38, 3e38, -3e38, 3e38, 1e-38, -1e-38) // finite, and its squares in float64 too
	if m := Measure(huge, huge); math.IsNaN(m.EffectiveRank + m.ChannelStd + m.Uniformity + m.OffDiagonal + m.RankMe + m.LiDAR + EffectiveRank(huge) + RankMe(huge) + ParticipationRatio(huge) + LiDAR(huge, huge) + Spectrum(huge)[0] + CKA(huge, huge)) {
		t.Errorf("huge numbers measure %+v", m)
	}
}

func TestWrongShapesPanic(t *testing.T) {
	a, b := normal(4, 3, "a"), normal(4, 2, "b")
	for name, f := range map[string]func(){
		"measure":     func() { Measure(a, b) },
		"alignment":   func() { Alignment(a, b) },
		"correlation": func() { Correlation(a, b, []int{0}) },
		"data":        func() { EffectiveRank(Matrix{4, 3, a.Data[1:]}) },
		"empty":       func() { ChannelStd(Matrix{}) },
		"LiDAR":       func() { LiDAR(a, b) },
		"cosine":      func() { NegativeCosine(a, b) },
		"CKA":         func() { CKA(a, normal(5, 3, "five")) },
		"overlap":     func() { NeighbourOverlap(a, normal(5, 3, "five"), 1) },
		"neighbours":  func() { NeighbourOverlap(a, b, 4) },
		"linear":      func() { LinearProbe(a, make([]uint8, 3), a, make([]uint8, 4), 1) },
		"width":       func() { KNN(a, make([]uint8, 4), b, make([]uint8, 4), 1) },
		"labels":      func() { KNN(a, make([]uint8, 3), a, make([]uint8, 4), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "probe: ") {
					t.Errorf("recovered %v", r)
				}
			}()
			f()
		})
	}
}

func TestConfigDeclares(t *testing.T) {
	var c Config
	var s knob.Set
	c.Declare(&s)
	if got := strings.Join(s.Names(), " "); got != "probe.every probe.knn" {
		t.Errorf("knobs %s", got)
	}
	if err := s.Set("probe.every", "0"); err == nil {
		t.Error("a probe every 0 steps is accepted")
	}
	if err := s.Set("probe.knn", "0"); err != nil || c.KNN != 0 {
		t.Errorf("kNN cannot be switched off: %v", err)
	}
}
