package templates

import (
	"encoding/json"
	"strconv"

	"github.com/a-h/templ"

	"gradlab/internal/spec"
)

// Setting is spec's, under a short name for the components.
type Setting = spec.Setting

func itoa(n int) string { return strconv.Itoa(n) }

// themed names the theme of a page that has one whatever the reader has chosen; theme.js leaves it alone.
func themed(p Page) templ.Attributes {
	if p.Theme == "" {
		return nil
	}
	if p.Theme == Projector { // which one may leave, as after a press on Present
		return templ.Attributes{"data-theme": p.Theme}
	}
	return templ.Attributes{"data-theme": p.Theme, "data-fixed": true}
}

func pageTitle(p Page) string {
	if p.Title == "" {
		return "Gradlab"
	}
	return p.Title + " · Gradlab"
}

// toJSON writes a value for a data attribute. Views hold strings, numbers and
// booleans, for which encoding cannot fail.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("templates: " + err.Error())
	}
	return string(b)
}

// canned says where a lab page's runs come from, where that is not the server.
func canned(v Lab) templ.Attributes {
	if v.Canned == "" {
		return nil
	}
	return templ.Attributes{"data-canned": v.Canned}
}

// labURL is where the first page's button leads: to the run that moves.
func labURL(m *Moving) string {
	if m == nil {
		return "/lab"
	}
	return m.URL
}

// movingPanels are the charts of the first page.
var movingPanels = []Panel{
	{Title: "Gradient at the projector", Unit: "mean norm per sample, log scale", Log: true, Figure: "norms", Lines: []Line{
		{Field: "positive_norm", Label: "positive", Sign: "positive", Note: "positive: none in this loss"},
		{Field: "negative_norm", Label: "negative", Sign: "negative", Dash: true, Note: "negative: none in this loss"},
	}},
	{Title: "Similarity", Unit: "mean cosine", Within: []float64{0, 1}, Figure: "similarity", Lines: []Line{
		{Field: "positive_similarity", Label: "pairs", Sign: "positive"},
		{Field: "negative_similarity", Label: "others", Sign: "negative", Dash: true},
	}},
}
