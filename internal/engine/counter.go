package engine

import "gradlab/internal/engine/tensor"

// A counter is a device that computes nothing: it counts the elements that are
// asked for and the floating-point operations that would be done. An operation on
// elements counts one for each of them, a multiply-add of a product two.
type counter struct {
	elements int64
	flops    float64
}

// nothing is memory without elements. Two pieces of it are two, whatever their length.
type nothing struct{ n int }

func (n *nothing) Len() int { return n.n }

func (c *counter) Name() string { return "counter" }

func (c *counter) New(rows, cols int) tensor.Tensor {
	c.elements += int64(rows) * int64(cols)
	return tensor.Make(&nothing{rows * cols}, 0, rows, cols)
}

func (c *counter) each(x tensor.Tensor) { c.flops += float64(x.Len()) }

// Borrow takes no memory, as with the device that trains.
func (c *counter) Borrow(to *tensor.Tensor, _ []float32, rows, cols int) bool {
	*to = tensor.Make(&nothing{rows * cols}, 0, rows, cols)
	return true
}

func (c *counter) Upload(tensor.Tensor, []float32)     {}
func (c *counter) Upload64(tensor.Tensor, []float64)   {}
func (c *counter) Download([]float32, tensor.Tensor)   {}
func (c *counter) Download64([]float64, tensor.Tensor) {}

func (c *counter) Copy(_, _ tensor.Tensor)                               {}
func (c *counter) Fill(tensor.Tensor, float64)                           {}
func (c *counter) Scale(x tensor.Tensor, _ float64, _ tensor.Tensor)     { c.each(x) }
func (c *counter) AddScaled(_ tensor.Tensor, _ float64, x tensor.Tensor) { c.each(x) }
func (c *counter) Mul(x, _, _ tensor.Tensor)                             { c.each(x) }
func (c *counter) Lerp(_ tensor.Tensor, _ float64, x tensor.Tensor)      { c.each(x) }
func (c *counter) AddRow(x, _ tensor.Tensor)                             { c.each(x) }
func (c *counter) MulRow(x, _, _ tensor.Tensor)                          { c.each(x) }
func (c *counter) MulCol(x, _, _ tensor.Tensor)                          { c.each(x) }
func (c *counter) ReLU(x, _ tensor.Tensor)                               { c.each(x) }
func (c *counter) ReLUGrad(x, _, _ tensor.Tensor)                        { c.each(x) }

func (c *counter) Sum(_, x tensor.Tensor)             { c.each(x) }
func (c *counter) Dot(_, x, _ tensor.Tensor)          { c.each(x) }
func (c *counter) ColSum(_, x tensor.Tensor)          { c.each(x) }
func (c *counter) ColDot(_, x, _ tensor.Tensor)       { c.each(x) }
func (c *counter) RowDot(_, x, _ tensor.Tensor)       { c.each(x) }
func (c *counter) MeanGroups(_, x tensor.Tensor)      { c.each(x) }
func (c *counter) SpreadGroups(x, _ tensor.Tensor)    { c.each(x) }
func (c *counter) Diagonal(_, _ tensor.Tensor, _ int) {}

func (c *counter) SetDiagonal(tensor.Tensor, int, tensor.Tensor) {}
func (c *counter) FillDiagonal(tensor.Tensor, int, float64)      {}

func (c *counter) Gemm(dst tensor.Tensor, op tensor.Op, _ float64, a, _ tensor.Tensor, _ float64) {
	inner := a.Cols
	if op == tensor.TN {
		inner = a.Rows
	}
	c.flops += 2 * float64(dst.Len()) * float64(inner)
}

func (c *counter) NormalizeRows(x, _, _ tensor.Tensor, _ float64)  { c.each(x) }
func (c *counter) NormalizeRowsGrad(x, _, _, _ tensor.Tensor)      { c.each(x) }
func (c *counter) SoftmaxRows(x, _, _ tensor.Tensor)               { c.each(x) }
func (c *counter) Standardize(x, _, _, _ tensor.Tensor, _ float64) { c.each(x) }
func (c *counter) StandardizeGrad(x, _, _, _ tensor.Tensor)        { c.each(x) }

// SymmetricEigen takes some 9 n^3 operations one by one, where a product's go
// eight or sixteen at a time.
func (c *counter) SymmetricEigen(_, _, x tensor.Tensor) {
	c.flops += 9 * 8 * float64(x.Rows) * float64(x.Len())
}

func (c *counter) Conv(_, _, _ tensor.Tensor, s tensor.ConvShape)          { c.flops += s.FLOPs() }
func (c *counter) ConvInputGrad(_, _, _ tensor.Tensor, s tensor.ConvShape) { c.flops += s.FLOPs() }
func (c *counter) ConvWeightGrad(_, _, _ tensor.Tensor, s tensor.ConvShape, _ float64) {
	c.flops += s.FLOPs()
}

func (c *counter) Momentum(w, _, _ tensor.Tensor, _, _, _ float64) { c.each(w) }
