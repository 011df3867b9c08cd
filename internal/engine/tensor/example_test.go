package tensor_test

import (
	"fmt"

	"gradlab/internal/engine/tensor"
)

// A linear layer y = x W' with ReLU, written against Device, runs on both devices.
func Example() {
	for _, d := range []tensor.Device{tensor.CPU(2), tensor.Reference()} {
		a := tensor.NewArena(d)
		x, w := a.New(2, 3), a.New(2, 3)
		d.Upload(x, []float32{1, 2, 3, 4, 5, 6})
		d.Upload(w, []float32{1, 0, -1, 0, 1, 0})

		y := a.New(x.Rows, w.Rows)
		a.Gemm(y, tensor.NT, 1, x, w, 0)
		a.ReLU(y, y)

		out := make([]float32, y.Len())
		d.Download(out, y)
		fmt.Println(d.Name(), out)
	}
	// Output:
	// cpu [0 2 0 5]
	// reference [0 2 0 5]
}
