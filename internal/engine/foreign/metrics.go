package foreign

import (
	"math"

	"gradlab/internal/engine/probe"
)

// A Metric is one measurement, of both views together and of each where it is
// the measurement of one set of embeddings.
type Metric struct {
	Name  string  `json:"name"` // as in a record of this lab, where it has it
	Title string  `json:"title"`
	Doc   string  `json:"doc"`
	Value Number  `json:"value"`
	X1    *Number `json:"x1,omitempty"`
	X2    *Number `json:"x2,omitempty"`
	Marks []Mark  `json:"marks,omitempty"`
}

// A Mark is a value to read a metric against.
type Mark struct {
	Label string `json:"label"`
	Value Number `json:"value"`
}

// views are both views as the probes take them.
type views [2]probe.Matrix

// A measurement is all that the probes say of two views.
type measurement struct {
	n, d       int
	both       probe.Metrics
	each       [2]probe.Shape
	uniformity [2]float64
	cka        float64
	overlap    float64
	neighbours int // by which overlap was taken
}

func (v views) measure() measurement {
	m := measurement{n: v[0].Rows, d: v[0].Cols, both: probe.Measure(v[0], v[1])}
	for i, z := range v {
		m.each[i], m.uniformity[i] = probe.MeasureShape(z), probe.Uniformity(z)
	}
	m.cka = probe.CKA(v[0], v[1])
	m.neighbours = min(probe.OverlapK, m.n-1)
	m.overlap = probe.NeighbourOverlap(v[0], v[1], m.neighbours)
	return m
}

// list returns the metrics in the order in which they are read: has it collapsed,
// how many directions, are views close and images apart, do the views agree.
func (m measurement) list() []Metric {
	n, d, b := m.n, m.d, m.both
	shape := func(name, title, doc string, of func(s probe.Shape) float64, marks ...Mark) Metric {
		x1, x2 := Number(of(m.each[0])), Number(of(m.each[1]))
		return Metric{name, title, doc, Number(of(b.Shape)), &x1, &x2, marks}
	}
	pair := func(name, title, doc string, value float64, marks ...Mark) Metric {
		return Metric{Name: name, Title: title, Doc: doc, Value: Number(value), Marks: marks}
	}
	mark := func(label string, value float64) Mark { return Mark{label, Number(value)} }
	most := mark("largest", float64(probe.MaxRank(2*n, d)))
	uniform := pair("uniformity", "Uniformity", "Log of the mean closeness of all pairs of images, 0 after a collapse; mean of both views.", b.Uniformity,
		mark("uniform sphere", probe.UniformSphere(d)), mark("collapsed", 0))
	u1, u2 := Number(m.uniformity[0]), Number(m.uniformity[1])
	uniform.X1, uniform.X2 = &u1, &u2
	return []Metric{
		shape("channel_std", "Channel std", "Standard deviation of a channel of the unit rows, mean over the channels; 0 is collapse to a point.",
			func(s probe.Shape) float64 { return s.ChannelStd }, mark("isotropic", 1/math.Sqrt(float64(d))), mark("collapsed", 0)),
		shape("collapse_level", "Collapse level", "1 less channel std times the square root of the width, at least 0.",
			func(s probe.Shape) float64 { return s.CollapseLevel }, mark("collapsed", 1)),
		shape("effective_rank", "Effective rank", "Directions in use, by the entropy of the singular values, centred.",
			func(s probe.Shape) float64 { return s.EffectiveRank }, most),
		shape("rankme", "RankMe", "The same, not centred: a shared mean is one direction.",
			func(s probe.Shape) float64 { return s.RankMe }, mark("largest", float64(probe.MaxRankMe(2*n, d)))),
		shape("participation_ratio", "Participation ratio", "Directions in use, by the squares of the variances.",
			func(s probe.Shape) float64 { return s.ParticipationRatio }, mark("unrelated channels", probe.ParticipationByChance(2*n, d)), most),
		pair("lidar", "LiDAR", "Directions in which images differ more than the views of one image do.", b.LiDAR, mark("largest", float64(probe.MaxRank(n, d)))),
		shape("alpha_req", "alpha-ReQ", "Exponent at which the variances fall; none after a collapse.",
			func(s probe.Shape) float64 { return s.Alpha }, mark("useful near", 1)),
		pair("alignment", "Alignment", "Mean squared distance of the two views of an image on the sphere; a collapse makes it perfect.", b.Alignment,
			mark("views coincide", 0), mark("unrelated", 2)),
		uniform,
		pair("positive_similarity", "Positive similarity", "Mean cosine of the two views of an image.", b.PositiveCosine, mark("views coincide", 1)),
		pair("negative_similarity", "Negative similarity", "Mean cosine of views of different images.", b.NegativeCosine, mark("isotropic", 0), mark("collapsed", 1)),
		pair("offdiagonal", "Off-diagonal correlation", "Mean size of the correlation between different channels of the two views.", b.OffDiagonal,
			mark("noise floor", probe.NoiseFloor(n)), mark("collapsed", 1)),
		pair("cka", "Linear CKA", "How far the views agree about what lies where, up to rotation and scale.", m.cka,
			mark("unrelated", probe.CKAByChance(n, d, d)), mark("same", 1)),
		pair("neighbour_overlap", "Neighbour overlap", "Share of an image's nearest neighbours that both views name.", m.overlap,
			mark("unrelated", probe.OverlapByChance(m.neighbours, n)), mark("same", 1)),
	}
}
