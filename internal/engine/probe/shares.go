package probe

import "math"

// Shares turns weights, a row for each anchor and a column for each other sample,
// into shares: w_v / sum |w|, of which it returns the root with the sign of the
// weight, so that the squares of a row add up to 1 and a small share is told from
// none even in a few bits. A row of zeros stays.
//
// effective is the mean over the anchors of 1 / sum share^2, the number of samples
// that push: 1 where one sample does it all, all of them where they do it alike
// (the participation ratio of the weights; Kish, "Survey Sampling", 1965, calls it
// the effective sample size). It is NaN where a weight is not finite.
func Shares(weights Matrix) (rooted Matrix, effective float64) {
	weights.check("the shares", 1)
	rooted = Matrix{Rows: weights.Rows, Cols: weights.Cols, Data: make([]float32, len(weights.Data))}
	for i := range weights.Rows {
		sum := 0.0
		for _, w := range weights.Row(i) {
			sum += math.Abs(float64(w))
		}
		if sum == 0 {
			continue
		}
		squares := 0.0
		for j, w := range weights.Row(i) {
			share := math.Abs(float64(w)) / sum
			squares += share * share
			rooted.Data[i*weights.Cols+j] = float32(math.Copysign(math.Sqrt(share), float64(w)))
		}
		effective += 1 / squares
	}
	return rooted, effective / float64(weights.Rows)
}
