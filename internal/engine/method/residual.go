package method

import "math"

// residual measures how far the sum of terms is from a reference: |sum of terms -
// reference|_F / sum over terms |term|_F, the denominator made of scales, the
// terms before their normaliser's projection. Relative to the reference it would
// mean nothing where terms cancel.
func residual(terms, scales [][]float64, reference []float64) float64 {
	miss := norm(difference(total(terms), reference))
	if miss == 0 {
		return 0
	}
	return miss / lengths(scales)
}

// approximation measures how far the sum of terms is from another gradient,
// relative to that gradient. Where that one vanishes next to its terms (a
// collapsed batch) it is taken as a millionth of them.
func approximation(terms [][]float64, exact []float64, scales [][]float64) float64 {
	miss := norm(difference(total(terms), exact))
	if miss == 0 {
		return 0
	}
	return miss / max(norm(exact), 1e-6*lengths(scales))
}

// cosineBetween is the cosine of two gradients over all their elements, 0 where
// one of them vanishes.
func cosineBetween(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += float64(v * y[i])
	}
	if sum == 0 {
		return 0
	}
	return sum / (norm(x) * norm(y))
}

func total(terms [][]float64) []float64 {
	sum := make([]float64, len(terms[0]))
	for _, t := range terms {
		accumulate(sum, t)
	}
	return sum
}

func difference(x, y []float64) []float64 {
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	return d
}

func lengths(terms [][]float64) float64 {
	var sum float64
	for _, t := range terms {
		sum += norm(t)
	}
	return sum
}

func norm(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v * v)
	}
	return math.Sqrt(sum)
}
