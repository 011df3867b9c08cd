package templates

import "github.com/a-h/templ"

// A Gallery is what the page of that name shows: the lab with runs that come with
// the program, and below it what those runs do not get into.
type Gallery struct {
	Lab      Lab    // two lanes whose runs have ended, the second one collapsed
	Bundle   string // address of the lab's own script
	Looked   string // why a run is paused at which nobody looks
	Causes   []string
	Dear     []Notice // about settings that are too dear, without a field
	Refusals []Refusal
	Verdicts []Verdict
	Foreign  string // that a run was computed elsewhere
	Diagrams []Diagram
	Methods  []Method // whose gradient is not the loss's
	Errors   []Error
}

// An Exhibit is one part of the lab's pages in one state.
type Exhibit struct {
	Name  string // for the address, and of the golden file
	Title string
	Note  string
	Part  templ.Component
	Told  *told // what the script hears; nil: it has nothing to do
}

// told is what the script makes a run of: the first records of a canned one, in
// another state and over another connection.
type told struct {
	Lane     deskLane           `json:"lane"`
	Manifest *toldManifest      `json:"manifest,omitempty"`
	Link     string             `json:"link,omitempty"`
	Way      string             `json:"way,omitempty"`
	Speed    float64            `json:"speed,omitempty"`  // steps a second
	Fields   map[string]float64 `json:"fields,omitempty"` // with this value at every step
	Refused  *Refusal           `json:"refused,omitempty"`
}

type toldManifest struct {
	State    string   `json:"state"`
	Reason   string   `json:"reason,omitempty"`
	Causes   []string `json:"causes,omitempty"`
	Done     int      `json:"done"`
	Steps    int      `json:"steps"`
	Position int      `json:"position,omitempty"`
	Wait     float64  `json:"wait,omitempty"`
}

// Exhibits lists what stands below the lab in the gallery.
func Exhibits(g Gallery) []Exhibit {
	list := append(g.states(), g.connections()...)
	for i, name := range []string{"full", "quota"} {
		r := g.Refusals[i]
		list = append(list, Exhibit{
			Name: name, Title: r.Title, Note: "A submission that is one too many: as the server answers a form, and as the script says it.",
			Part: refused(g.idle(), r), Told: &told{Lane: g.lane(g.idle()), Refused: &r},
		})
	}
	dear := g.idle()
	dear.Notices, dear.Invalid, dear.Form = g.Dear, true, Form{}
	list = append(list, Exhibit{
		Name: "dear", Title: "Too dear", Note: "Settings of which a run would take too long. At the field of the steps, in the form above, stands the same.", Part: notices(dear),
	})
	list = append(list, g.links()...)
	list = append(list, g.badges()...)
	for i, d := range g.Diagrams {
		d.Prefix = "diagram-" + itoa(i) + "-"
		list = append(list, Exhibit{Name: "branches-" + itoa(i), Title: "The two branches", Note: d.note(), Part: Branches(d)})
	}
	for i, m := range g.Methods {
		v := g.idle()
		v.Method = m
		list = append(list, Exhibit{Name: "gradient-" + itoa(i), Title: "The gradient", Note: m.Title + ", " + m.Gradient.Title + ".", Part: both(kind(v), gradient("gradient-"+itoa(i)+"-", m))})
	}
	plain := g.alone(0, func(r *Run) { r.Figures = r.Figures[:1] })
	list = append(list, Exhibit{
		Name: "fields", Title: "Settings", Note: "As they are, fixed for a lesson, without effect, and with a value that was replaced.", Part: fields(g.Lab.Form),
	}, Exhibit{
		Name: "plain", Title: "Without script", Note: "The server's pictures, of which this is the first, and a table stand in the place of the figures.", Part: both(serverFigures(plain.Lanes), table(plain.Lanes[0].Title, plain.Lanes[0].Table)),
	})
	for _, e := range g.Errors {
		list = append(list, Exhibit{Name: "error-" + itoa(e.Status), Title: "A page for what went wrong", Note: "Status " + itoa(e.Status) + ".", Part: problem(e)})
	}
	return list
}

// Parts are the components of the lab that the gallery shows in their places on the
// page, by their names; the golden tests want them alone.
func (g Gallery) Parts() map[string]templ.Component {
	v := g.Lab
	return map[string]templ.Component{
		"runbar": runBar(v), "lanes": lanes(v.Lanes), "outcomes": outcomes(v.Lanes), "goon": goOn(v.Lanes, v.Lesson), "runs": runLines(v.Lanes), "story": story(*v.Story),
		"sphere": sphere(v), "charts": figures(v), "maps": maps(v), "equivalence": comparison(v), "batch": batch(v), "neighbours": neighbours(), "slow": slow(v),
		"timeline": timeline(v), "explain": explain(v), "share": shareContent(v.Share), "controls": controls(v),
	}
}
