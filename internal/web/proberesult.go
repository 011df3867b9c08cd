package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/engine/foreign"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/palette"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/templates"
)

// What a page shows of large inputs.
const (
	probeChannels   = 64  // of the correlation
	probePoints     = 300 // of the spectrum's line
	probeDirections = 32  // of the spectrum's table
)

// probeView is the page around the form; chosen is the method that was asked for,
// and bad says what is wrong with an upload.
func (h *Handler) probeView(chosen *method.Method, bad faults) templates.Probe {
	v := templates.Probe{
		Page: templates.Page{
			Title:       "Bring your own embeddings",
			Description: "Every collapse metric, loss and gradient for two .npy files of your own: why a loss went to -1.",
			Canonical:   probePath, Assets: h.assets.links,
		},
		Files: slices.Clone(probeFiles), Refused: len(bad) > 0, Rows: probeRows, Numbers: probeNumbers,
		Methods: []templates.MethodOption{{Title: "of every method's loss"}},
	}
	for _, m := range method.All() {
		v.Methods = append(v.Methods, templates.MethodOption{Name: m.Name, Title: "all of " + m.Title, Chosen: m == chosen})
	}
	for _, e := range bad {
		i := slices.IndexFunc(v.Files, func(f templates.ProbeFile) bool { return f.Name == e.Key })
		if i < 0 {
			v.Errors = append(v.Errors, e.Message)
			continue
		}
		v.Files[i].Error = strings.TrimSpace(v.Files[i].Error + " " + e.Message)
	}
	return v
}

// probeResult is what the page says of an input.
func probeResult(in foreign.Input, r foreign.Report) *templates.ProbeResult {
	v := &templates.ProbeResult{
		Shape:       fmt.Sprintf("%d images in two views, width %d", r.Rows, r.Width),
		Bad:         r.Collapse != foreign.None,
		Findings:    r.Findings,
		Equivalence: probeEquivalence(r.Equivalence),
		Correlation: probeCorrelation(in),
		Spectrum:    probeSpectrum(r),
	}
	v.Verdict, v.Why = verdict(r.Collapse)
	if r.Collapse == foreign.Point {
		v.Equivalence.Nothing = "After a collapse to a point what is left of these gradients is rounding, and its directions mean nothing."
	}
	for _, m := range r.Metrics {
		v.Metrics = append(v.Metrics, probeMetric(m, r.Collapse))
	}
	for _, g := range r.Gradients {
		row := templates.ProbeGradient{
			Label: g.Label, Target: string(g.Target), Predictor: string(g.Predictor),
			Loss: figure(g.Loss), Positive: figure(g.PositiveNorm), Negative: figure(g.NegativeNorm), Total: figure(g.TotalNorm),
			Cosine: figure(g.Cosine), Balance: figure(g.Balance), Approximation: figure(g.Approximation),
		}
		for _, t := range g.Terms {
			row.Terms = append(row.Terms, templates.ProbeTerm{Name: t.Name, Role: string(t.Role), Norm: figure(t.Norm)})
		}
		v.Gradients = append(v.Gradients, row)
		v.Variants = v.Variants || g.Gradient != "loss"
	}
	return v
}

// verdict says first of all, and in words, whether embeddings have collapsed.
func verdict(c foreign.Collapse) (title, why string) {
	switch c {
	case foreign.Point:
		return "These embeddings have collapsed to a point",
			"This is why the loss says −1: your network gives every image the same vector, so the two views of an image agree perfectly, and a loss that only compares views cannot become better. There is nothing left in the vectors to tell images apart by."
	case foreign.Nearly:
		return "These embeddings have nearly collapsed to a point",
			"This is why the loss is close to −1: all images point in almost one direction, so any two views agree, whether they show the same image or not. What tells images apart is a small rest."
	case foreign.Directions:
		return "These embeddings have collapsed into few directions",
			"The loss may look healthy, and the vectors do differ, but only along a few directions of many: dimensional collapse. A classifier behind them gets no more than those directions say."
	}
	return "No sign of collapse", "The embeddings of different images differ, and in many directions. Whether they are good for a task is another question, which a classifier on labels answers."
}

// probeMetric sets a value among its marks.
func probeMetric(m foreign.Metric, c foreign.Collapse) templates.ProbeMetric {
	v := templates.ProbeMetric{Title: m.Title, Doc: m.Doc, Value: figure(m.Value), At: -1}
	if m.X1 != nil && m.X2 != nil {
		v.X1, v.X2 = figure(*m.X1), figure(*m.X2)
	}
	if c == foreign.Point || c == foreign.Nearly {
		switch m.Name {
		case "alignment", "positive_similarity":
			v.Comfort = "Perfect is no comfort here: views of different images are as near."
		}
	}
	low, high := 0., 0. // nothing is part of every scale
	values := []foreign.Number{m.Value}
	for _, k := range m.Marks {
		values = append(values, k.Value)
	}
	for _, x := range values {
		low, high = min(low, float64(x)), max(high, float64(x))
	}
	place := func(x foreign.Number) float64 {
		if !(high > low) {
			return 0
		}
		return (float64(x) - low) / (high - low)
	}
	for _, k := range m.Marks {
		v.Marks = append(v.Marks, templates.ProbeMark{Label: k.Label, Value: figure(k.Value), At: place(k.Value)})
	}
	if !math.IsNaN(high - low) {
		v.At = place(m.Value)
	}
	return v
}

func probeEquivalence(e foreign.Equivalence) templates.ProbeEquivalence {
	v := templates.ProbeEquivalence{Labels: e.Labels}
	for i := range e.Labels {
		var cosines []templates.ProbeCell
		var ratios []string
		for j := range e.Labels {
			c := float64(e.Cosine[i][j])
			cell := templates.ProbeCell{Value: "–", Fill: palette.DivergingColor(c).Hex()}
			if !math.IsNaN(c) {
				cell.Value = strings.Replace(strconv.FormatFloat(c, 'f', 2, 64), "-", "−", 1)
				cell.Dark = palette.Contrast(palette.DivergingColor(c), palette.Light.Paper) > palette.Contrast(palette.DivergingColor(c), palette.Light.Ink)
			}
			cosines, ratios = append(cosines, cell), append(ratios, figure(e.Ratio[i][j]))
		}
		v.Cosine, v.Ratio = append(v.Cosine, cosines), append(v.Ratio, ratios)
	}
	return v
}

// probeCorrelation draws the correlation of the views.
func probeCorrelation(in foreign.Input) templates.ProbeMap {
	c := in.Correlation(probeChannels)
	f := record.Frame{Name: "correlation", Rows: c.N, Cols: c.N, Of: in.X[0].Cols, Scale: 1.0 / 127, Data: make([]int8, len(c.Data))}
	for i, x := range c.Data {
		f.Data[i] = int8(math.Round(127 * max(-1, min(1, x))))
	}
	v := templates.ProbeMap{Side: c.N, Caption: fmt.Sprintf("All %d channels.", c.N)}
	if f.Of > c.N {
		v.Caption = fmt.Sprintf("%d of %d channels, spread evenly.", c.N, f.Of)
	}
	paths, words := report.Cells(f)
	for _, p := range paths {
		v.Paths = append(v.Paths, templates.ProbePath(p))
	}
	v.Summary = "Correlation of the channels of the two views"
	if words != "" {
		v.Summary += ": " + words
	}
	v.Summary += "."
	v.Data = correlationData(f)
	return v
}

// probeSpectrum draws the variances along the principal directions, in powers of
// ten, in a box of 600 x 200.
func probeSpectrum(r foreign.Report) templates.ProbeCurve {
	const width, height = 600., 200.
	level := probe.Isotropic(r.Width)
	low, high := math.Floor(level)-1, 0.
	for _, x := range r.Spectrum {
		low = min(low, math.Floor(float64(x)))
	}
	y := func(x float64) float64 { return height * (high - x) / (high - low) }

	n := len(r.Spectrum)
	v := templates.ProbeCurve{Last: n, Mark: templates.ProbeTick{Y: y(level), Label: "spread evenly"}, Table: templates.Table{Columns: []string{"direction", "share of the variance"}}}
	for step, x := max(1, math.Ceil((high-low)/5)), high; x >= low; x -= step {
		v.Ticks = append(v.Ticks, templates.ProbeTick{Y: y(x), Label: "1e" + strconv.Itoa(int(x))})
	}
	var points []string
	shown := min(n, probePoints)
	for k := range shown {
		i := 0 // the first and the last among those shown
		if shown > 1 {
			i = k * (n - 1) / (shown - 1)
		}
		points = append(points, fmt.Sprintf("%.1f,%.1f", width*float64(i)/float64(max(1, n-1)), y(float64(r.Spectrum[i]))))
	}
	v.Points = strings.Join(points, " ")
	for i, x := range r.Spectrum[:min(n, probeDirections)] {
		v.Table.Rows = append(v.Table.Rows, []string{strconv.Itoa(i + 1), figure(foreign.Number(math.Pow(10, float64(x))))})
	}
	if n > 0 {
		v.Summary = fmt.Sprintf("It falls from %s at the first direction to %s at number %d; evenly spread rows have %s in each.",
			v.Table.Rows[0][1], figure(foreign.Number(math.Pow(10, float64(r.Spectrum[n-1])))), n, figure(foreign.Number(math.Pow(10, level))))
	}
	v.Data = spectrumData(r)
	return v
}

// figure prints a number in four digits, and a dash where there is none.
func figure(n foreign.Number) string {
	f := float64(n)
	if f-f != 0 {
		return "–"
	}
	s := strconv.FormatFloat(f, 'g', 4, 64)
	if rounded, _ := strconv.ParseFloat(s, 64); rounded == math.Trunc(rounded) && math.Abs(rounded) < 1e7 {
		s = strconv.FormatFloat(rounded, 'f', -1, 64) // 12340 rather than 1.234e+04
	}
	return strings.Replace(s, "-", "−", 1)
}
