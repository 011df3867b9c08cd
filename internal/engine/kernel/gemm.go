package kernel

// A Strided is a matrix operand: element (i, j) is Data[i*Row + j*Col]. A
// transposed matrix differs from a plain one only in its strides.
type Strided[F Float] struct {
	Data     []F
	Row, Col int
}

// A Product is the shape of a matrix product: C (M x N) = A (M x K) times B (K x N).
type Product struct{ M, N, K int }

// FLOPs returns the product's floating-point operations, two for each multiply-add.
func (s Product) FLOPs() float64 { return 2 * float64(s.M) * float64(s.N) * float64(s.K) }

// Gemm is the matrix product. For each element of the dense M x N matrix c, in this order,
//
//	if !add { c[i][j] = 0 }
//	for k := range K { c[i][j] += (alpha*a[i][k]) * b[k][j] }
//
// one chain of multiply-adds in the order of k, in class `fma` each with one
// rounding. Without add c is not read.
func (Plain[F]) Gemm(s Product, alpha F, a, b Strided[F], add bool, c []F) {
	for i := range s.M {
		row := c[i*s.N : (i+1)*s.N]
		if !add {
			clear(row)
		}
		if b.Col == 1 { // the same chains, side by side: kinder to the cache
			for k := range s.K {
				v := alpha * a.Data[i*a.Row+k*a.Col]
				for j, w := range b.Data[k*b.Row:][:s.N] {
					row[j] += F(v * w)
				}
			}
			continue
		}
		for j := range row {
			sum := row[j]
			for k := range s.K {
				sum += F(F(alpha*a.Data[i*a.Row+k*a.Col]) * b.Data[k*b.Row+j*b.Col])
			}
			row[j] = sum
		}
	}
}
