package probe

import "math"

// ParticipationRatio is the number of directions that the embeddings use,
// counted by the eigenvalues mu_k of their covariance S:
//
//	(tr S)^2 / |S|_F^2  =  (sum_k mu_k)^2 / sum_k mu_k^2
//
// between 1 and MaxRank(N, D). It weighs variances where EffectiveRank weighs
// standard deviations, so it hears less of the weak directions and is never
// above it. Unrelated channels in a small batch read ParticipationByChance, not D.
// Collapsed embeddings read 1. Source: Gao et al., "A theory of multineuronal
// dimensionality, dynamics and measurement", bioRxiv 214262, 2017.
func ParticipationRatio(z Matrix) float64 {
	z.check("the participation ratio", 1)
	return newScatter(z.wide()).participationRatio()
}

// ParticipationByChance is what ParticipationRatio reads for n embeddings of
// d independent channels of one variance: E (tr S)^2 / E |S|_F^2, which is near
// n d / (n+d), since the batch's own noise makes |S|_F^2 larger by the factor 1 + d/n.
func ParticipationByChance(n, d int) float64 {
	return float64((n-1)*d+2) / float64(n+d)
}

func (s scatter) participationRatio() float64 {
	switch {
	case s.squares == nil:
		return math.NaN()
	case s.collapsed:
		return 1
	}
	trace, squares := 0.0, 0.0
	for _, v := range s.squares {
		v /= s.squares[0]
		trace += v
		squares += v * v
	}
	return trace * trace / squares
}
