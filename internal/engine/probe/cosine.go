package probe

import "gonum.org/v1/gonum/mat"

// PositiveCosine is the mean cosine of the two views of an image,
//
//	mean_n <u1_n, u2_n>,   u = z/|z|
//
// 1 where they coincide and, whatever the loss says, 1 after a collapse too:
// read it beside NegativeCosine. What separates the two is the discrimination of
// images, and it is 0 for a collapsed embedding.
func PositiveCosine(z1, z2 Matrix) float64 {
	z1.check("the positive cosine", 1)
	same("the positive cosine", z1, z2)
	return positiveCosine(unit(z1), unit(z2))
}

func positiveCosine(u1, u2 *mat.Dense) float64 {
	rows, _ := u1.Dims()
	sum := 0.0
	for n := range rows {
		sum += dot(u1.RawRowView(n), u2.RawRowView(n))
	}
	return sum / float64(rows)
}

// NegativeCosine is the mean cosine of views of different images, over all
// 2N(2N-2) ordered pairs of the rows of both views. It is near 0 for embeddings
// spread evenly, 1 for collapsed ones. A single image gives NaN.
func NegativeCosine(z1, z2 Matrix) float64 {
	z1.check("the negative cosine", 1)
	same("the negative cosine", z1, z2)
	return negativeCosine(unit(z1), unit(z2))
}

// negativeCosine takes from |sum of all u|^2 what rows have with themselves and
// with their partners, so that no N x N matrix is made.
func negativeCosine(u1, u2 *mat.Dense) float64 {
	rows, cols := u1.Dims()
	sum := make([]float64, cols)
	images := 0.0 // sum_n |u1_n + u2_n|^2
	for n := range rows {
		one, two := u1.RawRowView(n), u2.RawRowView(n)
		for j := range sum {
			both := one[j] + two[j]
			sum[j] += both
			images += both * both
		}
	}
	n := float64(rows)
	return (dot(sum, sum) - images) / (2 * n * (2*n - 2))
}
