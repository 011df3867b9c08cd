package kernel

import (
	"math"
	"unsafe"
)

// A Float is an element type: float32 trains, float64 checks.
type Float interface{ float32 | float64 }

// Plain is every kernel as the loop that it must equal. Plain[float64] is the
// reference device; Plain[float32] is what Pool's implementations are tested
// against, to the bit where no multiply-add may be fused and within a bound
// where it may (Gemm and the convolutions). A product is rounded before it is
// added, F(a*b) + c, which the compiler never fuses.
type Plain[F Float] struct{}

// sqrt is the correctly rounded square root. For a float32 the detour over
// float64 rounds correctly too, since 53 >= 2*24 + 2.
func sqrt[F Float](x F) F { return F(math.Sqrt(float64(x))) }

// is32 reports whether F is float32.
func is32[F Float]() bool {
	var x F
	return unsafe.Sizeof(x) == 4
}
