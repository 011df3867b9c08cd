package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Metrics are the measurements of a probe step on the outputs z1 and z2 of both views.
type Metrics struct {
	Collapsed     bool    // all unit rows of both views are one vector up to rounding
	ChannelStd    float64 // over all rows of both views
	CollapseLevel float64
	EffectiveRank float64 // of the unit rows of both views, centred together: at most MaxRank(2N, D)
	Alignment     float64
	Uniformity    float64 // mean of both views
	OffDiagonal   float64 // of Barlow's C between the views: raw rows, at most CorrelationChannels channels
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
	u := unit(z1, z2)
	if !finite(u) {
		nan := math.NaN()
		return Metrics{ChannelStd: nan, CollapseLevel: nan, EffectiveRank: nan, Alignment: nan, Uniformity: nan, OffDiagonal: nan}
	}
	centred := mat.DenseCopyOf(u)
	centre(centred)
	u1, u2 := rows(u, 0, z1.Rows), rows(u, z1.Rows, 2*z1.Rows)
	m := Metrics{
		Collapsed:     collapsed(u, centred),
		ChannelStd:    channelStd(centred),
		EffectiveRank: effectiveRank(u, centred),
		Alignment:     alignment(u1, u2),
		Uniformity:    (uniformity(u1) + uniformity(u2)) / 2,
		OffDiagonal:   1,
	}
	m.CollapseLevel = CollapseLevel(m.ChannelStd, z1.Cols)
	if !m.Collapsed {
		m.OffDiagonal = Correlation(z1, z2, Channels(z1.Cols, CorrelationChannels)).OffDiagonal()
	}
	return m
}
