package templates

import (
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/spec"
)

// A desk is what the script has to know of a lab page; everything else it reads
// from the page or hears from the server.
type desk struct {
	Lanes   []deskLane `json:"lanes"`
	Address string     `json:"address"`          // path and query of the page
	Path    string     `json:"path"`             // of the page for other settings
	Lesson  string     `json:"lesson,omitempty"` // to be kept with other settings: "hide=story&lock=all"
	Locked  []string   `json:"locked,omitempty"` // settings of the form that may not be changed
	Told    bool       `json:"told,omitempty"`   // the page speaks of these settings: others are another page's
}

type deskLane struct {
	Letter   string      `json:"letter"`
	Title    string      `json:"title"`
	Query    string      `json:"query"`
	Settings [][2]string `json:"settings"` // shortest, of this lane alone
	Resolved [][2]string `json:"resolved"` // every key
	Run      string      `json:"run"`      // id; empty: not run here
	State    string      `json:"state"`
	Classes  []string    `json:"classes"`         // names of the classes of its images, by their numbers
	Tries    [][2]string `json:"tries,omitempty"` // settings that a lesson leaves, each to try by itself where the run has diverged
}

func deskOf(v Lab) desk {
	d := desk{Lanes: []deskLane{}, Address: v.Address, Path: "/lab", Lesson: v.Lesson.Query, Told: v.Lesson.Told}
	if v.Lesson.Embed {
		d.Path = "/embed"
	}
	for _, p := range v.Share.Knobs {
		if v.Lesson.Locks(p.Name) {
			d.Locked = append(d.Locked, p.Name)
		}
	}
	for _, l := range v.Lanes {
		dl := deskLane{
			Letter: l.Letter, Title: l.Title, Query: l.Query, Settings: pairs(l.Settings), Resolved: pairs(l.Resolved), Classes: append([]string{}, l.Classes...),
		}
		if l.Run != nil {
			dl.Run, dl.State = l.Run.ID, l.Run.State
		}
		for _, t := range l.Tries {
			if v.Lesson.Offers("run") && v.Lesson.Offers("settings") && v.Lesson.leaves(strings.TrimPrefix(t.Key, "then.")) {
				dl.Tries = append(dl.Tries, [2]string{t.Key, t.Value})
			}
		}
		d.Lanes = append(d.Lanes, dl)
	}
	return d
}

func pairs(settings []spec.Setting) [][2]string {
	out := [][2]string{}
	for _, s := range settings {
		out = append(out, [2]string{s.Key, s.Value})
	}
	return out
}

// A placed panel is one chart of the page.
type placed struct {
	Panel
	figure string // that the server draws it in
}

// id names the panel after its first line, which no other panel draws.
func (p placed) id() string { return p.Lines[0].Field }

func (p placed) class() string {
	if p.figure == "norms" {
		return "wide"
	}
	return "half"
}

// inReach are the charts that the page shows at once, by their first line's
// field; the others stand under "More measurements".
var inReach = []string{
	"loss", "balance", "positive_similarity", "channel_std", "collapse_level", "effective_rank", "offdiagonal", "alignment", "uniformity", "knn_accuracy", "probe_accuracy", "spectrum",
}

// abreast is how many charts stand beside the spheres: as high together as these are with their words.
const abreast = 3

// arranged are the charts in the order of the page: first those beside the spheres, then those
// below, then those under "More measurements". The norms come first of all, whatever their
// first line is: they are what the lab is about. Behind them comes what the story says to look for.
func arranged(v Lab) (first, below, more []placed) {
	var told []Part
	if v.Story != nil && v.Lesson.Shows("story") {
		told = v.Story.Figures
	}
	rank := func(p placed) int {
		if p.figure == "norms" {
			return 0
		}
		if i := slices.IndexFunc(told, func(t Part) bool { return t.Name == "chart-"+p.id() }); i >= 0 {
			return 1 + i
		}
		if i := slices.Index(inReach, p.id()); i >= 0 {
			return 1 + len(told) + i
		}
		return 1 + len(told) + len(inReach)
	}
	var all []placed
	for _, f := range v.Figures {
		for _, p := range f.Panels {
			if len(p.Lines) > 0 {
				all = append(all, placed{p, f.Name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return rank(a) - rank(b) })
	reach := slices.IndexFunc(all, func(p placed) bool { return rank(p) == 1+len(told)+len(inReach) })
	if reach < 0 {
		reach = len(all)
	}
	n := min(abreast, reach)
	return all[:n], all[n:reach], all[reach:]
}

// bare reports whether f is a heat map without names.
func (f Figure) bare() bool {
	return f.Frame != "" && len(f.Panels) == 0 && !f.Labelled && !f.sphere()
}

// sphere reports whether f shows the outputs with their arrows.
func (f Figure) sphere() bool { return f.Frame == "sphere" }

// inSight reports whether the page shows a heat map at once; the others stand under
// "More measurements".
func inSight(f Figure) bool { return f.Frame == "correlation" || f.Frame == "shares" }

// further reports whether a heat map stands under "More measurements".
func further(f Figure) bool { return f.bare() && !inSight(f) }

// Agreement says how far the features of a lane agree with those of another. Its
// browser twin is words in static/src/alike.js.
func Agreement(letter string, cka, overlap float64, step int) string {
	return fmt.Sprintf("encoder like %s's: CKA %.2f, %.0f %% of the neighbours in common, step %d", letter, cka, 100*overlap, step)
}

// inOrder are the figures in the order of the lesson's names, each with the panels that
// the name means; all of them where nothing is named.
func inOrder(v Lab) []Figure {
	if len(v.Lesson.Show) == 0 {
		return v.Figures
	}
	var list []Figure
	for _, name := range v.Lesson.Show {
		whole := slices.IndexFunc(v.Figures, func(f Figure) bool { return f.Name == name })
		for _, f := range v.Figures {
			if i := slices.IndexFunc(f.Panels, func(p Panel) bool { return placed{p, f.Name}.id() == name }); i >= 0 {
				f.Panels = f.Panels[i : i+1]
				list, whole = append(list, f), -1
			}
		}
		if whole >= 0 {
			list = append(list, v.Figures[whole])
		}
	}
	return list
}

func lastRun(lanes []Lane) *Run {
	if len(lanes) == 0 {
		return nil
	}
	return lanes[len(lanes)-1].Run
}

func lastState(lanes []Lane) string {
	if run := lastRun(lanes); run != nil {
		return run.State
	}
	return "idle"
}

func ended(state string) bool {
	return state == "finished" || state == "diverged" || state == "cancelled" || state == "failed" || state == "forgotten"
}

// forgotten says what a run without its records is. Its browser twin is in static/src/outcome.js.
const forgotten = "Its records made room for others. Run computes them again, to the same curve."

// progress is the share of the last lane's steps that are taken, 0 to 1.
func progress(lanes []Lane) string {
	run := lastRun(lanes)
	if run == nil || run.Steps == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", float64(run.Done)/float64(run.Steps))
}

// anySteps reports whether there is a step to show.
func anySteps(lanes []Lane) bool {
	return slices.ContainsFunc(lanes, func(l Lane) bool { return l.Run != nil && l.Run.Done > 0 })
}

// statusLine is what the bar says before the script takes over.
func statusLine(v Lab) string {
	run := lastRun(v.Lanes)
	if run == nil {
		return "not run yet"
	}
	return runWords(run)
}

// laneState is what stands behind a lane's name.
func laneState(l Lane) string {
	if l.Run == nil {
		return "not run yet"
	}
	return runWords(l.Run)
}

// runWords says where a run is: how many steps it has done. Its browser twin is stateWords in static/src/words.js.
func runWords(r *Run) string {
	switch r.State {
	case "queued":
		if r.Position > 0 {
			return fmt.Sprintf("queued, number %d%s", r.Position, forAbout(r.Wait))
		}
		return "queued" + because(r.Reason)
	case "running":
		return fmt.Sprintf("running, %d of %d steps", r.Done, r.Steps)
	case "paused":
		return fmt.Sprintf("paused after %d of %d steps", r.Done, r.Steps) + because(r.Reason)
	case "finished":
		return fmt.Sprintf("finished, %d steps", r.Done)
	case "diverged":
		return fmt.Sprintf("diverged at step %d", r.Done-1) // whose record is the last one
	case "forgotten":
		return "forgotten: run it again"
	case "cancelled":
		return fmt.Sprintf("stopped after %d of %d steps", r.Done, r.Steps)
	}
	return r.State
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

func lanePrefix(l Lane) string {
	if l.Letter == "" {
		return ""
	}
	return l.Letter + ": "
}

// laneGroups are the numbers of the lanes, those that differ in the seed only together.
func laneGroups(list []Lane) [][]int {
	var groups [][]int
	for i, l := range list {
		for len(groups) <= l.Group {
			groups = append(groups, nil)
		}
		groups[l.Group] = append(groups[l.Group], i)
	}
	return slices.DeleteFunc(groups, func(g []int) bool { return len(g) == 0 })
}

// groupName names lanes that are drawn as one: "A–C".
func groupName(list []Lane, group []int) string {
	letters := make([]string, len(list))
	for i, l := range list {
		letters[i] = l.Letter
	}
	return spec.Span(letters, group)
}

func withoutSeed(list []Chip) []Chip {
	return slices.DeleteFunc(slices.Clone(list), func(c Chip) bool { return c.Key == "seed" })
}

func seedOf(l Lane) string {
	for _, s := range l.Resolved {
		if s.Key == "seed" {
			return s.Value
		}
	}
	return ""
}

// offersSeeds reports whether the reader may choose a number of seeds.
func offersSeeds(f Form, l Lesson) bool {
	return len(f.Seeds) > 1 && l.Offers("seed") && !l.Locks("seed")
}
