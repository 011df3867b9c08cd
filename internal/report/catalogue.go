package report

import (
	"slices"
	"strings"

	"gradlab/internal/finding"
	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// A Figure describes one picture: one panel, several panels that share their
// steps, or the latest frame of a name.
type Figure struct {
	Name     string // in the address: "norms"
	Title    string
	Panels   []Panel
	Frame    string // name of the record's frame that it shows: as a heatmap, or where there is a panel as its line
	Labelled bool   // the heatmap is small, and has names at its rows and a number in each cell
	Each     bool   // of lanes that differ in the seed only, thin lines are drawn for the single ones too
}

// A Panel is one pair of axes.
type Panel struct {
	Title  string
	Unit   string
	Log    bool           // logarithmic y; what is not positive leaves a gap
	Within []float64      // values that the axis includes in any case
	Axis   string         // word for what x counts; empty: steps
	Events []finding.Kind // what can happen that is told beside its curves
	Lines  []Line
}

// A Line is one field of the record in a panel.
type Line struct {
	Field string       // key in the record
	Label string       // word at the line's end; empty where the panel has one line
	Per   string       // name of the field's mark that values are divided by, so that lanes of different widths compare; empty: none
	Sign  *palette.RGB // a signal colour; nil: the lane's own colour
	Dash  bool
	Note  string // said in place of a line that is zero throughout, as a term is which the loss does not have
}

// Figures lists what can be drawn, in the order of the page.
func Figures() []Figure { return figures }

var figures = []Figure{
	{Name: "sphere", Title: "Embedding sphere", Frame: "sphere"},
	{Name: "norms", Title: "Gradient at the projector", Panels: []Panel{{
		Title: "Gradient at the projector", Unit: "mean norm per sample, log scale", Log: true, Events: []finding.Kind{finding.Balance, finding.Diverged},
		Lines: []Line{
			{Field: "positive_norm", Label: "positive", Sign: &palette.Positive, Note: "positive: none in this loss"},
			{Field: "negative_norm", Label: "negative", Sign: &palette.Negative, Dash: true, Note: "negative: none in this loss"},
			{Field: "total_norm", Label: "total"},
		},
	}}},
	{Name: "loss", Title: "Loss", Panels: []Panel{{Title: "Loss", Events: []finding.Kind{finding.Collapsed, finding.Diverged}, Lines: []Line{{Field: "loss"}}}}},
	{Name: "similarity", Title: "Similarity", Panels: []Panel{{
		Title: "Similarity", Unit: "mean cosine", Within: []float64{0, 1},
		Lines: []Line{
			{Field: "positive_similarity", Label: "pairs", Sign: &palette.Positive},
			{Field: "negative_similarity", Label: "others", Sign: &palette.Negative, Dash: true},
		},
	}}},
	{Name: "balance", Title: "Balance of the terms", Panels: []Panel{
		{Title: "Balance", Unit: "negative / positive norm", Within: []float64{0, 1}, Events: []finding.Kind{finding.Balance}, Lines: []Line{{Field: "balance"}}},
		{Title: "Angle", Unit: "mean cosine of positive and negative", Within: []float64{-1, 0}, Lines: []Line{{Field: "positive_negative_cos"}}},
	}},
	{Name: "collapse", Title: "Signs of collapse", Panels: []Panel{
		{Title: "Spread of the channels", Unit: "std × √D", Within: []float64{0}, Lines: []Line{{Field: "channel_std", Per: "isotropic"}}},
		{Title: "Collapse level", Unit: "1: all outputs are one", Within: []float64{0, 1}, Events: []finding.Kind{finding.Collapsed}, Lines: []Line{{Field: "collapse_level"}}},
		{Title: "Effective rank", Unit: "training batch", Within: []float64{0}, Events: []finding.Kind{finding.Rank}, Lines: []Line{{Field: "effective_rank"}}},
		{Title: "Off-diagonal correlation", Unit: "mean size", Within: []float64{0, 1}, Events: []finding.Kind{finding.Few}, Lines: []Line{{Field: "offdiagonal"}}},
		{Title: "Alignment", Unit: "mean squared distance of pairs", Within: []float64{0}, Lines: []Line{{Field: "alignment"}}},
		{Title: "Uniformity", Unit: "log mean Gaussian potential", Within: []float64{0}, Lines: []Line{{Field: "uniformity"}}},
	}},
	{Name: "dimensions", Title: "Directions in use", Panels: []Panel{
		{Title: "RankMe", Unit: "not centred", Within: []float64{0}, Lines: []Line{{Field: "rankme"}}},
		{Title: "Participation ratio", Unit: "by variance", Within: []float64{0}, Lines: []Line{{Field: "participation_ratio"}}},
		{Title: "alpha-ReQ", Unit: "exponent of the spectrum", Within: []float64{0}, Lines: []Line{{Field: "alpha_req"}}},
	}},
	{Name: "spectrum", Title: "Spectrum", Frame: "spectrum", Panels: []Panel{{
		Title: "Spectrum", Unit: "log10 of variance, last probe", Axis: "direction", Within: []float64{0}, Lines: []Line{{Field: "spectrum"}},
	}}},
	{Name: "negatives", Title: "Samples that push", Panels: []Panel{{
		Title: "Samples that push", Unit: "effective number per anchor", Within: []float64{0}, Lines: []Line{{Field: "effective_negatives"}},
	}}},
	{Name: "places", Title: "The terms on their way back", Panels: []Panel{
		way("Gradient at the predictor", "mean norm per sample, radial part included, log scale", "at.predictor"),
		way("Gradient at the encoder", "mean norm per sample, log scale", "at.encoder"),
		way("Gradient on the encoder's weights", "norm, log scale", "weights.encoder"),
		way("Gradient on the projector's weights", "norm, log scale", "weights.projector"),
		{Title: "Radial share at the projector", Unit: "along the output", Within: []float64{0, 1}, Lines: []Line{
			{Field: "radial.positive", Label: "positive", Sign: &palette.Positive},
			{Field: "radial.negative", Label: "negative", Sign: &palette.Negative, Dash: true},
		}},
	}},
	{Name: "knn", Title: "Nearest-neighbour accuracy", Panels: []Panel{{
		Title: "kNN accuracy", Unit: "held-out images", Lines: []Line{
			{Field: "knn_accuracy", Label: "trained"},
			{Field: "knn_random", Label: "untrained", Dash: true},
		},
	}}},
	{Name: "linear", Title: "Linear probe", Panels: []Panel{{
		Title: "Linear probe", Unit: "accuracy on held-out images", Lines: []Line{
			{Field: "probe_accuracy", Label: "trained"},
			{Field: "probe_random", Label: "untrained", Dash: true},
		},
	}}},
	{Name: "residual", Title: "Closed form against autodiff", Panels: []Panel{{
		Title: "Closed form against autodiff", Unit: "relative residual, log scale", Log: true,
		Lines: []Line{
			{Field: "residual", Label: "residual", Note: "residual: zero"},
			{Field: "approximation", Label: "approximation", Dash: true, Note: "approximation: none, the loss itself drives"},
		},
	}}},
	{Name: "correlation", Title: "Correlation of the two views", Frame: "correlation"},
	{Name: "shares", Title: "Who pushes whom", Frame: "shares"},
	{Name: "likeness", Title: "Likeness of held-out images", Frame: "likeness"},
	{Name: "equivalence", Title: "Every method on this batch", Frame: "equivalence", Labelled: true},
}

// way is the panel of the terms at a place on their way back through the network.
func way(title, unit, place string) Panel {
	return Panel{Title: title, Unit: unit, Log: true, Lines: []Line{
		{Field: place + ".positive_norm", Label: "positive", Sign: &palette.Positive, Note: "positive: none here"},
		{Field: place + ".negative_norm", Label: "negative", Sign: &palette.Negative, Dash: true, Note: "negative: none here"},
		{Field: place + ".total_norm", Label: "total", Note: "total: none here"},
	}}
}

// Lookup returns the figure of that name.
func Lookup(name string) (Figure, bool) {
	for _, f := range figures {
		if f.Name == name {
			return f, true
		}
	}
	return Figure{}, false
}

// Names are what links and presets call what can be shown: the figures, and the panels
// of those that have several by their first fields.
func Names() []string {
	var names []string
	for _, f := range figures {
		if name := f.Whole(); name != "" {
			names = append(names, name)
		}
		for _, p := range f.Panels {
			if len(f.Panels) > 1 {
				names = append(names, p.Lines[0].Field)
			}
		}
	}
	return names
}

// Whole is the name of the figure with all its panels; empty where a panel of it has
// that name.
func (f Figure) Whole() string {
	if len(f.Panels) > 1 && slices.ContainsFunc(f.Panels, func(p Panel) bool { return p.Lines[0].Field == f.Name }) {
		return ""
	}
	return f.Name
}

// Fields returns the keys of the record that the figure draws, in its order.
func (f Figure) Fields() []string {
	var names []string
	for _, p := range f.Panels {
		for _, l := range p.Lines {
			names = append(names, l.Field)
		}
	}
	return names
}

// title names the figure and what it was drawn from.
func (f Figure) title(lanes []Lane) string {
	var names []string
	for _, b := range bands(lanes) {
		if b.title != "" {
			names = append(names, b.title)
		}
	}
	if len(names) == 0 {
		return f.Title
	}
	return f.Title + ": " + strings.Join(names, ", ")
}

// latest returns the lane's last frame of that name and its step.
func (l Lane) latest(name string) (f record.Frame, step int, ok bool) {
	for i := len(l.Steps) - 1; i >= 0; i-- {
		for _, f := range l.Steps[i].Frames {
			if f.Name == name {
				return f, l.Steps[i].Step, true
			}
		}
	}
	return record.Frame{}, 0, false
}
