package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"gradlab/internal/grid"
	"gradlab/internal/lab"
	"gradlab/internal/palette"
	"gradlab/internal/report"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// sweepExamples are grids to begin with: a minute or two of computing each.
var sweepExamples = []templates.Link{
	{Title: "Barlow Twins: how deep a projector", URL: "method=barlow data=shapes batch=64 steps=200 projector.depth=1,2,3 seed=1..5"},
	{Title: "SimSiam: with and without stop-gradient, at three learning rates", URL: "method=simsiam data=shapes batch=64 steps=200 target=stopped,shared lr=0.03,0.06,0.12 seed=1..3"},
	{Title: "SimCLR: the temperature", URL: "data=shapes batch=64 steps=200 tau=0.05,0.1,0.2,0.5,1 seed=1..3"},
}

// sweepPage describes the page without the runs: the form, and where the files are.
func (h *Handler) sweepPage(r *http.Request, v sweepView) templates.SweepDoc {
	words := nonEmpty(v.preset)
	for _, s := range v.said {
		words = append(words, s.String())
	}
	d := templates.SweepDoc{
		Page: templates.Page{
			Title: "Sweep", Description: "A grid of runs as small multiples: rows and columns are settings, seeds are a band in each cell.",
			Canonical: "/sweep", Assets: h.assets.links,
		},
		Text:     cmp.Or(r.URL.Query().Get("grid"), strings.Join(words, " ")),
		Each:     v.each,
		Settings: sweepable(),
	}
	if v.grid != nil {
		d.Page.Title, d.Page.Canonical = "Sweep of "+headlineOf(v.grid), v.place("/sweep")
	}
	for _, e := range sweepExamples {
		settings, _ := spec.ParseArgs(strings.Fields(e.URL)) // they are tested
		d.Examples = append(d.Examples, templates.SweepExample{Title: e.Title, Text: e.URL, URL: sweepURL(settings)})
	}
	for _, p := range metrics() {
		d.Metrics = append(d.Metrics, templates.Choice{Value: p.Lines[0].Field, Title: p.Title, Chosen: p.Lines[0].Field == v.metric})
	}
	return d
}

// sweptView describes the table of a sweep; origin is the server's, as its visitor knows it.
func sweptView(v sweepView, origin string, m report.Matrix, runs map[*grid.Run]*lab.Manifest) *templates.Sweep {
	t := v.grid.Table(v.across)
	p := m.Figure.Panels[0]
	s := &templates.Sweep{
		Metric: p.Lines[0].Field, Panel: p.Title, Unit: p.Unit, Columns: m.Columns,
		Keys: v.grid.Keys, Title: headlineOf(v.grid), Command: v.command(origin), Start: v.place("/sweep"), Notices: v.grid.Notices,
	}
	for _, key := range v.grid.Keys {
		s.Acrosses = append(s.Acrosses, templates.Choice{Value: key, Title: key, Chosen: key == t.Across})
	}
	for _, l := range p.Lines {
		s.Lines = append(s.Lines, templates.Line{Field: l.Field, Label: l.Label, Sign: signs[l.Sign], Dash: l.Dash})
	}
	shading := m.Shading()
	if shading.Tells() {
		s.Shades = shadesView(shading)
	}
	smalls, ticks, steps := m.Smalls()
	s.Steps, s.Width, s.Height = steps, report.SmallWidth, report.SmallHeight
	for _, tick := range ticks {
		s.Ticks = append(s.Ticks, templates.Tick{Y: tick.Y, Label: tick.Label})
	}
	for i, row := range m.Cells {
		r := templates.SweepRow{Name: m.Rows[i]}
		for j, c := range row {
			point := t.Cells[i][j]
			cell := templates.SweepCell{Name: c.Name, Values: c.Values, Text: m.Sentence(c), Small: smallView(smalls[i][j]), State: stateOfPoint(point, runs), URL: labOf(point, runs)}
			if end, ok := m.End(c); ok {
				s.Measured = true
				cell.End = &templates.SweepEnd{Step: end.Step, Median: end.Median, Least: end.Least, Largest: end.Largest, Seeds: end.Seeds}
				if colour, ok := shading.Of(c, end); ok {
					cell.End.Shade = colour.Hex()
				}
			}
			s.Seeds = max(s.Seeds, len(c.Lanes))
			r.Cells = append(r.Cells, cell)
		}
		s.Rows = append(s.Rows, r)
	}
	if s.Measured {
		for _, f := range []string{"svg", "png", "csv", "json"} {
			s.Files = append(s.Files, templates.Link{Title: strings.ToUpper(f), URL: v.place("/sweep/figure." + f)})
		}
	} else { // the axes are of nothing yet
		s.Steps = fmt.Sprintf("step 0 to %d", stepsOf(v.grid)-1)
	}
	for _, m := range runs {
		s.Runs++
		switch {
		case missing(m):
			s.Missing++
		case m.State.Ended():
			s.Ended++
		default:
			s.Under++
		}
	}
	return s
}

func smallView(s report.Small) templates.Small {
	v := templates.Small{Grid: s.Grid}
	for _, l := range s.Lines {
		v.Lines = append(v.Lines, templates.SmallLine{Sign: signs[l.Line.Sign], Dash: l.Line.Dash, Middle: l.Middle, Band: l.Band, Edges: l.Edges})
	}
	return v
}

func shadesView(s report.Shading) *templates.Shades {
	v := &templates.Shades{Least: s.Least, Largest: s.Largest}
	const shown = 24
	for i := range shown {
		v.Colours = append(v.Colours, palette.SequentialColor(float64(i)/(shown-1)).Hex())
	}
	return v
}

// headlineOf names what all runs of a grid have in common.
func headlineOf(g *grid.Grid) string {
	first := g.Points[0].Runs[0].Spec
	title := first.Title()
	for _, p := range g.Points {
		for _, r := range p.Runs {
			switch {
			case r.Spec.Data != first.Data:
				return "Several data sets"
			case r.Spec.Method != first.Method:
				title = "Methods on " + optionTitle(first.Knobs(), "data")
			}
		}
	}
	return title
}

// stepsOf is how many steps the longest run of a grid takes.
func stepsOf(g *grid.Grid) (steps int) {
	for _, p := range g.Points {
		for _, r := range p.Runs {
			steps = max(steps, r.Spec.Length())
		}
	}
	return steps
}

// missing reports whether there is nothing to be seen of a run here, nor will be: m is nil
// where nobody has asked for it.
func missing(m *lab.Manifest) bool { return m == nil || m.State == lab.Forgotten }

// command is the line that computes the grid on the server at origin, from any machine that reaches it.
func (v sweepView) command(origin string) string {
	words := nonEmpty("lab sweep -server", spec.Quote(origin), v.preset)
	for _, s := range v.said {
		words = append(words, spec.Quote(s.String()))
	}
	return strings.Join(words, " ")
}

// labOf is the address of the lab with a point's seeds beside each other, as many as it
// takes: those that have been run here first.
func labOf(p *grid.Point, runs map[*grid.Run]*lab.Manifest) string {
	var e spec.Experiment
	for _, want := range []bool{true, false} {
		for _, r := range p.Runs {
			if (runs[r] != nil) == want && len(e.Lanes) < spec.MaxLanes {
				e.Lanes = append(e.Lanes, r.Spec)
			}
		}
	}
	return labURL(e)
}

// stateOfPoint says how far the runs of a point are: "5 of 5 seeds", "2 of 5 seeds, 1 running".
func stateOfPoint(p *grid.Point, runs map[*grid.Run]*lab.Manifest) string {
	ended, others := 0, map[string]int{}
	for _, r := range p.Runs {
		switch m := runs[r]; {
		case m == nil:
			others["not run"]++
		case m.State == lab.Finished:
			ended++
		default:
			others[string(m.State)]++
		}
	}
	text := fmt.Sprintf("%d of %d seeds", ended, len(p.Runs))
	if len(p.Runs) == 1 {
		text = map[int]string{1: "finished"}[ended]
	}
	for _, state := range []string{"diverged", "running", "paused", "queued", "failed", "cancelled", "forgotten", "not run"} {
		if n := others[state]; n > 0 && len(p.Runs) > 1 {
			text += fmt.Sprintf(", %d %s", n, state)
		} else if n > 0 {
			text = state
		}
	}
	return text
}
