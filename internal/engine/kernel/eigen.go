package kernel

import "math"

// SymmetricEigen decomposes the symmetric n x n matrix a = sum_k values_k v_k v_k',
// with the values ascending and the vectors v_k, of length 1, as the rows of
// vectors. It overwrites a, and uses work, which is 3n long. The numbers of a
// should be of the order of one; where one of them is not finite, nothing of the
// result is.
//
// Householder reflections make a tridiagonal, implicit QL steps with Wilkinson's
// shift make that diagonal: about 9 n^3 operations. Every product is rounded
// before it is added, so that all machines give the same bits.
//
// References: Golub and Van Loan, "Matrix Computations", 4th edition, sections
// 8.3.1 and 8.3.3. Bowdler, Martin, Reinsch, Wilkinson, Numerische Mathematik 11,
// 1968 (tql2).
func SymmetricEigen(values, vectors, a, work []float64) {
	n := len(values)
	if len(a) != n*n || len(vectors) != n*n || len(work) != 3*n {
		panic("kernel: an eigenvalue problem whose parts do not fit")
	}
	if !finite(a) {
		fill(values, math.NaN())
		fill(vectors, math.NaN())
		return
	}
	off := work[:n] // off_i stands between values_i and values_(i+1)
	loops := current.Load().eigen
	loops.tridiagonal(values, off, vectors, a, work[n:])
	loops.diagonal(values, off, vectors)
	ascending(values, vectors)
}

func finite(x []float64) bool {
	sum := 0.0
	for _, v := range x {
		sum += v - v // NaN for NaN and for infinities
	}
	return sum == 0
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// tridiagonal reduces a to Q T Q', T with the diagonal d and off beside it, and
// writes Q' to q. Reflection k, I - beta v v' with v in row k of a behind the
// diagonal, clears row k and column k there.
func (loops *eigenLoops) tridiagonal(d, off, q, a, work []float64) {
	n := len(d)
	beta, p := work[:n], work[n:]
	beta[n-1] = 0
	for k := range n {
		d[k] = a[k*n+k]
		if k == n-1 {
			break
		}
		v := a[k*n+k+1 : (k+1)*n]
		beta[k], off[k] = reflection(v)
		if beta[k] == 0 {
			continue
		}
		// The rest B becomes B - v w' - w v', w = p - (beta v'p/2) v, p = beta B v.
		w := p[:len(v)]
		loops.inners(w, a[(k+1)*n+k+1:], n, v)
		for i := range w {
			w[i] *= beta[k]
		}
		addScaled(w, -beta[k]*inner(v, w)/2, v)
		for i := range w {
			loops.addTwo(a[(k+1+i)*n+k+1:(k+2+i)*n], -v[i], w, -w[i], v)
		}
	}
	// Q' is the product of all reflections, the last one first: from the left the
	// later ones leave the first rows and columns alone.
	fill(q, 0)
	for k := n - 1; k >= 0; k-- {
		q[k*n+k] = 1
		if beta[k] == 0 {
			continue
		}
		v := a[k*n+k+1 : (k+1)*n]
		products := p[:len(v)] // each row of Q' from the right
		loops.inners(products, q[(k+1)*n+k+1:], n, v)
		for i, product := range products {
			loops.addScaled(q[(k+1+i)*n+k+1:(k+2+i)*n], -beta[k]*product, v)
		}
	}
}

// reflection replaces x by v such that I - beta v v' takes x to a multiple of the
// first unit vector, and returns beta and the multiple.
func reflection(x []float64) (beta, to float64) {
	rest := inner(x[1:], x[1:])
	if rest == 0 {
		return 0, x[0]
	}
	to = -math.Copysign(math.Sqrt(float64(x[0]*x[0])+rest), x[0])
	x[0] -= to // no cancellation: the signs differ
	return 2 / (float64(x[0]*x[0]) + rest), to
}

// diagonal makes a tridiagonal matrix diagonal, turning the rows of z with it.
func (loops *eigenLoops) diagonal(d, off, z []float64) {
	const epsilon = 0x1p-52
	n := len(d)
	off[n-1] = 0
	for l := range n {
		for range 60 { // three are usual
			m := l
			for m < n-1 && math.Abs(off[m]) > epsilon*(math.Abs(d[m])+math.Abs(d[m+1])) {
				m++
			}
			if m == l {
				break
			}
			loops.chase(d, off, z, l, m)
		}
	}
}

// chase is one implicit QL step on rows l to m.
func (loops *eigenLoops) chase(d, off, z []float64, l, m int) {
	n := len(d)
	g := (d[l+1] - d[l]) / (2 * off[l])
	g = d[m] - d[l] + off[l]/(g+math.Copysign(hypotenuse(g, 1), g))
	s, c, p := 1.0, 1.0, 0.0
	for i := m - 1; i >= l; i-- {
		f, b := s*off[i], float64(c*off[i])
		r := hypotenuse(f, g)
		off[i+1] = r
		if r == 0 {
			d[i+1] -= p
			off[m] = 0
			return
		}
		s, c = f/r, g/r
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		loops.rotate(z[i*n:(i+1)*n], z[(i+1)*n:(i+2)*n], c, s)
	}
	d[l] -= p
	off[l], off[m] = g, 0
}

// ascending sorts the values and with them the rows of z.
func ascending(d, z []float64) {
	n := len(d)
	for i := range d {
		k := i
		for j := i + 1; j < n; j++ {
			if d[j] < d[k] {
				k = j
			}
		}
		if k == i {
			continue
		}
		d[i], d[k] = d[k], d[i]
		x, y := z[i*n:(i+1)*n], z[k*n:(k+1)*n]
		for j := range x {
			x[j], y[j] = y[j], x[j]
		}
	}
}

func hypotenuse(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
