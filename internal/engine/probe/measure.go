package probe

import "math"

// Metrics are the measurements of a probe step on the outputs z1 and z2 of both
// views. Those without another word are of the unit rows of both views together.
type Metrics struct {
	Collapsed          bool // all unit rows of both views are one vector up to rounding
	ChannelStd         float64
	CollapseLevel      float64
	EffectiveRank      float64 // centred: at most MaxRank(2N, D)
	RankMe             float64 // not centred: at most MaxRankMe(2N, D)
	ParticipationRatio float64
	LiDAR              float64 // images against their views: at most MaxRank(N, D)
	Alpha              float64 // NaN where collapsed
	Spectrum           []float64
	Alignment          float64
	Uniformity         float64 // mean of both views
	PositiveCosine     float64
	NegativeCosine     float64
	OffDiagonal        float64 // of Barlow's C between the views: raw rows, at most CorrelationChannels channels
}

// CorrelationChannels bounds the channels of a wide layer that Measure
// correlates; they are spread evenly over the layer (see Channels).
const CorrelationChannels = 512

// Measure computes the metrics of N embeddings of width D of each view, row n of
// both from the same image. With a NaN or an infinity in the input all are NaN.
func Measure(z1, z2 Matrix) Metrics {
	z1.check("the metrics", 1)
	z2.check("the metrics", 1)
	same("the metrics", z1, z2)
	s := newScatter(unit(z1, z2))
	if !finite(s.whole) {
		nan := math.NaN()
		return Metrics{
			ChannelStd: nan, CollapseLevel: nan, EffectiveRank: nan, RankMe: nan, ParticipationRatio: nan, LiDAR: nan, Alpha: nan,
			Spectrum: s.spectrum(), Alignment: nan, Uniformity: nan, PositiveCosine: nan, NegativeCosine: nan, OffDiagonal: nan,
		}
	}
	u1, u2 := rows(s.whole, 0, z1.Rows), rows(s.whole, z1.Rows, 2*z1.Rows)
	m := Metrics{
		Collapsed:          s.collapsed,
		ChannelStd:         channelStd(s.centred),
		EffectiveRank:      s.effectiveRank(),
		RankMe:             rankMe(s.whole, s.collapsed),
		ParticipationRatio: s.participationRatio(),
		LiDAR:              lidar(s.whole),
		Alpha:              s.alpha(),
		Spectrum:           s.spectrum(),
		Alignment:          alignment(u1, u2),
		Uniformity:         (uniformity(u1) + uniformity(u2)) / 2,
		PositiveCosine:     positiveCosine(u1, u2),
		NegativeCosine:     negativeCosine(u1, u2),
		OffDiagonal:        1,
	}
	m.CollapseLevel = CollapseLevel(m.ChannelStd, z1.Cols)
	if !m.Collapsed {
		m.OffDiagonal = Correlation(z1, z2, Channels(z1.Cols, CorrelationChannels)).OffDiagonal()
	}
	return m
}
