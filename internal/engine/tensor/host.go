package tensor

import (
	"fmt"

	"gradlab/internal/engine/kernel"
)

// kernels are the operations on slices that a device in host memory needs.
// kernel.Plain and *kernel.Pool have them; what each computes is said at Plain.
type kernels[F kernel.Float] interface {
	Copy(dst, x []F)
	Fill(dst []F, v F)
	Scale(dst []F, a F, x []F)
	AddScaled(dst []F, a F, x []F)
	Mul(dst, x, y []F)
	Lerp(dst []F, a, b F, x []F)
	AddRow(dst, v []F)
	MulRow(dst, v, x []F)
	MulCol(dst, v, x []F)
	ReLU(dst, x []F)
	ReLUGrad(dst, dy, y []F)
	StandardizeReLU(y, q, mean, inv, x, scale, shift []F, eps F)
	StandardizeReLUGrad(dst, dscale, dshift, dy, q, inv, scale, shift []F)

	Sum(x []F) F
	Dot(x, y []F) F
	ColSum(dst, x []F)
	ColDot(dst, x, y []F)
	RowDot(dst, x, y []F)
	MeanGroups(dst, x []F, cols, g int)
	SpreadGroups(dst, dy []F, cols, g int)

	Gemm(s kernel.Product, alpha F, a, b kernel.Strided[F], add bool, c []F)
	Diagonal(dst, x []F, cols, from int)
	SetDiagonal(x, v []F, cols, from int)
	FillDiagonal(x []F, rows, cols, from int, v F)

	NormalizeRows(dst, inv, x []F, eps F)
	NormalizeRowsGrad(dst, g, u, inv []F)
	SoftmaxRows(dst, lse, x []F)
	Standardize(dst, mean, inv, x []F, eps F)
	StandardizeGrad(dst, g, q, inv []F)

	Conv(y, x, w []F, s kernel.ConvShape)
	ConvInputGrad(dx, dy, w []F, s kernel.ConvShape)
	ConvWeightGrad(dw, dy, x []F, s kernel.ConvShape, add bool)
	Momentum(w, v, g []F, lr, mu, wd F)
}

// host is a Device whose memory is Go slices of F. It checks shapes; its kernels compute.
type host[F kernel.Float] struct {
	name string
	k    kernels[F]
}

// slab is host memory.
type slab[F kernel.Float] struct{ data []F }

func (s *slab[F]) Len() int { return len(s.data) }

// at returns the elements of t.
func (h *host[F]) at(t Tensor) []F {
	s, ok := t.mem.(*slab[F])
	if !ok {
		if t.mem == nil {
			panic("tensor: none where a tensor is needed")
		}
		panic("tensor: a tensor of another device")
	}
	n := t.off + t.Len()
	return s.data[t.off:n:n]
}

func (h *host[F]) Name() string { return h.name }

func (h *host[F]) New(rows, cols int) Tensor {
	return Make(&slab[F]{make([]F, rows*cols)}, 0, rows, cols)
}

func (h *host[F]) Upload(dst Tensor, src []float32) { convert(h.at(dst), src) }

func (h *host[F]) Upload64(dst Tensor, src []float64) { convert(h.at(dst), src) }

func (h *host[F]) Download(dst []float32, src Tensor) { convert(dst, h.at(src)) }

func (h *host[F]) Download64(dst []float64, src Tensor) { convert(dst, h.at(src)) }

// convert copies src to dst, which has the same length.
func convert[D, S kernel.Float](dst []D, src []S) {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("tensor: copy of %d elements to %d", len(src), len(dst)))
	}
	if same, ok := any(src).([]D); ok {
		copy(dst, same)
		return
	}
	for i, v := range src {
		dst[i] = D(v)
	}
}

// A wrong shape panics with the operation, what it wants, and what it got.
func mustBe(ok bool, op, want string, dst, x Tensor) {
	if !ok {
		panic(fmt.Sprintf("tensor: %s wants %s, got %d x %d and %d x %d", op, want, dst.Rows, dst.Cols, x.Rows, x.Cols))
	}
}

// like panics unless x has the shape of dst.
func like(op string, dst, x Tensor) {
	mustBe(dst.Rows == x.Rows && dst.Cols == x.Cols, op, "equal shapes", dst, x)
}

// row panics unless v is a row vector for the columns of x.
func row(op string, v, x Tensor) {
	mustBe(v.Rows == 1 && v.Cols == x.Cols, op, "a row vector", v, x)
}

// col panics unless v is a column vector for the rows of x.
func col(op string, v, x Tensor) {
	mustBe(v.Cols == 1 && v.Rows == x.Rows, op, "a column vector", v, x)
}

// scalar panics unless v is 1 x 1.
func scalar(op string, v Tensor) { mustBe(v.Len() == 1, op, "a scalar", v, v) }
