package nn

import (
	"math"

	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
)

// A Param is one named matrix of weights with its gradient.
type Param struct {
	Name  string        // "encoder.0.weight": the same whatever the method
	W, G  tensor.Tensor // weights, and their gradient of the last way back
	Decay bool          // weight decay applies: a matrix, and not a bias or a scale

	bound float64 // initial weights are uniform in (mean-bound, mean+bound)
	mean  float64
}

// newParam returns a zeroed rows x cols Param.
func newParam(d tensor.Device, name string, rows, cols int) *Param {
	return &Param{Name: name, W: d.New(rows, cols), G: d.New(rows, cols)}
}

// newWeight returns the Out x In weights of a layer. They start uniform in
// (-1/sqrt(In), 1/sqrt(In)), In the inputs that a unit sums, which is what layers
// of PyTorch do by default and hence the published codes. Behind them stands a
// batch normalisation, or the loss's own, which does not see their size; but the
// smaller they are, the further a step of gradient descent turns them.
func newWeight(d tensor.Device, name string, out, in int) *Param {
	p := newParam(d, name, out, in)
	p.bound, p.Decay = 1/math.Sqrt(float64(in)), true
	return p
}

// draw writes the initial weights. They depend on seed, name and row alone, and
// are rounded to float32 on every device. Uniform rather than normal numbers: no
// logarithm, so every machine draws the same bits.
func (p *Param) draw(d tensor.Device, seed uint64) {
	if p.bound == 0 {
		d.Fill(p.W, p.mean)
		return
	}
	stream := random.Named("weights/" + p.Name)
	row := make([]float32, p.W.Cols)
	for i := range p.W.Rows {
		r := random.New(seed, stream, 0, i)
		for j := range row {
			row[j] = float32(p.bound * (2*r.Float64() - 1))
		}
		d.Upload(p.W.Slice(i, i+1), row)
	}
}
