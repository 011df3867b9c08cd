package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// lidarDelta is the paper's delta, for rows of mean squared length 1.
const lidarDelta = 1e-4

// LiDAR is the number of directions in which images can be told apart: the rank,
// by entropy, of the covariance of the images' means after whitening by the
// covariance of the views of one image.
//
//	exp( - sum_k p_k log p_k ),   p_k = lambda_k / sum lambda
//	lambda_k the eigenvalues of S_w^{-1/2} S_b S_w^{-1/2}
//	S_b = mean_n (m_n - m)(m_n - m)',   m_n the mean of the views of image n, m that of all
//	S_w = mean over images and views of (z - m_n)(z - m_n)' + delta I
//
// It is between 1 and MaxRank(N, D), N the number of images. The delta is 1e-4
// of the mean squared length of a row, so the scale of z does not matter. The
// paper takes about 1000 images of 50 views; two views leave most directions of
// a wide embedding without any variance within images, and there delta decides:
// compare batches of one size. Collapsed embeddings read 1, and so do those whose
// means are. Source: Thilak et al., "LiDAR: Sensing Linear Probing Performance in
// Joint Embedding SSL Architectures", ICLR 2024, section 4.
func LiDAR(z1, z2 Matrix) float64 {
	z1.check("LiDAR", 1)
	same("LiDAR", z1, z2)
	whole := mat.NewDense(2*z1.Rows, z1.Cols, nil)
	whole.Stack(z1.wide(), z2.wide())
	return lidar(whole)
}

// lidar is LiDAR of the rows of both views, one view below the other.
func lidar(whole *mat.Dense) float64 {
	if !finite(whole) {
		return math.NaN()
	}
	length := mat.Norm(whole, 2)
	if length == 0 {
		return 1
	}
	z := narrow(whole)
	rows, d := z.Dims()
	n := rows / 2
	means, apart := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil) // m_n, and how far either view is from it
	for i := range n {
		m, h := means.RawRowView(i), apart.RawRowView(i)
		one, two := z.RawRowView(i), z.RawRowView(n+i)
		for j := range m {
			m[j], h[j] = (one[j]+two[j])/2, (one[j]-two[j])/2
		}
	}
	centre(means)
	if mat.Norm(means, 2)*math.Sqrt2 < noise*length {
		return 1
	}

	within := mat.NewSymDense(d, nil) // n S_w
	within.SymOuterK(1, apart.T())
	for j := range d { // delta length^2 / 2n, n times
		within.SetSym(j, j, within.At(j, j)+lidarDelta*length*length/2)
	}
	var root mat.Cholesky
	if !root.Factorize(within) {
		return math.NaN()
	}
	// With S_w = L L', the eigenvalues are the squared singular values of L^{-1} means'.
	var l mat.TriDense
	root.LTo(&l)
	var white mat.Dense
	if err := white.Solve(&l, means.T()); err != nil {
		return math.NaN()
	}
	lambda, ok := squaredSingularValues(&white)
	if !ok {
		return math.NaN()
	}
	return entropyRank(lambda, 0)
}

// narrow returns rows with the same inner products in no more columns than there
// are rows: with z' = Q R, those of R'. It is z itself where z is narrow.
func narrow(z *mat.Dense) *mat.Dense {
	rows, cols := z.Dims()
	if cols <= rows {
		return z
	}
	var qr mat.QR
	qr.Factorize(z.T())
	var r mat.Dense
	qr.RTo(&r)
	return mat.DenseCopyOf(r.Slice(0, rows, 0, rows).T())
}
