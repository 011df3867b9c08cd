package templates

import (
	"slices"

	"github.com/a-h/templ"
)

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
		list = append(list, Exhibit{Name: "gradient-" + itoa(i), Title: "The gradient", Note: m.Title + ", " + m.Gradient.Title + ".", Part: both(kind(v), gradient(m))})
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
		"runbar": runBar(v), "lanes": lanes(v.Lanes), "outcomes": outcomes(v.Lanes), "goon": goOn(v.Lanes), "runs": runLines(v.Lanes), "story": story(*v.Story),
		"sphere": sphere(v), "charts": figures(v), "maps": maps(v), "equivalence": comparison(v), "batch": batch(v), "neighbours": neighbours(), "slow": slow(v),
		"timeline": timeline(v.Lesson), "explain": explain(v), "share": shareContent(v.Share), "controls": controls(v),
	}
}

// alone is the lab with one of its runs, changed.
func (g Gallery) alone(lane int, change func(*Run)) Lab {
	v := g.Lab
	v.Lanes = slices.Clone(v.Lanes[lane : lane+1])
	l := &v.Lanes[0]
	l.Letter, l.Chips, l.Verdict = "", nil, nil
	run := *l.Run
	run.Extend = nil
	change(&run)
	l.Run = &run
	return v
}

// idle is the lab with settings that have not been run.
func (g Gallery) idle() Lab {
	v := g.alone(0, func(*Run) {})
	v.Lanes[0].Run = nil
	return v
}

func (g Gallery) lane(v Lab) deskLane { return deskOf(v).Lanes[0] }

// state is a run in a state, over a connection that stands.
func (g Gallery) state(name, title, note string, lane int, change func(*Run)) Exhibit {
	v := g.alone(lane, change)
	r := v.Lanes[0].Run
	return Exhibit{
		Name: name, Title: title, Note: note, Part: standing(v),
		Told: &told{
			Lane: g.lane(v), Link: "open", Way: "socket",
			Manifest: &toldManifest{State: r.State, Reason: r.Reason, Causes: r.Causes, Done: r.Done, Steps: r.Steps, Position: r.Position, Wait: r.Wait},
		},
	}
}

// states are those that a run can be in.
func (g Gallery) states() []Exhibit {
	to := func(state, reason string, done int) func(*Run) {
		return func(r *Run) { r.State, r.Reason, r.Done, r.Finding = state, reason, min(done, r.Done), "" }
	}
	idle := g.idle()
	running := g.state("running", "Running", "With its speed.", 0, to("running", "", 18))
	running.Told.Speed = 24
	return []Exhibit{
		{Name: "idle", Title: "Not run yet", Note: "Settings without a run.", Part: standing(idle), Told: &told{Lane: g.lane(idle)}},
		g.state("queued", "Queued", "With a place in the queue and how long it takes.", 0, func(r *Run) {
			to("queued", "", 0)(r)
			r.Position, r.Wait = 3, 40
		}),
		g.state("behind", "Queued behind the visitor's own run", "It has no place of its own.", 0, to("queued", "comes after another run of its visitor", 0)),
		running,
		g.state("paused", "Paused", "Somebody has paused it.", 0, to("paused", "", 18)),
		g.state("unwatched", "Paused because nobody looked", "It goes on when somebody looks again.", 0, to("paused", g.Looked, 18)),
		g.state("finished", "Finished", "All steps are taken.", 0, func(r *Run) { r.Finding = "" }),
		g.state("diverged", "Diverged", "A result, with the likeliest causes and what usually helps.", 0, func(r *Run) {
			to("diverged", "diverged at step 24: loss is not a finite number", 25)(r)
			r.Causes = g.Causes
		}),
		g.state("collapsed", "Collapsed", "A finding, not an error.", 1, func(*Run) {}),
		g.state("cancelled", "Stopped", "Its curve stays; Run begins it anew.", 0, to("cancelled", "", 18)),
		g.state("failed", "Failed", "With its reason.", 0, to("failed", "the folder of the images is gone", 18)),
		g.state("forgotten", "Forgotten", "Its records made room for others.", 0, func(r *Run) {
			to("forgotten", "", 0)(r)
			r.Earlier = ""
		}),
	}
}

// connections are how the records of a running run can come.
func (g Gallery) connections() []Exhibit {
	list := []Exhibit{}
	for _, c := range []struct{ name, title, note, link, way string }{
		{"reconnecting", "Reconnecting", "After a cut, until the line stands again.", "reconnecting", "socket"},
		{"events", "Over an event stream", "Two sockets did not open.", "open", "events"},
		{"poll", "Over long polls", "Event streams are kept back too.", "open", "poll"},
		{"outdated", "Another version of the server", "It sends what this page cannot read, and must not guess at.", "outdated", "socket"},
	} {
		e := g.state(c.name, c.title, c.note, 0, func(r *Run) { r.State, r.Done = "running", min(18, r.Done) })
		e.Told.Link, e.Told.Way = c.link, c.way
		list = append(list, e)
	}
	return list
}

// links are what a link says of the run that it was made of.
func (g Gallery) links() []Exhibit {
	list := []Exhibit{}
	for i, verdict := range g.Verdicts {
		v := g.alone(0, func(*Run) {})
		v.Lanes[0].Verdict = &verdict
		list = append(list, Exhibit{
			Name: "link-" + itoa(i), Title: map[string]string{"same": "Reproduced", "differs": "Not the link's run", "open": "Not compared yet"}[verdict.Kind],
			Note: "What a link with a curve hash says of the run that is here.", Part: verdicts(v.Lanes),
		})
	}
	foreign := g.alone(0, func(r *Run) { r.Foreign = g.Foreign })
	return append(list, Exhibit{Name: "foreign", Title: "Computed elsewhere", Note: "A stored run of another version or machine class.", Part: runLines(foreign.Lanes)})
}

// badges are what can come of the comparison with autodiff.
func (g Gallery) badges() []Exhibit {
	of := func(name, title, residual string, fields map[string]float64, done int) Exhibit {
		v := g.alone(0, func(r *Run) { r.Residual, r.Done = residual, done })
		r := v.Lanes[0].Run
		return Exhibit{Name: name, Title: title, Note: "The terms against the float64 tape, on the running network.", Part: badge(v),
			Told: &told{Lane: g.lane(v), Link: "open", Way: "socket", Manifest: &toldManifest{State: "running", Done: r.Done, Steps: r.Steps}, Fields: fields}}
	}
	done := g.Lab.Lanes[0].Run.Done
	return []Exhibit{
		of("residual-none", "Residual, not measured yet", "", nil, 0),
		of("residual-agree", "Residual, the terms agree", g.Lab.Lanes[0].Run.Residual, nil, done),
		of("residual-differ", "Residual, a formula is broken", "2.0e-02", map[string]float64{"residual": 0.02}, done),
	}
}

// heard is what the script makes of an exhibit.
func heard(e Exhibit) templ.Attributes {
	if e.Told == nil {
		return nil
	}
	return templ.Attributes{"data-told": toJSON(e.Told)}
}

// A shownField is a setting on show, open or fixed for a lesson.
type shownField struct {
	Field
	locked bool
}

// fieldsOf takes settings of each kind out of a form, under names of their own: those
// in the form have theirs.
func fieldsOf(f Form) []shownField {
	var list []shownField
	show := func(name string, change func(*shownField)) {
		for _, group := range f.Groups {
			for _, x := range slices.Concat(group.Fields, group.More) {
				if x.Name == name {
					s := shownField{Field: x}
					s.Notice, s.Idle = "", ""
					change(&s)
					s.Name = "gallery-" + itoa(len(list)) + "-" + name
					list = append(list, s)
				}
			}
		}
	}
	show("tau", func(*shownField) {})
	show("target", func(*shownField) {})
	show("seed", func(*shownField) {})
	show("lr", func(s *shownField) { s.Idle = "Has no effect as things are set." })
	show("lr", func(s *shownField) { s.Notice = "99 is outside 0..10; the nearest is 10." })
	show("projector.depth", func(s *shownField) { s.locked = true })
	return list
}
