package engine

import (
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
)

// probe takes what is too dear for every step: the comparison with the tape, the
// metrics of the outputs, and the frames (frames.go). It measures no more than the
// record holds, which package probe's Measure does.
//
// With the way back of its terms a probe takes as long as two steps of the default run
// (batch 128, width 256) on two cores: at every twentieth step some 9 percent of the run
// (docs/performance.md). The first one takes some 0.4 s more, for the sphere's axes.
func (t *trainer) probe(pair method.Pair) {
	r := &t.reading
	w := t.spec.Method.Watch(t.arena, t.objective, t.spec.Gradient, pair)
	r.residual, r.approximation = w.Residual, w.Approximation

	z1, z2 := t.download(pair.Z[0]), t.download(pair.Z[1])
	shape := probe.MeasureShape(t.unit(pair.Z))
	r.effectiveRank, r.rankMe = shape.EffectiveRank, shape.RankMe
	r.participation, r.alpha = shape.ParticipationRatio, shape.Alpha
	r.alignment = probe.Alignment(z1, z2)
	r.uniformity = (probe.Uniformity(z1) + probe.Uniformity(z2)) / 2
	c := probe.Correlation(z1, z2, probe.Channels(z1.Cols, probe.CorrelationChannels))
	r.offDiagonal = c.OffDiagonal()
	if c.N > frameChannels {
		c = probe.Correlation(z1, z2, probe.Channels(z1.Cols, frameChannels))
	}
	t.show(correlationFrame(c, z1.Cols))
	t.show(spectrumFrame(shape.Spectrum))
	if t.spec.Method.Shares.Doc != "" {
		t.show(t.shares(pair))
	}
	cosines, ratios, ok := equivalenceFrames(t.equivalence(pair))
	t.show(cosines, ok)
	t.show(ratios, ok)
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
