package probe

import "math"

// A Shape is how a set of embeddings lies in its space, measured on unit rows.
type Shape struct {
	Collapsed          bool // all unit rows are one vector up to rounding
	ChannelStd         float64
	CollapseLevel      float64
	EffectiveRank      float64 // centred: at most MaxRank(N, D)
	RankMe             float64 // not centred: at most MaxRankMe(N, D)
	ParticipationRatio float64
	Alpha              float64 // NaN where collapsed
	Spectrum           []float64
}

// Metrics are the measurements of a probe step on the outputs z1 and z2 of both views.
type Metrics struct {
	Shape                  // of all rows of both views together
	LiDAR          float64 // images against their views: at most MaxRank(N, D)
	Alignment      float64
	Uniformity     float64 // mean of both views
	PositiveCosine float64
	NegativeCosine float64
	OffDiagonal    float64 // of Barlow's C between the views: raw rows, at most CorrelationChannels channels
}

// CorrelationChannels bounds the channels of a wide layer that Measure
// correlates; they are spread evenly over the layer (see Channels).
const CorrelationChannels = 512

// MeasureShape computes the shape of N embeddings of width D. With a NaN or an
// infinity in the input all is NaN.
func MeasureShape(z Matrix) Shape {
	z.check("the shape", 1)
	return newScatter(unit(z)).shape()
}

// Measure computes the metrics of N embeddings of width D of each view, row n of
// both from the same image. With a NaN or an infinity in the input all are NaN.
func Measure(z1, z2 Matrix) Metrics {
	z1.check("the metrics", 1)
	z2.check("the metrics", 1)
	same("the metrics", z1, z2)
	s := newScatter(unit(z1, z2))
	m := Metrics{Shape: s.shape()}
	if !finite(s.whole) {
		nan := math.NaN()
		m.LiDAR, m.Alignment, m.Uniformity, m.PositiveCosine, m.NegativeCosine, m.OffDiagonal = nan, nan, nan, nan, nan, nan
		return m
	}
	u1, u2 := rows(s.whole, 0, z1.Rows), rows(s.whole, z1.Rows, 2*z1.Rows)
	m.LiDAR = lidar(s.whole)
	m.Alignment = alignment(u1, u2)
	m.Uniformity = (uniformity(u1) + uniformity(u2)) / 2
	m.PositiveCosine, m.NegativeCosine = positiveCosine(u1, u2), negativeCosine(u1, u2)
	m.OffDiagonal = 1
	if !m.Collapsed {
		m.OffDiagonal = Correlation(z1, z2, Channels(z1.Cols, CorrelationChannels)).OffDiagonal()
	}
	return m
}

// shape is MeasureShape of unit rows.
func (s scatter) shape() Shape {
	if !finite(s.whole) {
		nan := math.NaN()
		return Shape{ChannelStd: nan, CollapseLevel: nan, EffectiveRank: nan, RankMe: nan, ParticipationRatio: nan, Alpha: nan, Spectrum: s.spectrum()}
	}
	_, d := s.whole.Dims()
	std := channelStd(s.centred)
	return Shape{
		Collapsed:          s.collapsed,
		ChannelStd:         std,
		CollapseLevel:      CollapseLevel(std, d),
		EffectiveRank:      s.effectiveRank(),
		RankMe:             rankMe(s.whole, s.collapsed),
		ParticipationRatio: s.participationRatio(),
		Alpha:              s.alpha(),
		Spectrum:           s.spectrum(),
	}
}
