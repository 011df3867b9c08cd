package web

import (
	"fmt"
	"strconv"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// stages are the parts of a step of s, in their order: those that it has. Each
// names the fields of the record that belong to it; what a shape is follows from
// the settings.
func stages(s spec.Spec) []templates.Stage {
	h, w, c := data.Shape(s.Data)
	features := s.Encoder.Out()
	width := s.Projector.Out(features)
	slow := s.Target == method.Momentum || s.Negative == method.Momentum
	outputs := []templates.StageNumber{
		{Field: "positive_similarity", Label: "two views of an image, mean cosine", Sign: "positive"},
		{Field: "negative_similarity", Label: "different images, mean cosine", Sign: "negative"},
		{Field: "channel_std", Label: "spread of a channel"},
		{Field: "effective_rank", Label: "directions in use"},
	}
	views := templates.Stage{Name: "views", Title: "Two views",
		Text: fmt.Sprintf("Each of the %d images of the batch is drawn twice, changed by chance: %s. What is drawn follows from seed, step and image, so every method sees the same.",
			s.Batch, strengths(s)),
		Shape: fmt.Sprintf("x₁, x₂: %d × %d × %d × %d", s.Batch, h, w, c)}
	encoder := templates.Stage{Name: "encoder", Title: "Encoder",
		Text:    fmt.Sprintf("The encoder, %s of depth %d, makes features of both views.", map[string]string{"conv": "convolutions", "mlp": "linear layers"}[s.Encoder.Kind], s.Encoder.Depth),
		Shape:   fmt.Sprintf("h₁, h₂: %d × %d", s.Batch, features),
		Numbers: []templates.StageNumber{{Field: "knn_accuracy", Label: "kNN accuracy by these features"}, {Field: "probe_accuracy", Label: "linear probe"}}}
	if slow {
		encoder.Text += " The slow copy sees the same views."
	}
	list := []templates.Stage{views, encoder}
	if s.Projector.Depth > 0 {
		list = append(list, templates.Stage{Name: "projector", Title: "Projector",
			Text:  fmt.Sprintf("The projector, %s of width %d, makes the outputs; gradients are compared there.", layers(s.Projector.Depth), width),
			Shape: fmt.Sprintf("z₁, z₂: %d × %d", s.Batch, width), Numbers: outputs})
	} else {
		list[1].Text += " There is no projector: the features are the outputs, where gradients are compared."
		list[1].Numbers = append(list[1].Numbers, outputs...)
	}
	if text := predicting[method.Predictor(s.Predictor.Kind)]; text != "" {
		list = append(list, templates.Stage{Name: "predictor", Title: "Predictor", Text: text, Shape: fmt.Sprintf("p₁, p₂: %d × %d", s.Batch, width)})
	}
	list = append(list, templates.Stage{Name: "loss", Title: "Loss",
		Text:    "The loss compares the outputs by " + compared[s.Method.Family] + ", once with each view as the online one. " + targets[s.Target],
		Numbers: []templates.StageNumber{{Field: "loss", Label: "loss, mean of both sides"}}})
	list = append(list, terms(s)...)
	list = append(list, update(s))
	if slow {
		list = append(list, templates.Stage{Name: "ema", Title: "Moving average",
			Text:    "The slow copy follows: it keeps most of its old weights and takes the rest from the network.",
			Numbers: []templates.StageNumber{{Field: "momentum", Label: "share that it keeps"}}})
	}
	return list
}

// strengths says how views are changed.
func strengths(s spec.Spec) string {
	var parts []string
	for _, a := range []struct {
		name     string
		strength float64
	}{
		{"crop", s.Augment.Crop}, {"flip", s.Augment.Flip}, {"colour jitter", s.Augment.Jitter}, {"grey", s.Augment.Grey}, {"blur", s.Augment.Blur}, {"erase", s.Augment.Erase},
	} {
		if a.strength > 0 {
			parts = append(parts, a.name+" "+strconv.FormatFloat(a.strength, 'g', 3, 64))
		}
	}
	if len(parts) == 0 {
		return "here not at all"
	}
	return strings.Join(parts, ", ")
}

// layers counts layers.
func layers(n int) string {
	if n == 1 {
		return "one layer"
	}
	return strconv.Itoa(n) + " layers"
}

// predicting says what each predictor does.
var predicting = map[method.Predictor]string{
	method.LinearPredictor:   "On the online branch a linear layer guesses the other view's target from the output.",
	method.MLPPredictor:      "On the online branch two layers guess the other view's target from the output.",
	method.SpectralPredictor: "On the online branch the predictor is made, not learnt: from the eigenvalues of the outputs' correlation.",
}

// targets says where the other side of the comparison comes from.
var targets = map[method.Target]string{
	method.Shared:   "The target is the other view's output, and carries gradient too.",
	method.Stopped:  "The target is the other view's output, without gradient.",
	method.Momentum: "The target is what the slow copy makes of the other view.",
}

// terms are the stages of the gradient: what pulls, what pushes, and what has to do with no other sample.
func terms(s spec.Spec) []templates.Stage {
	gradient := map[method.Role]templates.Stage{
		method.Positive: {Name: "positive", Title: "Positive gradient", Text: "What pulls an output towards the other view of its image.",
			Numbers: []templates.StageNumber{{Field: "positive_norm", Label: "mean length at the projector", Sign: "positive"}}},
		method.Negative: {Name: "negative", Title: "Negative gradient", Text: "What pushes an output away from other samples.",
			Numbers: []templates.StageNumber{
				{Field: "negative_norm", Label: "mean length at the projector", Sign: "negative"}, {Field: "balance", Label: "over the positive one's"},
				{Field: "positive_negative_cos", Label: "mean cosine between the two"}, {Field: "effective_negatives", Label: "samples that share an anchor's push"}}},
		method.Own: {Name: "own", Title: "Own terms", Text: "What acts on an output whatever the other samples are."},
	}
	var list []templates.Stage
	for _, role := range []method.Role{method.Positive, method.Negative, method.Own} {
		stage := gradient[role]
		var docs []string
		var each []templates.StageNumber
		for _, t := range s.Method.Terms {
			if t.Role == role {
				docs = append(docs, t.Doc)
				each = append(each, templates.StageNumber{Field: "terms." + t.Name, Label: t.Name + " term"})
			}
		}
		switch {
		case len(docs) == 0:
			continue
		case len(docs) == 1 && role != method.Own: // one term alone is the whole
			stage.Text = docs[0]
		default:
			stage.Text += " " + strings.Join(docs, " ")
			stage.Numbers = append(stage.Numbers, each...)
		}
		list = append(list, stage)
	}
	return list
}

// update is the stage in which the weights move.
func update(s spec.Spec) templates.Stage {
	u := templates.Stage{Name: "update", Title: "Update",
		Text: fmt.Sprintf("The sum of the terms goes back through the network, and stochastic gradient descent moves the weights, with momentum %g and weight decay %g.",
			s.Optim.Momentum, s.Optim.WeightDecay),
		Numbers: []templates.StageNumber{{Field: "total_norm", Label: "whole gradient at the projector"}, {Field: "learning_rate", Label: "learning rate"}}}
	parts := []string{"encoder"}
	if s.Projector.Depth > 0 {
		parts = append(parts, "projector")
	}
	if k := method.Predictor(s.Predictor.Kind); k == method.LinearPredictor || k == method.MLPPredictor {
		parts = append(parts, "predictor")
	}
	for _, part := range parts {
		u.Numbers = append(u.Numbers, templates.StageNumber{Field: "weights." + part + ".total_norm", Label: "gradient on the " + part + "'s weights"})
	}
	return u
}
