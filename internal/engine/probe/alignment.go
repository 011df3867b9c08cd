package probe

import "gonum.org/v1/gonum/mat"

// Alignment is how far apart the two views of an image lie on the unit sphere:
//
//	mean_n |u1_n - u2_n|^2  =  2 - 2 mean cos
//
// It is 0 when views of one image coincide, 2 when they are unrelated. A
// collapsed embedding reads 0, perfect: look at the spread beside it. Source:
// Wang and Isola, "Understanding Contrastive Representation Learning through
// Alignment and Uniformity on the Hypersphere", ICML 2020, with exponent 2.
func Alignment(z1, z2 Matrix) float64 {
	z1.check("the alignment", 1)
	same("the alignment", z1, z2)
	return alignment(unit(z1), unit(z2))
}

// alignment is Alignment of unit rows.
func alignment(u1, u2 *mat.Dense) float64 {
	rows, _ := u1.Dims()
	sum := 0.0
	for n := range rows {
		sum += squaredDistance(u1.RawRowView(n), u2.RawRowView(n))
	}
	return sum / float64(rows)
}

// squaredDistance returns |a - b|^2.
func squaredDistance(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		d := v - b[i]
		sum += d * d
	}
	return sum
}
