package web

import (
	"math"
	"strconv"

	"gradlab/internal/engine/method"
	"gradlab/internal/finding"
	"gradlab/internal/lab"
	"gradlab/internal/palette"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// runView describes a run; l holds its records so far.
func runView(m lab.Manifest, s spec.Spec, l report.Lane) *templates.Run {
	v := &templates.Run{
		ID: m.ID, URL: runURL(m.ID), State: string(m.State), Reason: m.Reason, Causes: m.Causes,
		Done: m.Done, Steps: m.Steps, Position: m.Position, Wait: m.Wait, Engine: m.Engine, Class: m.Class, CurveHash: m.CurveHash,
		Foreign: computedElsewhere(m),
	}
	v.Pinned, v.Earlier, v.Extend = m.Pinned, earlierView(m), extendView(m, s)
	if x, ok := latest(l, "residual"); ok {
		v.Residual = scientific(x)
	}
	if x, ok := latest(l, "approximation"); ok {
		v.Approx = scientific(x)
	}
	v.Finding, _ = finding.Of(l.Schema, l.Steps)
	return v
}

// figureViews describes the server's figures to the script, which draws the same panels.
func figureViews(figures []report.Figure) []templates.Figure {
	var list []templates.Figure
	for _, f := range figures {
		v := templates.Figure{Name: f.Name, Title: f.Title, Frame: f.Frame, Labelled: f.Labelled}
		for _, p := range f.Panels {
			panel := templates.Panel{Title: p.Title, Unit: p.Unit, Log: p.Log, Within: p.Within, Axis: p.Axis, Events: p.Events}
			for _, l := range p.Lines {
				panel.Lines = append(panel.Lines, templates.Line{Field: l.Field, Label: l.Label, Sign: signs[l.Sign], Dash: l.Dash, Note: l.Note})
			}
			v.Panels = append(v.Panels, panel)
		}
		list = append(list, v)
	}
	return list
}

// signs names the signal colours as the browser's style sheet does.
var signs = map[*palette.RGB]string{nil: "", &palette.Positive: "positive", &palette.Negative: "negative"}

// latest returns the newest measurement of a field.
func latest(l report.Lane, name string) (float64, bool) {
	i := l.Schema.Index(name)
	if i < 0 {
		return 0, false
	}
	for k := len(l.Steps) - 1; k >= 0; k-- {
		if s := l.Steps[k]; s.Has&l.Schema.Fields[i].Every != 0 {
			return float64(s.Values[i]), true
		}
	}
	return 0, false
}

// scientific prints a residual: "3.1e-07".
func scientific(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "not a number"
	}
	return strconv.FormatFloat(x, 'e', 1, 64)
}

// methodView tells about the method of a run.
func methodView(s spec.Spec) templates.Method {
	m := s.Method
	v := templates.Method{
		Name: m.Name, Title: m.Title, Essay: m.Essay, Source: m.Name + ".go",
		Loss: m.Loss,
	}
	v.Shares = templates.Shares{TeX: m.Shares.TeX, Doc: m.Shares.Doc}
	for _, ref := range m.References {
		v.References = append(v.References, templates.Reference{Text: ref.Text, URL: ref.URL, Where: ref.Where})
	}
	for _, t := range m.Terms {
		v.Terms = append(v.Terms, templates.Term{Name: t.Name, Role: string(t.Role), TeX: t.TeX, Doc: t.Doc})
	}
	if g, ok := m.Gradient(s.Gradient); ok {
		v.Gradient = templates.Gradient{Name: g.Name, Title: g.Title, Doc: g.Doc, TeX: g.TeX, Kind: string(g.Kind())}
		if text := pushing(m, g, method.Predictor(s.Predictor.Kind)); text != "" {
			v.NoNegatives = "The loss names no other sample. " + text
		}
	}
	return v
}

// pushing says, where the loss names no other sample, what the negative term of g is
// nevertheless made of; "" for a loss that names them.
func pushing(m *method.Method, g *method.Gradient, p method.Predictor) string {
	factor, weighed := g.Weights[method.Negative]
	switch {
	case m.Family == method.Contrastive:
		return ""
	case weighed && factor == 0:
		return "This gradient leaves out what would push, so nothing keeps the outputs apart."
	case m.Family == method.Decorrelation:
		return "What pushes comes from the correlation of the features: an output is pushed away " +
			"from a weighted sum of the batch, which is how two channels are made to differ."
	case m.Family == method.Unified || g.Name == "unified":
		return "What pushes is F, the correlation of the targets: F u is a sum of targets, each weighted by how much it resembles the output u."
	case p == method.NoPredictor:
		return "What would push comes through a predictor, and there is none here: the negative term points along the output itself, " +
			"and the normaliser leaves nothing of it."
	case p == method.SpectralPredictor:
		return "What pushes comes through the predictor, which is made of the targets' correlation F: it is largest along the directions in " +
			"which the targets have been spread of late, and pushes an output away from them."
	}
	return "What pushes comes through the predictor: it has learnt the directions in which " +
		"the batch is spread, and its weights push an output away from them."
}

// diagramView describes the two branches.
func diagramView(s spec.Spec) templates.Diagram {
	d := templates.Diagram{
		Encoder:  s.Encoder.Kind + " " + strconv.Itoa(s.Encoder.Width),
		Target:   string(s.Target),
		Negative: string(s.Negative),
		Loss:     compared[s.Method.Family],
	}
	if s.Projector.Depth > 0 {
		d.Projector = strconv.Itoa(s.Projector.Depth) + " × " + strconv.Itoa(s.Projector.Width)
	}
	switch method.Predictor(s.Predictor.Kind) {
	case method.NoPredictor:
	case method.MLPPredictor:
		d.Predictor = s.Predictor.Kind + " " + strconv.Itoa(s.Predictor.Width)
	default:
		d.Predictor = s.Predictor.Kind
	}
	if s.Target == method.Momentum || s.Negative == method.Momentum {
		d.Momentum = strconv.FormatFloat(s.EMA.Momentum, 'g', -1, 64)
	}
	return d
}

// compared says in a word what a family's loss does with the outputs.
var compared = map[method.Family]string{
	method.Contrastive:   "softmax",
	method.Asymmetric:    "cosine",
	method.Decorrelation: "correlation",
	method.Unified:       "cosine and correlation",
}
