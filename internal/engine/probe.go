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
// It measures no more than the record holds, which package probe's Measure does.
func (t *trainer) probe(pair method.Pair) {
	r := &t.reading
	w := t.spec.Method.Watch(t.arena, t.objective, t.spec.Gradient, pair)
	r.residual, r.approximation = w.Residual, w.Approximation

	z1, z2 := t.download(pair.Z[0]), t.download(pair.Z[1])
	r.effectiveRank = probe.EffectiveRank(t.unit(pair.Z))
	r.alignment = probe.Alignment(z1, z2)
	r.uniformity = (probe.Uniformity(z1) + probe.Uniformity(z2)) / 2
	c := probe.Correlation(z1, z2, probe.Channels(z1.Cols, probe.CorrelationChannels))
	r.offDiagonal = c.OffDiagonal()
	if c.N > frameChannels {
		c = probe.Correlation(z1, z2, probe.Channels(z1.Cols, frameChannels))
	}
	r.frames = frames(c, z1.Cols)
}

// unit returns the rows of both views at length 1, one view below the other.
func (t *trainer) unit(z [2]tensor.Tensor) probe.Matrix {
	a, n := t.arena, z[0].Rows
	defer a.Release(a.Mark())
	u, inv := a.New(2*n, z[0].Cols), a.New(n, 1)
	a.NormalizeRows(u.Slice(0, n), inv, z[0], vanishing)
	a.NormalizeRows(u.Slice(n, 2*n), inv, z[1], vanishing)
	return t.download(u)
}

// download brings x to the host.
func (t *trainer) download(x tensor.Tensor) probe.Matrix {
	m := probe.Matrix{Rows: x.Rows, Cols: x.Cols, Data: make([]float32, x.Len())}
	t.arena.Download(m.Data, x)
	return m
}

// frames returns the correlations of a layer of width d as a frame, or none where
// they are not finite.
func frames(c probe.Square, d int) []record.Frame {
	f := record.Frame{Name: correlationFrame, Rows: c.N, Cols: c.N, Of: d, Scale: 1.0 / 127, Data: make([]int8, len(c.Data))}
	for i, v := range c.Data {
		if math.IsNaN(v) {
			return nil
		}
		f.Data[i] = int8(math.Round(127 * min(1, max(-1, v))))
	}
	return []record.Frame{f}
}
