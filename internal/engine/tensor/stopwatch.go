package tensor

import (
	"slices"
	"strings"
	"time"
)

// A Stopwatch is a device that computes on another one and says how long each
// operation took. It is for measurements of speed: an operation costs some fifty
// nanoseconds more. It belongs to one goroutine.
type Stopwatch struct {
	Device // computes; has the tensors
	kept   map[string]*Operation
}

// An Operation is what a Stopwatch has seen of one.
type Operation struct {
	Name  string // as Device has it; "Gemm NT" and so on for products
	Calls int
	Time  time.Duration
	FLOPs float64 // of products and convolutions; 0 for all others
}

// NewStopwatch returns a stopwatch that computes on d.
func NewStopwatch(d Device) *Stopwatch { return &Stopwatch{Device: d, kept: map[string]*Operation{}} }

// Operations returns what was done since Restart, the longest first.
func (s *Stopwatch) Operations() []Operation {
	var all []Operation
	for _, o := range s.kept {
		if o.Calls > 0 {
			all = append(all, *o)
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		if a.Time != b.Time {
			return int(b.Time - a.Time)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// Restart begins anew. An operation that was met before allocates nothing from now on.
func (s *Stopwatch) Restart() {
	for name, o := range s.kept {
		*o = Operation{Name: name}
	}
}

// stop adds a call that began then. Methods defer it.
func (s *Stopwatch) stop(name string, flops float64, began time.Time) {
	took := time.Since(began)
	o := s.kept[name]
	if o == nil {
		o = &Operation{Name: name}
		s.kept[name] = o
	}
	o.Calls++
	o.Time += took
	o.FLOPs += flops
}

func (s *Stopwatch) Upload(dst Tensor, src []float32) {
	defer s.stop("Upload", 0, time.Now())
	s.Device.Upload(dst, src)
}

func (s *Stopwatch) Upload64(dst Tensor, src []float64) {
	defer s.stop("Upload64", 0, time.Now())
	s.Device.Upload64(dst, src)
}

func (s *Stopwatch) Download(dst []float32, src Tensor) {
	defer s.stop("Download", 0, time.Now())
	s.Device.Download(dst, src)
}

func (s *Stopwatch) Download64(dst []float64, src Tensor) {
	defer s.stop("Download64", 0, time.Now())
	s.Device.Download64(dst, src)
}

func (s *Stopwatch) Copy(dst, x Tensor) {
	defer s.stop("Copy", 0, time.Now())
	s.Device.Copy(dst, x)
}

func (s *Stopwatch) Fill(dst Tensor, v float64) {
	defer s.stop("Fill", 0, time.Now())
	s.Device.Fill(dst, v)
}

func (s *Stopwatch) Scale(dst Tensor, alpha float64, x Tensor) {
	defer s.stop("Scale", 0, time.Now())
	s.Device.Scale(dst, alpha, x)
}

func (s *Stopwatch) AddScaled(dst Tensor, alpha float64, x Tensor) {
	defer s.stop("AddScaled", 0, time.Now())
	s.Device.AddScaled(dst, alpha, x)
}

func (s *Stopwatch) Mul(dst, x, y Tensor) {
	defer s.stop("Mul", 0, time.Now())
	s.Device.Mul(dst, x, y)
}

func (s *Stopwatch) Lerp(dst Tensor, a float64, x Tensor) {
	defer s.stop("Lerp", 0, time.Now())
	s.Device.Lerp(dst, a, x)
}

func (s *Stopwatch) AddRow(dst, v Tensor) {
	defer s.stop("AddRow", 0, time.Now())
	s.Device.AddRow(dst, v)
}

func (s *Stopwatch) MulRow(dst, v, x Tensor) {
	defer s.stop("MulRow", 0, time.Now())
	s.Device.MulRow(dst, v, x)
}

func (s *Stopwatch) MulCol(dst, v, x Tensor) {
	defer s.stop("MulCol", 0, time.Now())
	s.Device.MulCol(dst, v, x)
}

func (s *Stopwatch) ReLU(dst, x Tensor) {
	defer s.stop("ReLU", 0, time.Now())
	s.Device.ReLU(dst, x)
}

func (s *Stopwatch) ReLUGrad(dst, dy, y Tensor) {
	defer s.stop("ReLUGrad", 0, time.Now())
	s.Device.ReLUGrad(dst, dy, y)
}

func (s *Stopwatch) Sum(dst, x Tensor) {
	defer s.stop("Sum", 0, time.Now())
	s.Device.Sum(dst, x)
}

func (s *Stopwatch) Dot(dst, x, y Tensor) {
	defer s.stop("Dot", 0, time.Now())
	s.Device.Dot(dst, x, y)
}

func (s *Stopwatch) ColSum(dst, x Tensor) {
	defer s.stop("ColSum", 0, time.Now())
	s.Device.ColSum(dst, x)
}

func (s *Stopwatch) ColDot(dst, x, y Tensor) {
	defer s.stop("ColDot", 0, time.Now())
	s.Device.ColDot(dst, x, y)
}

func (s *Stopwatch) RowDot(dst, x, y Tensor) {
	defer s.stop("RowDot", 0, time.Now())
	s.Device.RowDot(dst, x, y)
}

func (s *Stopwatch) MeanGroups(dst, x Tensor) {
	defer s.stop("MeanGroups", 0, time.Now())
	s.Device.MeanGroups(dst, x)
}

func (s *Stopwatch) SpreadGroups(dst, dy Tensor) {
	defer s.stop("SpreadGroups", 0, time.Now())
	s.Device.SpreadGroups(dst, dy)
}

func (s *Stopwatch) Diagonal(dst, x Tensor, from int) {
	defer s.stop("Diagonal", 0, time.Now())
	s.Device.Diagonal(dst, x, from)
}

func (s *Stopwatch) SetDiagonal(x Tensor, from int, v Tensor) {
	defer s.stop("SetDiagonal", 0, time.Now())
	s.Device.SetDiagonal(x, from, v)
}

func (s *Stopwatch) FillDiagonal(x Tensor, from int, v float64) {
	defer s.stop("FillDiagonal", 0, time.Now())
	s.Device.FillDiagonal(x, from, v)
}

func (s *Stopwatch) NormalizeRows(dst, inv, x Tensor, eps float64) {
	defer s.stop("NormalizeRows", 0, time.Now())
	s.Device.NormalizeRows(dst, inv, x, eps)
}

func (s *Stopwatch) NormalizeRowsGrad(dst, g, u, inv Tensor) {
	defer s.stop("NormalizeRowsGrad", 0, time.Now())
	s.Device.NormalizeRowsGrad(dst, g, u, inv)
}

func (s *Stopwatch) SoftmaxRows(dst, lse, x Tensor) {
	defer s.stop("SoftmaxRows", 0, time.Now())
	s.Device.SoftmaxRows(dst, lse, x)
}

func (s *Stopwatch) Standardize(dst, mean, inv, x Tensor, eps float64) {
	defer s.stop("Standardize", 0, time.Now())
	s.Device.Standardize(dst, mean, inv, x, eps)
}

func (s *Stopwatch) StandardizeGrad(dst, g, q, inv Tensor) {
	defer s.stop("StandardizeGrad", 0, time.Now())
	s.Device.StandardizeGrad(dst, g, q, inv)
}

func (s *Stopwatch) Momentum(w, v, g Tensor, lr, mu, wd float64) {
	defer s.stop("Momentum", 0, time.Now())
	s.Device.Momentum(w, v, g, lr, mu, wd)
}

func (s *Stopwatch) Gemm(dst Tensor, op Op, alpha float64, a, b Tensor, beta float64) {
	inner := a.Cols
	if op == TN {
		inner = a.Rows
	}
	name := [...]string{NN: "Gemm NN", NT: "Gemm NT", TN: "Gemm TN"}[op]
	defer s.stop(name, 2*float64(dst.Len())*float64(inner), time.Now())
	s.Device.Gemm(dst, op, alpha, a, b, beta)
}

func (s *Stopwatch) Conv(y, x, w Tensor, shape ConvShape) {
	defer s.stop("Conv", shape.FLOPs(), time.Now())
	s.Device.Conv(y, x, w, shape)
}

func (s *Stopwatch) ConvInputGrad(dx, dy, w Tensor, shape ConvShape) {
	defer s.stop("ConvInputGrad", shape.FLOPs(), time.Now())
	s.Device.ConvInputGrad(dx, dy, w, shape)
}

func (s *Stopwatch) ConvWeightGrad(dw, dy, x Tensor, shape ConvShape, beta float64) {
	defer s.stop("ConvWeightGrad", shape.FLOPs(), time.Now())
	s.Device.ConvWeightGrad(dw, dy, x, shape, beta)
}

// Operations that a device may have or not have: the stopwatch has them all, and
// lets the other device compute them in its way.

func (s *Stopwatch) StandardizeReLU(y, q, mean, inv, x, scale, shift Tensor, eps float64) {
	defer s.stop("StandardizeReLU", 0, time.Now())
	StandardizeReLU(s.Device, y, q, mean, inv, x, scale, shift, eps)
}

func (s *Stopwatch) StandardizeReLUGrad(dst, dscale, dshift, dy, y, q, inv, scale, shift Tensor) {
	defer s.stop("StandardizeReLUGrad", 0, time.Now())
	StandardizeReLUGrad(s.Device, dst, dscale, dshift, dy, y, q, inv, scale, shift)
}

// Borrow is no operation: nothing moves.
func (s *Stopwatch) Borrow(to *Tensor, x []float32, rows, cols int) bool {
	return Borrow(s.Device, to, x, rows, cols)
}

func (s *Stopwatch) SymmetricEigen(values, vectors, x Tensor) {
	defer s.stop("SymmetricEigen", 0, time.Now())
	SymmetricEigen(s.Device, values, vectors, x)
}
