package probe

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// ridge is the weight of |W|^2 against the mean squared error of standardised
// features. It is one number for all, so that accuracies can be compared.
const ridge = 0.1

// LinearProbe is the share of queries whose class one linear layer guesses right,
// fitted to the frozen embeddings of the bank. The fit is ridge regression on the
// classes as unit vectors, in closed form and so without a learning rate or a
// number of steps to choose:
//
//	W = argmin mean_n | W x_n - y_n |^2 + r |W|^2 = Y'X (X'X + N r I)^{-1}
//
// with r = 0.1, x the features at mean 0 and variance 1 over the bank (the same
// map is applied to the queries) and y less its mean. The largest output is the
// guess, the first of equal ones. Read it beside a random encoder and plain
// pixels, which one layer reads better than one expects. Collapsed features leave
// the commonest class of the bank: chance. It is NaN where there are no queries
// or a number is not finite. Source: the protocol of linear evaluation, Zhang et
// al., "Colorful Image Colorization", ECCV 2016; the closed form in place of the
// usual training is ours.
func LinearProbe(bank Matrix, bankLabels []uint8, queries Matrix, labels []uint8, classes int) float64 {
	checkClassified("a linear probe", bank, bankLabels, queries, labels)
	if queries.Rows == 0 {
		return math.NaN()
	}
	x, q := bank.wide(), queries.wide()
	if !finite(x) || !finite(q) {
		return math.NaN()
	}
	standardize(x, q)

	n := float64(bank.Rows)
	y := mat.NewDense(bank.Rows, classes, nil)
	share := make([]float64, classes) // of each class in the bank: the mean of y
	for i, label := range bankLabels {
		y.Set(i, int(label), 1)
		share[label] += 1 / n
	}
	centre(y)

	w, ok := ridgeRegression(x, y, n*ridge)
	if !ok {
		return math.NaN()
	}
	var guesses mat.Dense
	guesses.Mul(q, w)
	right := 0
	for i, label := range labels {
		best := 0
		guess := guesses.RawRowView(i)
		for c := range guess {
			if guess[c] += share[c]; guess[c] > guess[best] {
				best = c
			}
		}
		if best == int(label) {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// standardize brings every column of x to mean 0 and variance 1, one that is
// constant up to rounding to 0, and does the same to the columns of q.
func standardize(x, q *mat.Dense) {
	rows, cols := x.Dims()
	queries, _ := q.Dims()
	for j := range cols {
		mean, squares, moved := 0.0, 0.0, 0.0
		for i := range rows {
			v := x.At(i, j)
			mean += v / float64(rows)
			squares += v * v
		}
		for i := range rows {
			d := x.At(i, j) - mean
			moved += d * d
		}
		scale := 0.0
		if moved > noise*noise*squares {
			scale = math.Sqrt(float64(rows) / moved)
		}
		for i := range rows {
			x.Set(i, j, (x.At(i, j)-mean)*scale)
		}
		for i := range queries {
			q.Set(i, j, (q.At(i, j)-mean)*scale)
		}
	}
}

// ridgeRegression returns w with (x'x + c I) w = x'y, by the smaller of x'x and
// x x': w = x'(x x' + c I)^{-1} y.
func ridgeRegression(x, y *mat.Dense, c float64) (w *mat.Dense, ok bool) {
	rows, cols := x.Dims()
	n := min(rows, cols)
	gram := mat.NewSymDense(n, nil)
	if cols <= rows {
		gram.SymOuterK(1, x.T())
	} else {
		gram.SymOuterK(1, x)
	}
	for i := range n {
		gram.SetSym(i, i, gram.At(i, i)+c)
	}
	var root mat.Cholesky
	if !root.Factorize(gram) {
		return nil, false
	}
	w = new(mat.Dense)
	if cols <= rows {
		var right mat.Dense
		right.Mul(x.T(), y)
		return w, root.SolveTo(w, &right) == nil
	}
	var left mat.Dense
	if root.SolveTo(&left, y) != nil {
		return nil, false
	}
	w.Mul(x.T(), &left)
	return w, true
}
