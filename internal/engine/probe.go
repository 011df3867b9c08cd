package engine

import (
	"math"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/record"
)

// frameChannels is the most channels that the correlation frame shows; of a wider
// layer it shows a sample, spread evenly.
const frameChannels = 256

// correlationFrame is the name of the frame.
const correlationFrame = "correlation"

// probe takes what is too dear for every step: the comparison with the tape, the
// metrics of the outputs, and the cross-correlation of the two views as a frame.
func (t *trainer) probe(pair method.Pair) {
	r := &t.reading
	w := t.spec.Method.Watch(t.arena, t.objective, t.spec.Gradient, pair)
	r.residual, r.approximation = w.Residual, w.Approximation

	z1, z2 := t.download(pair.Z[0]), t.download(pair.Z[1])
	r.metrics = probe.Measure(z1, z2)
	r.frames = nil
	if f, ok := correlation(z1, z2); ok {
		r.frames = []record.Frame{f}
	}
}

// download brings x to the host.
func (t *trainer) download(x tensor.Tensor) probe.Matrix {
	m := probe.Matrix{Rows: x.Rows, Cols: x.Cols, Data: make([]float32, x.Len())}
	t.arena.Download(m.Data, x)
	return m
}

// correlation returns Barlow Twins' C between the views as a frame, and false
// where it is not finite.
func correlation(z1, z2 probe.Matrix) (record.Frame, bool) {
	c := probe.Correlation(z1, z2, probe.Channels(z1.Cols, frameChannels))
	f := record.Frame{Name: correlationFrame, Rows: c.N, Cols: c.N, Of: z1.Cols, Scale: 1.0 / 127, Data: make([]int8, c.N*c.N)}
	for i, v := range c.Data {
		if math.IsNaN(v) {
			return record.Frame{}, false
		}
		f.Data[i] = int8(math.Round(127 * min(1, max(-1, v))))
	}
	return f, true
}
