package probe_test

import (
	"math"
	"os"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
)

// The floors that the image sets state for plain pixels are what is measured.
func TestPixelFloors(t *testing.T) {
	for _, info := range data.Catalogue() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			if info.Name == "cifar10" && os.Getenv("GRADLAB_CIFAR10") == "" {
				t.Skip("CIFAR-10 is not part of the program: set GRADLAB_CIFAR10 to its folder to run this")
			}
			s, err := data.Open(info.Name, "")
			if err != nil {
				t.Fatal(err)
			}
			pixels := func(im *data.Images, most int) (probe.Matrix, []uint8) {
				n, d := min(im.N, most), im.H*im.W*im.C
				m := probe.Matrix{Rows: n, Cols: d, Data: make([]float32, n*d)}
				s.Normalized(im, 0, n, m.Data)
				return m, im.Labels[:n]
			}
			bank, bankLabels := pixels(s.Train, probe.Bank)
			queries, labels := pixels(s.Test, probe.Queries)
			if got := probe.KNN(bank, bankLabels, queries, labels, len(s.Classes)); math.Abs(got-info.PixelKNN) > 0.002 {
				t.Errorf("kNN accuracy on pixels is %.4f, stated is %g", got, info.PixelKNN)
			}
			if testing.Short() && bank.Cols > bank.Rows {
				t.Skip("the linear probe of wide images takes seconds")
			}
			if got := probe.LinearProbe(bank, bankLabels, queries, labels, len(s.Classes)); math.Abs(got-info.PixelLinear) > 0.002 {
				t.Errorf("linear accuracy on pixels is %.4f, stated is %g", got, info.PixelLinear)
			}
		})
	}
}
