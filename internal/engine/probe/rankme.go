package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// rankMeEps is the paper's epsilon: it keeps the logarithm of a vanishing share
// finite, and adds at most 4e-4 at a width of 256.
const rankMeEps = 1e-7

// RankMe is the effective rank of the matrix as it is, not centred:
//
//	exp( - sum_k p_k log p_k ),   p_k = sigma_k / sum sigma + 1e-7
//
// between 1 and MaxRankMe(N, D). The mean of the embeddings counts as one
// direction, so embeddings that share a large mean read low although they are
// spread around it: EffectiveRank is blind to the mean, and the two together
// tell. Compare runs of one method only. Collapsed embeddings read 1. Source:
// Garrido et al., "RankMe: Assessing the Downstream Performance of Pretrained
// Self-Supervised Representations by Their Rank", ICML 2023, equation 1.
func RankMe(z Matrix) float64 {
	z.check("RankMe", 1)
	whole := z.wide()
	centred := mat.DenseCopyOf(whole)
	centre(centred)
	return rankMe(whole, collapsed(whole, centred))
}

// MaxRankMe is the largest RankMe that n embeddings of width d can have.
func MaxRankMe(n, d int) int { return min(n, d) }

// rankMe is RankMe of a matrix of which it is known whether it is collapsed.
func rankMe(whole *mat.Dense, isCollapsed bool) float64 {
	if !finite(whole) {
		return math.NaN()
	}
	if isCollapsed {
		return 1
	}
	squares, ok := squaredSingularValues(whole)
	if !ok {
		return math.NaN()
	}
	return entropyRank(singular(squares), rankMeEps)
}
