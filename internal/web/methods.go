package web

import (
	"net/http"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// A Method is a method of the catalogue as programs read it: GET /api/methods
// and `lab methods -json`.
type Method struct {
	Name       string             `json:"name"`
	Title      string             `json:"title"`
	Family     method.Family      `json:"family"`
	Essay      string             `json:"essay"`
	Loss       string             `json:"loss"` // TeX
	References []Reference        `json:"references"`
	Targets    []method.Target    `json:"targets"`
	Negatives  []method.Target    `json:"negatives,omitempty"`
	Predictors []method.Predictor `json:"predictors"`
	Terms      []Term             `json:"terms"`
	Shares     *Shares            `json:"shares,omitempty"` // how the negative term counts other samples
	Gradients  []Gradient         `json:"gradients"`
	Knobs      []Knob             `json:"knobs"`
	Defaults   map[string]string  `json:"defaults,omitempty"` // shared settings whose default differs with this method
}

// A Reference is a source with the place in it that matters.
type Reference struct {
	Text  string `json:"text"`
	URL   string `json:"url"`
	Where string `json:"where"`
}

// A Term is a named part of a method's gradient.
type Term struct {
	Name string      `json:"name"`
	Role method.Role `json:"role"`
	TeX  string      `json:"tex"`
	Doc  string      `json:"doc"`
}

// Shares are the weights of other samples in a method's negative term.
type Shares struct {
	Of  string `json:"of"` // the gradient whose negative term it is
	TeX string `json:"tex"`
	Doc string `json:"doc"`
}

// A Gradient is a choice of what drives training.
type Gradient struct {
	Name  string       `json:"name"`
	Title string       `json:"title"`
	Doc   string       `json:"doc"`
	TeX   string       `json:"tex"`
	Place method.Place `json:"place"`
	Exact bool         `json:"exact"` // equals the derivative of the loss
	Kind  method.Kind  `json:"kind"`  // exact, approximation or mistake
}

// A Knob is a setting: a method's own, or in `lab settings -json` any.
type Knob struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Doc     string `json:"doc"`
	Unit    string `json:"unit,omitempty"`
	Default string `json:"default"`
	Range   string `json:"range"`
	Paper   string `json:"paper,omitempty"`
}

// Catalogue describes all methods, in the catalogue's order.
func Catalogue() []Method {
	var list []Method
	for _, m := range method.All() {
		list = append(list, describe(m))
	}
	return list
}

func describe(m *method.Method) Method {
	v := Method{
		Name: m.Name, Title: m.Title, Family: m.Family, Essay: m.Essay, Loss: m.Loss,
		Targets: m.Targets, Negatives: m.Negatives, Predictors: m.Predictors, Knobs: []Knob{}, Defaults: m.Defaults,
	}
	for _, r := range m.References {
		v.References = append(v.References, Reference{r.Text, r.URL, r.Where})
	}
	for _, t := range m.Terms {
		v.Terms = append(v.Terms, Term{t.Name, t.Role, t.TeX, t.Doc})
	}
	if m.Shares.Doc != "" {
		v.Shares = &Shares{m.Shares.Of, m.Shares.TeX, m.Shares.Doc}
	}
	for i := range m.Gradients {
		g := &m.Gradients[i]
		v.Gradients = append(v.Gradients, Gradient{g.Name, g.Title, g.Doc, g.TeX, m.Place(g), g.Exact, g.Kind()})
	}
	var own knob.Set
	m.New(&own)
	for _, k := range own.All() {
		v.Knobs = append(v.Knobs, DescribeKnob(k))
	}
	return v
}

// DescribeKnob describes a setting.
func DescribeKnob(k *knob.Knob) Knob {
	return Knob{k.Name, k.Title, k.Doc, k.Unit, k.Default, k.Range(), k.Paper}
}

// methods answers with the catalogue.
func (h *Handler) methods(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-cache")
	h.json(w, r, http.StatusOK, Catalogue())
	return nil
}
