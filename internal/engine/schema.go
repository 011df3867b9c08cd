package engine

import (
	"math"
	"slices"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// Schema describes the records of a run of s.
func Schema(s spec.Spec) record.Schema {
	var out record.Schema
	for _, f := range fields(s) {
		out.Fields = append(out.Fields, f.Field)
	}
	out.Frames = matrices(s)
	return out
}

// A field is a field of the record with what it reads.
type field struct {
	record.Field
	value func(r *reading) float64
}

// fields returns the fields of the records of s, in their order.
func fields(s spec.Spec) []field {
	fs := slices.Concat(stepFields(s), termFields(s), probeFields(s), shareFields(s), wayFields(layers(s)))
	if s.Probe.KNN > 0 {
		fs = append(fs, neighbourFields(s)...)
	}
	return fs
}

// entry declares a field.
func entry(every record.Every, name, title, doc string, value func(*reading) float64, marks ...record.Mark) field {
	return field{record.Field{Name: name, Title: title, Doc: doc, Every: every, Marks: marks}, value}
}

func mark(label string, value float64) record.Mark {
	return record.Mark{Label: label, Value: float32(value)}
}

// stepFields are measured at every step. A gradient is read at the projector's
// output z, normaliser and predictor included; a norm is the mean over the 2N rows
// of |2N x gradient of the loss at that row|, of the tangent part for methods on
// unit rows. Outputs are z at length 1, over both views of the training batch.
func stepFields(s spec.Spec) []field {
	const each = record.EachStep
	duration := entry(each, record.Duration, "Step time", "Time that the step took, measurements included.",
		func(r *reading) float64 { return r.milliseconds })
	duration.Unit = "ms"
	return []field{
		entry(each, "loss", "Loss", "The loss, the mean of both sides.",
			func(r *reading) float64 { return r.loss }),
		entry(each, "positive_norm", "Positive norm", "Length of the gradient that pulls towards the other view, mean over the batch.",
			func(r *reading) float64 { return r.positive }),
		entry(each, "negative_norm", "Negative norm", "Length of the gradient that pushes away from other samples, mean over the batch.",
			func(r *reading) float64 { return r.negative }),
		entry(each, "total_norm", "Total norm", "Length of the whole gradient, mean over the batch.",
			func(r *reading) float64 { return r.total }),
		entry(each, "positive_negative_cos", "Angle", "Cosine between the positive and the negative gradient, mean over the batch: -1 where they oppose each other, 0 where either vanishes.",
			func(r *reading) float64 { return r.cosine }),
		entry(each, "balance", "Balance", "Negative norm over positive norm.",
			func(r *reading) float64 { return r.balance }, mark("equal", 1)),
		entry(each, "positive_similarity", "Positive similarity", "Mean cosine of the two views of an image.",
			func(r *reading) float64 { return r.positiveSimilarity }),
		entry(each, "negative_similarity", "Negative similarity", "Mean cosine of views of different images.",
			func(r *reading) float64 { return r.negativeSimilarity }),
		entry(each, "channel_std", "Channel std", "Standard deviation of a channel of the outputs, mean over the channels; 0 is collapse to a point.",
			func(r *reading) float64 { return r.channelStd }, mark("isotropic", 1/math.Sqrt(float64(width(s))))),
		entry(each, "collapse_level", "Collapse level", "1 minus channel std times the square root of the width, at least 0: 1 is collapse to a point.",
			func(r *reading) float64 { return r.collapseLevel }, mark("collapsed", 1)),
		entry(each, "learning_rate", "Learning rate", "Learning rate of the step.",
			func(r *reading) float64 { return r.learningRate }),
		entry(each, "momentum", "Target momentum", "Share of its old weights that the momentum target keeps; 0 where no target is a slow copy.",
			func(r *reading) float64 { return r.momentum }),
		duration,
	}
}

// termFields are the norms of the method's terms, each pulled back on its own.
func termFields(s spec.Spec) []field {
	var fs []field
	for k, term := range s.Method.Terms {
		fs = append(fs, entry(record.EachStep, "terms."+term.Name, "Term: "+term.Name, term.Doc,
			func(r *reading) float64 { return r.terms[k] }))
	}
	return fs
}

// probeFields are measured on probe steps.
func probeFields(s spec.Spec) []field {
	const each = record.EachProbe
	n, d := s.Batch, width(s)
	return []field{
		entry(each, "residual", "Residual", "Distance of the loss's terms from an independent derivative in double precision, relative to their size.",
			func(r *reading) float64 { return r.residual }),
		entry(each, "approximation", "Approximation", "Distance of the gradient that drives training from the loss's, relative to it; 0 where the loss drives.",
			func(r *reading) float64 { return r.approximation }),
		entry(each, "effective_rank", "Effective rank", "Number of directions that the outputs use.",
			func(r *reading) float64 { return r.effectiveRank },
			mark("attainable", float64(probe.MaxRank(2*n, d))), mark("collapsed", 1)),
		entry(each, "alignment", "Alignment", "Mean squared distance of the two views of an image; 0 is perfect, and also what a collapsed network reads.",
			func(r *reading) float64 { return r.alignment }),
		entry(each, "uniformity", "Uniformity", "How evenly the outputs fill the sphere: 0 is collapsed, lower is more even.",
			func(r *reading) float64 { return r.uniformity },
			mark("even sphere", probe.UniformSphere(d)), mark("collapsed", 0)),
		entry(each, "offdiagonal", "Off-diagonal correlation", "Mean size of the correlation between different channels of the two views: how far channels repeat each other.",
			func(r *reading) float64 { return r.offDiagonal },
			mark("noise floor", probe.NoiseFloor(n)), mark("collapsed", 1)),
		entry(each, "rankme", "RankMe", "Number of directions that the outputs use, not centred: a mean that all outputs share is one direction. Compare runs of one method only.",
			func(r *reading) float64 { return r.rankMe },
			mark("attainable", float64(probe.MaxRankMe(2*n, d))), mark("collapsed", 1)),
		entry(each, "participation_ratio", "Participation ratio", "Number of directions that the outputs use, weighed by their variance: weak directions count less than in the ranks.",
			func(r *reading) float64 { return r.participation },
			mark("unrelated channels", probe.ParticipationByChance(2*n, d)), mark("collapsed", 1)),
		entry(each, "alpha_req", "alpha-ReQ", "Exponent at which the variances of the outputs' directions fall; not a number after a collapse, when there are none.",
			func(r *reading) float64 { return r.alpha }, mark("useful near", 1)),
	}
}

// shareFields say how many other samples the negative term counts.
func shareFields(s spec.Spec) []field {
	if s.Method.Shares.Doc == "" {
		return nil
	}
	return []field{entry(record.EachProbe, "effective_negatives", "Samples that push",
		"Number of samples that share an anchor's negative term: 1 where one does it all, all of them where they do it alike.",
		func(r *reading) float64 { return r.effectiveNegatives }, mark("one alone", 1))}
}

// wayFields follow the terms back through the network, on probe steps. Norms at an
// output are means like those of stepFields, radial part included; norms on
// weights are lengths of the gradient of all weights of a part or of a layer of the
// network.
func wayFields(layers []string) []field {
	const each = record.EachProbe
	roles := [wayRoles]struct{ key, title, words string }{
		wayPositive: {"positive", "Positive", "gradient that pulls towards the other view"},
		wayNegative: {"negative", "Negative", "gradient that pushes away from other samples"},
		wayTotal:    {"total", "Total", "whole gradient"},
	}
	var fs []field
	for k, place := range []struct{ key, where, none string }{
		wayPredictor: {"predictor", "the predictor's output", "; 0 where there is no predictor, or what drives starts behind it"},
		wayProjector: {"projector", "the projector's output", ", radial part included"},
		wayEncoder:   {"encoder", "the encoder's output", ""},
	} {
		for i, role := range roles {
			fs = append(fs, entry(each, "at."+place.key+"."+role.key+"_norm", role.title+" norm at "+place.where,
				"Length of the "+role.words+" at "+place.where+", mean over the batch"+place.none+".",
				func(r *reading) float64 { return r.ways[i].places[k] }))
		}
	}
	for i, role := range roles {
		fs = append(fs, entry(each, "radial."+role.key, role.title+" radial share",
			"Radial part of the "+role.words+" at the projector's output over the whole of it, mean over the batch: what lies along an output and does not turn it; 0 is tangent to the sphere.",
			func(r *reading) float64 { return r.ways[i].places[wayRadial] }))
	}
	for group, name := range append([]string{"encoder", "projector", "predictor"}, layers...) {
		where, none := "the "+name, "; 0 where it has none"
		switch {
		case group >= parts:
			where, none = "layer "+name, "; 0 while it is not there"
		case name == "encoder":
			none = ""
		}
		for i, role := range roles {
			doc := "Length of the " + role.words + " on the weights of " + where + none + "."
			if i == wayTotal {
				doc = "Length of the gradient that moves the weights of " + where + none + "."
			}
			fs = append(fs, entry(each, "weights."+name+"."+role.key+"_norm", role.title+" norm on the weights of "+where, doc,
				func(r *reading) float64 { return r.ways[i].weights[group] }))
		}
		fs = append(fs, entry(each, "weights."+name+".positive_negative_cos", "Angle on the weights of "+where,
			"Cosine between the positive and the negative gradient on the weights of "+where+"; 0 where either vanishes.",
			func(r *reading) float64 { return r.weightCosine[group] }))
	}
	return fs
}

// neighbourFields are measured at the kNN interval.
func neighbourFields(s spec.Spec) []field {
	const each = record.EachKNN
	floor := func(accuracy float64) []record.Mark {
		if accuracy > 0 {
			return []record.Mark{mark("raw pixels", accuracy)}
		}
		return nil
	}
	info, _ := data.Lookup(s.Data)
	knn, linear := floor(info.PixelKNN), floor(info.PixelLinear)
	return []field{
		entry(each, "knn_accuracy", "kNN accuracy", "Share of held-out images whose class the nearest training images guess by the encoder's features.",
			func(r *reading) float64 { return r.knn }, knn...),
		entry(each, "knn_random", "kNN accuracy, random encoder", "The same with the initial weights: what the shape of the network alone is good for.",
			func(r *reading) float64 { return r.knnRandom }, knn...),
		entry(each, "probe_accuracy", "Linear probe", "Share of held-out images whose class one linear layer guesses from the encoder's features, fitted to training images.",
			func(r *reading) float64 { return r.linear }, linear...),
		entry(each, "probe_random", "Linear probe, random encoder", "The same with the initial weights: what the shape of the network alone is good for.",
			func(r *reading) float64 { return r.linearRandom }, linear...),
	}
}
