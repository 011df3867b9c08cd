package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// ChannelStd is the mean over channels j of the standard deviation over
// samples b of u_bj, u = z/|z| (biased: divided by the number of samples):
//
//	(1/D) sum_j sqrt( mean_b (u_bj - mean_b u_bj)^2 )
//
// It is 0 for a collapsed embedding and 1/sqrt(D) for an isotropic one. It is
// blind to a collapse into several directions. Source: Chen and He, "Exploring
// Simple Siamese Representation Learning" (SimSiam), CVPR 2021, section 4.1.
func ChannelStd(z Matrix) float64 {
	z.check("the channel std", 1)
	u := unit(z)
	centre(u)
	return channelStd(u)
}

// channelStd is ChannelStd of centred unit rows.
func channelStd(centred *mat.Dense) float64 {
	rows, cols := centred.Dims()
	squares := make([]float64, cols)
	for i := range rows {
		for j, v := range centred.RawRowView(i) {
			squares[j] += v * v
		}
	}
	sum := 0.0
	for _, s := range squares {
		sum += math.Sqrt(s / float64(rows))
	}
	return sum / float64(cols)
}

// CollapseLevel turns the channel std of embeddings of width d into a level:
// max(0, 1 - sqrt(d) std). It is 0 for a well spread embedding and 1 for a
// collapsed one. Source: the examples of the library lightly.
func CollapseLevel(std float64, d int) float64 {
	return max(0, 1-float64(math.Sqrt(float64(d))*std)) // the built-in max passes NaN on
}
