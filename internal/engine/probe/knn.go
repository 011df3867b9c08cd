package probe

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// The settings of the kNN measurement.
const (
	Bank        = 2000 // training images whose neighbours are looked for, at most
	Queries     = 1000 // held-out images that are classified, at most
	Temperature = 0.1  // of the vote
	maxK        = 200
	bankPart    = 100 // k is at most this part of the bank: a tenth of a class where there are ten
)

// K is the number of neighbours that vote in a bank of n embeddings: 200 as in
// the papers, but at most a hundredth of the bank (20 of 2,000): a class must be larger than k.
func K(n int) int { return max(1, min(maxK, n/bankPart)) }

// KNN is the share of queries whose class the neighbours guess right. The K(N)
// embeddings of the bank with the largest cosine s to a query vote for their
// class with weight exp(s/T); of equal cosines the first in the bank counts, of
// equal classes the first. Labels are below classes. It is NaN where there are
// no queries or a number is not finite. Source: Wu et al., "Unsupervised Feature
// Learning via Non-Parametric Instance Discrimination", CVPR 2018, section 3.4.
func KNN(bank Matrix, bankLabels []uint8, queries Matrix, labels []uint8, classes int) float64 {
	checkClassified("neighbours", bank, bankLabels, queries, labels)
	b, ok := unit32(bank)
	q, ok2 := unit32(queries)
	if !ok || !ok2 || queries.Rows == 0 {
		return math.NaN()
	}
	const block = 64 // queries at a time: their cosines stay in the cache
	v := voter{k: K(bank.Rows), labels: bankLabels, votes: make([]float64, classes), scratch: make([]float32, bank.Rows)}
	cosines := make([]float32, block*bank.Rows)
	right := 0
	for from := 0; from < q.Rows; from += block {
		n := min(block, q.Rows-from)
		some := blas32.General{Rows: n, Cols: q.Cols, Stride: q.Cols, Data: q.Data[from*q.Cols : (from+n)*q.Cols]}
		out := blas32.General{Rows: n, Cols: b.Rows, Stride: b.Rows, Data: cosines[:n*b.Rows]}
		blas32.Gemm(blas.NoTrans, blas.Trans, 1, some, b, 0, out)
		for i := range n {
			if v.guess(cosines[i*b.Rows:(i+1)*b.Rows]) == int(labels[from+i]) {
				right++
			}
		}
	}
	return float64(right) / float64(q.Rows)
}

// unit32 returns the rows at length 1, and whether all are finite.
func unit32(m Matrix) (blas32.General, bool) {
	g := blas32.General{Rows: m.Rows, Cols: m.Cols, Stride: m.Cols, Data: make([]float32, len(m.Data))}
	for i := range m.Rows {
		squares := 0.0
		for _, v := range m.Row(i) {
			squares += float64(v) * float64(v)
		}
		if squares-squares != 0 {
			return g, false
		}
		if squares == 0 {
			continue
		}
		scale := 1 / math.Sqrt(squares)
		for j, v := range m.Row(i) {
			g.Data[i*m.Cols+j] = float32(float64(v) * scale)
		}
	}
	return g, true
}

// A voter guesses classes from the cosines to a bank.
type voter struct {
	k       int
	labels  []uint8
	votes   []float64
	scratch []float32
}

// guess returns the class that the k largest cosines vote for.
func (v *voter) guess(cosines []float32) int {
	copy(v.scratch, cosines)
	clear(v.votes)
	largest(cosines, kth(v.scratch, v.k), v.k, func(i int) {
		v.votes[v.labels[i]] += math.Exp(float64(cosines[i]-1) / Temperature)
	})
	best := 0
	for class, n := range v.votes {
		if n > v.votes[best] {
			best = class
		}
	}
	return best
}

// largest calls visit for the k largest numbers of x, limit being the k-th: of
// those that equal it, the first.
func largest(x []float32, limit float32, k int, visit func(j int)) {
	for _, v := range x {
		if v > limit {
			k--
		}
	}
	for j, v := range x {
		if v < limit || v == limit && k == 0 {
			continue
		}
		if v == limit {
			k--
		}
		visit(j)
	}
}

// kth returns the k-th largest number of x (k from 1), which it reorders
// (C. A. R. Hoare, "Algorithm 65: find", 1961).
func kth(x []float32, k int) float32 {
	for lo, hi := 0, len(x)-1; lo < hi; {
		pivot := x[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for x[i] > pivot {
				i++
			}
			for x[j] < pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k-1 <= j:
			hi = j
		case k-1 >= i:
			lo = i
		default:
			return x[k-1]
		}
	}
	return x[k-1]
}
