package engine

import (
	"math"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A reading is what a step has measured.
type reading struct {
	Loss                      float64
	Positive, Negative, Total float64 // norms at z
	Terms                     []float64
	Cosine, Balance           float64
	PositiveSimilarity        float64
	NegativeSimilarity        float64
	ChannelStd, CollapseLevel float64
	LearningRate, Momentum    float64
	StepMS                    float64
	Residual, Approximation   float64
	Metrics                   probe.Metrics
	KNN, KNNRandom            float64
	frames                    []record.Frame
	measuredRandom            bool // KNNRandom is known
}

// A field is a field of the record with what it reads.
type field struct {
	record.Field
	value func(r *reading) float64
}

// Schema describes the records of a run of s.
func Schema(s spec.Spec) record.Schema {
	var out record.Schema
	for _, f := range fields(s) {
		out.Fields = append(out.Fields, f.Field)
	}
	return out
}

// A gradient is read at the projector's output z, normaliser and predictor
// included; a norm is the mean over the 2N rows of |2N x gradient of the loss at
// that row|, of the tangent part for methods on unit rows. Outputs are z at
// length 1, over both views of the training batch.
func fields(s spec.Spec) []field {
	n, d := s.Batch, width(s)
	isotropic := mark("isotropic", 1/math.Sqrt(float64(d)))
	fs := []field{
		{record.Field{Name: "loss", Title: "Loss", Doc: "The loss, the mean of both sides.", Every: record.EachStep},
			func(r *reading) float64 { return r.Loss }},
		{record.Field{Name: "positive_norm", Title: "Positive norm", Doc: "Length of the gradient that pulls towards the other view, mean over the batch.", Every: record.EachStep},
			func(r *reading) float64 { return r.Positive }},
		{record.Field{Name: "negative_norm", Title: "Negative norm", Doc: "Length of the gradient that pushes away from other samples, mean over the batch.", Every: record.EachStep},
			func(r *reading) float64 { return r.Negative }},
		{record.Field{Name: "total_norm", Title: "Total norm", Doc: "Length of the whole gradient, mean over the batch.", Every: record.EachStep},
			func(r *reading) float64 { return r.Total }},
		{record.Field{Name: "positive_negative_cos", Title: "Angle", Doc: "Cosine between the positive and the negative gradient, mean over the batch; -1 where they cancel.", Every: record.EachStep},
			func(r *reading) float64 { return r.Cosine }},
		{record.Field{Name: "balance", Title: "Balance", Doc: "Negative norm over positive norm.", Every: record.EachStep, Marks: []record.Mark{mark("equal", 1)}},
			func(r *reading) float64 { return r.Balance }},
		{record.Field{Name: "positive_similarity", Title: "Positive similarity", Doc: "Mean cosine of the two views of an image.", Every: record.EachStep},
			func(r *reading) float64 { return r.PositiveSimilarity }},
		{record.Field{Name: "negative_similarity", Title: "Negative similarity", Doc: "Mean cosine of views of different images.", Every: record.EachStep},
			func(r *reading) float64 { return r.NegativeSimilarity }},
		{record.Field{Name: "channel_std", Title: "Channel std", Doc: "Standard deviation of a channel of the outputs, mean over the channels; 0 is collapse to a point.", Every: record.EachStep, Marks: []record.Mark{isotropic}},
			func(r *reading) float64 { return r.ChannelStd }},
		{record.Field{Name: "collapse_level", Title: "Collapse level", Doc: "1 minus channel std times the square root of the width, at least 0: 1 is collapse to a point.", Every: record.EachStep, Marks: []record.Mark{mark("collapsed", 1)}},
			func(r *reading) float64 { return r.CollapseLevel }},
		{record.Field{Name: "learning_rate", Title: "Learning rate", Doc: "Learning rate of the step.", Every: record.EachStep},
			func(r *reading) float64 { return r.LearningRate }},
		{record.Field{Name: "momentum", Title: "Target momentum", Doc: "Share of its old weights that the momentum target keeps; 0 where no target is a slow copy.", Every: record.EachStep},
			func(r *reading) float64 { return r.Momentum }},
		{record.Field{Name: record.Duration, Title: "Step time", Unit: "ms", Doc: "Time that the step took, measurements included.", Every: record.EachStep},
			func(r *reading) float64 { return r.StepMS }},
	}
	for k, term := range s.Method.Terms {
		fs = append(fs, field{record.Field{Name: "terms." + term.Name, Title: "Term: " + term.Name, Doc: term.Doc, Every: record.EachStep},
			func(r *reading) float64 { return r.Terms[k] }})
	}
	fs = append(fs,
		field{record.Field{Name: "residual", Title: "Residual", Doc: "Distance of the loss's terms from an independent derivative in double precision, relative to their size.", Every: record.EachProbe},
			func(r *reading) float64 { return r.Residual }},
		field{record.Field{Name: "approximation", Title: "Approximation", Doc: "Distance of the gradient that drives training from the loss's, relative to it; 0 where the loss drives.", Every: record.EachProbe},
			func(r *reading) float64 { return r.Approximation }},
		field{record.Field{Name: "effective_rank", Title: "Effective rank", Doc: "Number of directions that the outputs use.", Every: record.EachProbe,
			Marks: []record.Mark{mark("attainable", float64(probe.MaxRank(2*n, d))), mark("collapsed", 1)}},
			func(r *reading) float64 { return r.Metrics.EffectiveRank }},
		field{record.Field{Name: "alignment", Title: "Alignment", Doc: "Mean squared distance of the two views of an image; 0 is perfect, and also what a collapsed network reads.", Every: record.EachProbe},
			func(r *reading) float64 { return r.Metrics.Alignment }},
		field{record.Field{Name: "uniformity", Title: "Uniformity", Doc: "How evenly the outputs fill the sphere: 0 is collapsed, lower is more even.", Every: record.EachProbe, Marks: []record.Mark{mark("even sphere", probe.UniformSphere(d)), mark("collapsed", 0)}},
			func(r *reading) float64 { return r.Metrics.Uniformity }},
		field{record.Field{Name: "offdiagonal", Title: "Off-diagonal correlation", Doc: "Mean size of the correlation between different channels of the two views: how far channels repeat each other.", Every: record.EachProbe,
			Marks: []record.Mark{mark("noise floor", probe.NoiseFloor(n)), mark("collapsed", 1)}},
			func(r *reading) float64 { return r.Metrics.OffDiagonal }},
	)
	if s.Probe.KNN == 0 {
		return fs
	}
	var floor []record.Mark
	if info, _ := data.Lookup(s.Data); info.PixelKNN > 0 {
		floor = append(floor, mark("raw pixels", info.PixelKNN))
	}
	return append(fs,
		field{record.Field{Name: "knn_accuracy", Title: "kNN accuracy", Doc: "Share of held-out images whose class the nearest training images guess by the encoder's features.", Every: record.EachKNN, Marks: floor},
			func(r *reading) float64 { return r.KNN }},
		field{record.Field{Name: "knn_random", Title: "kNN accuracy, random encoder", Doc: "The same with the initial weights: what the network's shape alone is good for.", Every: record.EachKNN, Marks: floor},
			func(r *reading) float64 { return r.KNNRandom }},
	)
}

func mark(label string, value float64) record.Mark {
	return record.Mark{Label: label, Value: float32(value)}
}

// due says what is measured at a step besides what every step measures.
type due struct {
	Probe, KNN bool
}

// due: the first and the last step are probed whatever the intervals.
func (t *trainer) due(step int) due {
	s := &t.spec
	last := step == s.Steps-1
	return due{
		Probe: step%s.Probe.Every == 0 || last,
		KNN:   s.Probe.KNN > 0 && (step%s.Probe.KNN == 0 || last),
	}
}

// has returns the cadences that a step's record holds.
func (d due) has() record.Every {
	has := record.EachStep
	if d.Probe {
		has |= record.EachProbe
	}
	if d.KNN {
		has |= record.EachKNN
	}
	return has
}

// record makes the record of the step that was just measured.
func (t *trainer) record(step int, d due) record.Step {
	out := record.Step{Step: step, Has: d.has(), Values: make([]float32, len(t.fields)), Frames: t.reading.frames}
	for i, f := range t.fields {
		if f.Every&out.Has != 0 {
			out.Values[i] = float32(f.value(&t.reading))
		}
	}
	t.reading.frames = nil
	return out
}
