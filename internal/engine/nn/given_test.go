package nn

import (
	"testing"

	"gradlab/internal/engine/tensor"
)

// A spectral predictor is a linear one whose matrix nobody trains.
func TestGivenIsALinearLayerWithoutWeights(t *testing.T) {
	a := tensor.NewArena(tensor.Reference())
	fill := func(x tensor.Tensor, from float64) tensor.Tensor {
		data := make([]float64, x.Len())
		for i := range data {
			data[i] = from + float64(i*i%7)
		}
		a.Upload64(x, data)
		return x
	}
	given, linear := Predictor{Kind: SpectralPredictor}.Build(a.Device, 3), Predictor{Kind: LinearPredictor}.Build(a.Device, 3)
	if n := len(given.Params()); n != 0 {
		t.Errorf("%d weights to be trained", n)
	}
	fill(given.Matrix(), 1)
	fill(linear.Matrix(), 1)
	x, dy := fill(a.New(4, 3), 0.5), fill(a.New(4, 3), -2)
	var results [2][2][]float64
	for i, n := range []*Net{given, linear} {
		var trace Trace
		results[i][0] = download(a, n.Forward(a, &trace, x))
		results[i][1] = download(a, n.Pullback(a, &trace, dy))
	}
	for k, name := range []string{"output", "gradient"} {
		for i, v := range results[0][k] {
			if v != results[1][k][i] {
				t.Errorf("%s %d: %g, a linear layer's is %g", name, i, v, results[1][k][i])
			}
		}
	}
}
