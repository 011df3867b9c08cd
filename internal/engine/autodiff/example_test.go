package autodiff_test

import (
	"fmt"

	"gradlab/internal/engine/autodiff"
)

// The cosine of two vectors does not see their lengths, so its gradient stands
// at a right angle to the vector.
func Example() {
	t := autodiff.NewTape()
	x := t.Var(1, 2, []float64{3, 4})
	y := t.Const(1, 2, []float64{1, 0})
	cos := x.UnitRows().MatMul(y.UnitRows().T())
	t.Backward(cos)
	g := x.Grad()
	fmt.Printf("cos %.2f, gradient %.3f, along x %.3f\n", cos.Scalar(), g, 3*g[0]+4*g[1])
	// Output: cos 0.60, gradient [0.128 -0.096], along x 0.000
}
