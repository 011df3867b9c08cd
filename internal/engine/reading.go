package engine

import (
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// Measured returns the cadences that the record of a step of s holds. It is the same for
// two runs wherever they do the same (spec.Spec.SameUntil), but for the last step
// of the shorter one.
func Measured(s spec.Spec, step int) record.Every { return dueAt(&s, s.Length(), step).has() }

// A reading is what a step has measured: the record's fields before they are
// rounded and put in order.
type reading struct {
	loss                                   float64
	total, positive, negative              float64 // norms at z
	terms                                  []float64
	cosine, balance                        float64
	positiveSimilarity, negativeSimilarity float64
	channelStd, collapseLevel              float64
	learningRate, momentum                 float64
	milliseconds                           float64

	residual, approximation    float64 // probes
	effectiveRank, offDiagonal float64
	rankMe, participation      float64
	alpha                      float64
	effectiveNegatives         float64
	alignment, uniformity      float64
	ways                       [wayRoles]way
	weightCosine               []float64 // of each part, then of each layer
	frames                     []record.Frame

	knn, linear             float64 // kNN interval
	knnRandom, linearRandom float64
	knowsRandom             bool // knnRandom and linearRandom have been measured
}

// due says what is measured at a step besides what every step measures.
type due struct {
	probe, ways, knn bool // ways: the terms on their way back, which goes with probe
	rehearsal        bool // in place of a probe what it takes of the device, for Plan
	nothing          bool // not even what every step measures: training alone, whose time one wants to know
}

// due says what of a step is measured.
func (t *trainer) due(step int) due { return dueAt(&t.spec, t.length, step) }

// dueAt: the first and the last step are measured whatever the intervals, and so is
// the one with which the schedules end, which is the last of a run that is not extended.
func dueAt(s *spec.Spec, length, step int) due {
	last := step == s.Steps-1 || step == length-1
	probe := step%s.Probe.Every == 0 || last
	return due{
		probe: probe,
		ways:  probe,
		knn:   s.Probe.KNN > 0 && (step%s.Probe.KNN == 0 || last),
	}
}

// has returns the cadences that a step's record holds.
func (d due) has() record.Every {
	has := record.EachStep
	if d.probe {
		has |= record.EachProbe
	}
	if d.knn {
		has |= record.EachKNN
	}
	return has
}

// record makes the record of the step that was just taken.
func (t *trainer) record(step int, d due) record.Step {
	out := record.Step{Step: step, Has: d.has(), Values: make([]float32, len(t.fields)), Frames: t.reading.frames}
	t.reading.frames = nil // they are the record's now
	for i, f := range t.fields {
		if f.Every&out.Has != 0 {
			out.Values[i] = float32(f.value(&t.reading))
		}
	}
	return out
}
