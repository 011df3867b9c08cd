package probe

import "gonum.org/v1/gonum/mat"

// A matrix counts as constant where what is left after subtracting the mean of
// each column is below this part of it: in float32 that is rounding noise,
// whose rank and correlation say nothing about the embedding.
const noise = 1e-5

// collapsed reports whether the rows of z are one and the same vector up to
// rounding: |z - mean|_F < 1e-5 |z|_F, or all zero.
func collapsed(z, centred *mat.Dense) bool {
	whole := mat.Norm(z, 2)
	return whole == 0 || mat.Norm(centred, 2) < noise*whole
}
