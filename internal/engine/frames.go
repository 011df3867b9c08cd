package engine

import (
	"math"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// The names of the frames.
const (
	correlationName = "correlation"
	spectrumName    = "spectrum"
	equivalenceName = "equivalence"
	ratioName       = "equivalence_ratio"
)

const (
	// frameChannels is the most channels that the correlation frame shows; of a
	// wider layer it shows a sample, spread evenly.
	frameChannels = 256
	// frameValues is the most values of a spectrum, likewise.
	frameValues = 256
	// farthest is the largest log10 of a ratio of lengths that a frame tells from a
	// gradient that vanishes.
	farthest = 10
)

// matrices describes the frames of the records of s.
func matrices(s spec.Spec) []record.Matrix {
	const every = record.EachProbe
	list := []record.Matrix{
		{Name: correlationName, Title: "Correlation of the two views", Every: every,
			Doc: "Correlation over the batch of a channel of one view (row) and a channel of the other (column)."},
		{Name: spectrumName, Title: "Spectrum", Unit: "log10 of variance", Every: every,
			Doc:   "Variances of the outputs at length 1 along their principal directions, falling, as log10.",
			Marks: []record.Mark{mark("even sphere", probe.Isotropic(width(s))), mark("collapsed", probe.SpectrumFloor)}},
	}
	list = append(list, sphereMatrices(s)...)
	if s.Method.Shares.Doc != "" {
		list = append(list, sharesMatrix(s))
	}
	if s.Probe.KNN > 0 {
		list = append(list, likenessMatrices()...)
	}
	compared := func(s spec.Spec, from int) {
		labels := planned(s)
		list = append(list,
			record.Matrix{Name: equivalenceName, Title: "Every method on this batch", Every: every, From: from, Labels: labels,
				Doc: "Cosine between the gradients that two methods would apply to this step's batch, as what they do to the outputs' directions; 0 where either vanishes."},
			record.Matrix{Name: ratioName, Title: "Every method on this batch: lengths", Unit: "log10", Every: every, From: from, Labels: labels,
				Doc: "Length of the row's gradient over the column's, as log10, within -10..10; 0 where both vanish."})
	}
	compared(s, 0)
	if then, ok := s.Branch(); ok {
		compared(then, s.At)
	}
	return list
}

// show adds a frame to the record, unless one of its numbers was not finite.
func (t *trainer) show(f record.Frame, ok bool) {
	if ok {
		t.reading.frames = append(t.reading.frames, f)
	}
}

// correlationFrame shows the correlations of a layer of width d.
func correlationFrame(c probe.Square, d int) (record.Frame, bool) {
	data, ok := bytes(c.Data, 1)
	return record.Frame{Name: correlationName, Rows: c.N, Cols: c.N, Of: d, Scale: 1.0 / 127, Data: data}, ok
}

// spectrumFrame shows a spectrum as one row. Its scale fits its smallest value:
// one down to 1e-5 is shown within 5 percent of the variance.
func spectrumFrame(values []float64) (record.Frame, bool) {
	sample := probe.Channels(len(values), frameValues)
	shown, lowest := make([]float64, len(sample)), -1.0
	for i, k := range sample {
		shown[i] = values[k]
		lowest = min(lowest, values[k])
	}
	data, ok := bytes(shown, -lowest)
	return record.Frame{Name: spectrumName, Rows: 1, Cols: len(data), Of: len(values), Scale: float32(-lowest / 127), Data: data}, ok
}

// equivalenceFrames shows the cosines of a comparison and, as log10, the ratios
// of the lengths. The scale of these fits their largest: where all are within a
// factor of a hundred, they are shown within 2 percent.
func equivalenceFrames(e method.Equivalence) (cosines, ratios record.Frame, ok bool) {
	k := len(e.Labels)
	logs, most := make([]float64, k*k), 0.1
	for i, v := range e.Ratio {
		if v != v && e.Cosine[i] == 0 { // both vanish
			continue
		}
		logs[i] = min(farthest, max(-farthest, math.Log10(v)))
		most = max(most, math.Abs(logs[i]))
	}
	angles, ok := bytes(e.Cosine, 1)
	lengths, both := bytes(logs, most)
	cosines = record.Frame{Name: equivalenceName, Rows: k, Cols: k, Of: k, Scale: 1.0 / 127, Data: angles}
	ratios = record.Frame{Name: ratioName, Rows: k, Cols: k, Of: k, Scale: float32(most / 127), Data: lengths}
	return cosines, ratios, ok && both
}

// bytes rounds numbers within -most..most to 127ths of most; ok is false where
// one is not a number.
func bytes(values []float64, most float64) (data []int8, ok bool) {
	data = make([]int8, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			return nil, false
		}
		data[i] = int8(math.Round(127 * min(1, max(-1, v/most))))
	}
	return data, true
}
