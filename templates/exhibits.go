package templates

import (
	"slices"

	"github.com/a-h/templ"

	"gradlab/internal/finding"
)

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
		return func(r *Run) {
			r.State, r.Reason, r.Done, r.Finding = state, reason, min(done, r.Done), finding.Finding{}
		}
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
		g.state("finished", "Finished", "All steps are taken.", 0, func(r *Run) { r.Finding = finding.Finding{} }),
		g.state("diverged", "Diverged", "A result, with the likeliest causes and what usually helps.", 0, func(r *Run) {
			to("diverged", "diverged at step 24: loss is not a finite number", 25)(r)
			r.Causes = g.Causes
		}),
		g.state("collapsed", "Collapsed", "A finding, not an error.", 1, func(*Run) {}),
		g.few(),
		g.state("cancelled", "Stopped", "Its curve stays; Run begins it anew.", 0, to("cancelled", "", 18)),
		g.state("failed", "Failed", "With its reason.", 0, to("failed", "the folder of the images is gone", 18)),
		g.state("forgotten", "Forgotten", "Its records made room for others.", 0, func(r *Run) {
			to("forgotten", "", 0)(r)
			r.Earlier = ""
		}),
	}
}

// few is a run whose outputs use few directions, which none of the recorded ones is.
func (g Gallery) few() Exhibit {
	const level, rank, off, attainable = 0.05, 2.9, 0.93, 16
	e := g.state("few", "Collapsed in most directions", "A finding that the spread of the channels does not show.", 0, func(r *Run) {
		r.Finding = finding.Directions(rank, off, attainable)
	})
	e.Told.Fields = map[string]float64{"collapse_level": level, "effective_rank": rank, "offdiagonal": off}
	return e
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
