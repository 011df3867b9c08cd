// Package tensor gives matrices that live on a device, and the operations that
// every device implements.
//
// A Tensor is a handle: a dense row-major Rows x Cols matrix in the memory of
// one Device. Only Upload and Download touch host memory. Images are matrices
// too: N images of H x W pixels with C channels are (N*H*W) x C, so that batch
// normalisation over a convolution's output and over a linear layer's is one
// and the same operation, and a flattened image is a Reshape.
//
// Operations write into tensors that the caller gives; an operation never
// allocates. Unless an operation says otherwise its destination may not overlap
// its sources. Buffers of one training step come from an Arena.
//
// Two devices exist: CPU computes in float32 with the kernels of package
// kernel; Reference computes in float64 with the plain loops that those kernels
// must equal. A method or a network written against Device runs on both, which
// is how its formulas are checked.
package tensor

import "gradlab/internal/engine/kernel"

// Memory is a device's buffer. Devices type-assert to their own kind.
type Memory interface {
	// Len returns the number of elements.
	Len() int
}

// A Tensor is a handle to a dense row-major matrix, or to consecutive rows of
// one. It is a small value: copy it freely. The zero Tensor is "none".
type Tensor struct {
	Rows, Cols int

	mem Memory
	off int // first element in mem
}

// Make returns the handle to rows x cols elements of mem from offset off. Only devices call it.
func Make(mem Memory, off, rows, cols int) Tensor {
	if rows < 0 || cols < 0 || off < 0 || off+rows*cols > mem.Len() {
		panic("tensor: handle outside its memory")
	}
	return Tensor{Rows: rows, Cols: cols, mem: mem, off: off}
}

// Memory returns the buffer behind t and the offset of t's first element. Only devices call it.
func (t Tensor) Memory() (Memory, int) { return t.mem, t.off }

// IsNone reports whether t is the zero Tensor.
func (t Tensor) IsNone() bool { return t.mem == nil }

// Len returns the number of elements, Rows*Cols.
func (t Tensor) Len() int { return t.Rows * t.Cols }

// Same reports whether t and u are the same elements of the same memory, whatever their shape.
func (t Tensor) Same(u Tensor) bool { return t.mem == u.mem && t.off == u.off && t.Len() == u.Len() }

// Slice returns rows i to j (exclusive) of t, sharing its memory.
func (t Tensor) Slice(i, j int) Tensor {
	if i < 0 || j < i || j > t.Rows {
		panic("tensor: slice outside the rows")
	}
	return Tensor{Rows: j - i, Cols: t.Cols, mem: t.mem, off: t.off + i*t.Cols}
}

// Part returns the i-th of n equal parts of t's rows, sharing its memory.
func (t Tensor) Part(i, n int) Tensor {
	if t.Rows%n != 0 {
		panic("tensor: rows that cannot be cut into equal parts")
	}
	return t.Slice(i*t.Rows/n, (i+1)*t.Rows/n)
}

// Reshape returns the same elements as a rows x cols matrix, sharing memory.
func (t Tensor) Reshape(rows, cols int) Tensor {
	if rows*cols != t.Len() {
		panic("tensor: reshape changes the number of elements")
	}
	return Tensor{Rows: rows, Cols: cols, mem: t.mem, off: t.off}
}

// An Op says which operand of a matrix product is transposed.
type Op int

// The three products that training needs: the forward pass of a linear layer
// with weights Out x In is NT, its input gradient NN, its weight gradient TN.
const (
	NN Op = iota // a b
	NT           // a b'
	TN           // a' b
)

// A Device holds tensors and computes with them. All methods are deterministic
// to the bit, whatever the number of threads: a sum runs in an order fixed by
// the shapes. A wrong shape is a programmer's mistake and panics with a message
// that starts with "tensor: ". Scalars (alpha, eps) are float64 and rounded to
// the device's precision once.
//
// In the comments i runs over rows, j over columns; "row vector" is 1 x C,
// "column vector" R x 1, "scalar" 1 x 1.
type Device interface {
	// Name is "cpu" or "reference".
	Name() string
	// New returns a zeroed rows x cols tensor in fresh memory.
	New(rows, cols int) Tensor
	// Upload copies src, row-major and of dst's length, to the device.
	Upload(dst Tensor, src []float32)
	// Upload64 is Upload from float64, rounded to the device's precision.
	Upload64(dst Tensor, src []float64)
	// Download copies src to the host, rounded to float32.
	Download(dst []float32, src Tensor)
	// Download64 copies src to the host without loss.
	Download64(dst []float64, src Tensor)

	// Copy: dst_ij = x_ij.
	Copy(dst, x Tensor)
	// Fill: dst_ij = v.
	Fill(dst Tensor, v float64)
	// Scale: dst_ij = alpha x_ij. dst may be x.
	Scale(dst Tensor, alpha float64, x Tensor)
	// AddScaled: dst_ij += alpha x_ij.
	AddScaled(dst Tensor, alpha float64, x Tensor)
	// Mul: dst_ij = x_ij y_ij. dst may be x or y.
	Mul(dst, x, y Tensor)
	// Lerp: dst_ij = a dst_ij + (1-a) x_ij, the exponential moving average.
	Lerp(dst Tensor, a float64, x Tensor)
	// AddRow: dst_ij += v_j for a row vector v.
	AddRow(dst, v Tensor)
	// MulRow: dst_ij = v_j x_ij for a row vector v. dst may be x.
	MulRow(dst, v, x Tensor)
	// MulCol: dst_ij = v_i x_ij for a column vector v. dst may be x.
	MulCol(dst, v, x Tensor)
	// ReLU: dst_ij = max(0, x_ij); NaN stays NaN, so that a diverged run is seen. dst may be x.
	ReLU(dst, x Tensor)
	// ReLUGrad: dst_ij = dy_ij where y_ij > 0, else 0; y is ReLU's output, and a
	// NaN in it lets dy through. dst may be dy.
	ReLUGrad(dst, dy, y Tensor)

	// Sum: the scalar dst = sum_ij x_ij.
	Sum(dst, x Tensor)
	// Dot: the scalar dst = sum_ij x_ij y_ij.
	Dot(dst, x, y Tensor)
	// ColSum: the row vector dst_j = sum_i x_ij.
	ColSum(dst, x Tensor)
	// ColDot: the row vector dst_j = sum_i x_ij y_ij.
	ColDot(dst, x, y Tensor)
	// RowDot: the column vector dst_i = sum_j x_ij y_ij.
	RowDot(dst, x, y Tensor)
	// MeanGroups averages consecutive groups of rows: x is (R*g) x C, dst is R x C.
	MeanGroups(dst, x Tensor)
	// SpreadGroups is its derivative: dst is (R*g) x C, dst_ij = dy_(i/g)j / g.
	SpreadGroups(dst, dy Tensor)

	// Gemm: dst = alpha op(a, b) + beta dst with beta 0 or 1. With beta 0 dst is
	// not read (it may hold NaN). Each element is one chain of multiply-adds in
	// the order of the inner dimension, that starts from beta dst; a's elements are
	// multiplied by alpha first.
	Gemm(dst Tensor, op Op, alpha float64, a, b Tensor, beta float64)
	// Diagonal: the column vector dst_i = x_(i, i+from).
	Diagonal(dst, x Tensor, from int)
	// SetDiagonal: x_(i, i+from) = v_i for a column vector v.
	SetDiagonal(x Tensor, from int, v Tensor)
	// FillDiagonal: x_(i, i+from) = v; v may be -Inf, which SoftmaxRows turns into weight 0.
	FillDiagonal(x Tensor, from int, v float64)

	// NormalizeRows: dst_ij = x_ij inv_i with the column vector inv_i = 1/max(|x_i|, eps). dst may be x.
	NormalizeRows(dst, inv, x Tensor, eps float64)
	// NormalizeRowsGrad takes a gradient g with respect to the unit rows u back to
	// the raw rows: dst_i = inv_i (g_i - <g_i, u_i> u_i). dst may be g.
	NormalizeRowsGrad(dst, g, u, inv Tensor)
	// SoftmaxRows: dst_ij = exp(x_ij - lse_i) with the column vector lse_i = log sum_j exp(x_ij).
	// dst may be x.
	SoftmaxRows(dst, lse, x Tensor)
	// Standardize: dst_ij = (x_ij - mean_j) inv_j with the row vectors mean_j and
	// inv_j = 1/sqrt(var_j + eps), var biased (divided by the number of rows).
	// It is batch normalisation and Barlow Twins' normaliser alike. dst may be x.
	Standardize(dst, mean, inv, x Tensor, eps float64)
	// StandardizeGrad takes a gradient g with respect to the standardised q back:
	// dst_ij = inv_j (g_ij - mean_i g_ij - q_ij mean_i(g_ij q_ij)). dst may be g.
	StandardizeGrad(dst, g, q, inv Tensor)

	// Conv: y = x * w, a 3x3 convolution with padding 1 (see ConvShape): each
	// element one chain of multiply-adds in the order of w's columns.
	Conv(y, x, w Tensor, s ConvShape)
	// ConvInputGrad: dx = the gradient of x for the gradient dy of y.
	ConvInputGrad(dx, dy, w Tensor, s ConvShape)
	// ConvWeightGrad: dw = beta dw + the gradient of w, beta 0 or 1. The pixels
	// are summed in parts that the shape fixes.
	ConvWeightGrad(dw, dy, x Tensor, s ConvShape, beta float64)

	// Momentum is one step of stochastic gradient descent with momentum mu and
	// weight decay wd on the weights w with velocity v and gradient g:
	// v = mu v + (g + wd w); w -= lr v.
	Momentum(w, v, g Tensor, lr, mu, wd float64)
}

// A ConvShape is the geometry of a 3x3 convolution with padding 1. The input x
// is (N*H*W) x In, the output y (N*OutH*OutW) x Out, the weights Out x (9*In)
// with the columns in the order (ky, kx, channel).
type ConvShape = kernel.ConvShape
