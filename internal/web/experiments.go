package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"

	"gradlab/experiments"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// storySeeds is how many seeds of each lane a story offers at most: what it says was measured with two.
const storySeeds = 3

// experiments answers with the list of all stories.
func (h *Handler) experiments(w http.ResponseWriter, r *http.Request) error {
	v := templates.Experiments{
		Page:     templates.Page{Title: "Experiments", Description: "What pulls, what pushes and what collapses, each shown by runs that anybody can repeat.", Canonical: "/experiments", Assets: h.assets.links},
		Chapters: chapters(),
	}
	h.page(w, r, http.StatusOK, templates.ExperimentsPage(v))
	return nil
}

// experiment answers with the story of one preset: its text, and of the lab the figures
// that it is about, with the runs that there are.
func (h *Handler) experiment(w http.ResponseWriter, r *http.Request) error {
	slug := chi.URLParam(r, "slug")
	p, ok := experiments.Lookup(slug)
	if !ok {
		return noExperiment(slug)
	}
	v, err := h.labView(r, view{Lesson: templates.Lesson{Show: p.Show, Told: true}}, p.Experiment, nil, nil)
	if err != nil {
		return err
	}
	v.Page.Title, v.Page.Description = p.Title, p.Claim
	v.Page.Canonical, v.Page.Picture = experimentURL(p), absolute(r, experimentURL(p)+"/preview.png")
	v.Title, v.Address, v.Story = p.Title, experimentURL(p), storyOf(p)
	v.Share.Link = absolute(r, experimentURL(p))
	v.Share.Command, v.Share.Lessons, v.Share.Hash = "lab run "+p.Slug, false, ""
	if slices.ContainsFunc(v.Lanes, func(l templates.Lane) bool { return l.Run == nil || l.Run.Done == 0 }) {
		for _, l := range v.Lanes { // half a comparison would mislead where nothing says what is missing
			if l.Run != nil {
				l.Run.Figures = nil
			}
		}
	}
	page := templates.Experiment{Lab: v, Whole: labURL(p.Experiment)}
	if n := min(storySeeds, spec.MaxLanes/len(p.Experiment.Groups())); n > 1 {
		page.Seeds = &templates.SeedChoice{Count: n, URL: labURL(p.Experiment.WithSeeds(n))}
	}
	for _, other := range experiments.All() {
		if other.Slug != p.Slug {
			page.Others = append(page.Others, cardOf(other))
		}
	}
	h.page(w, r, http.StatusOK, templates.ExperimentPage(page))
	return nil
}

func noExperiment(slug string) error {
	return notFound("No such experiment", "There is no experiment %.60q. All of them are at /experiments.", slug)
}

func experimentURL(p experiments.Preset) string { return "/experiments/" + p.Slug }

// cards are all experiments in their order.
func cards() []templates.Card {
	var all []templates.Card
	for _, p := range experiments.All() {
		all = append(all, cardOf(p))
	}
	return all
}

// chapters are the same, in the parts of a course.
func chapters() []templates.Chapter {
	var all []templates.Chapter
	for _, p := range experiments.All() {
		if p.Chapter != "" {
			all = append(all, templates.Chapter{Title: p.Chapter})
		}
		last := &all[len(all)-1] // the first preset begins a chapter
		last.Cards = append(last.Cards, cardOf(p))
	}
	return all
}

// cardOf is a preset's place in a list.
func cardOf(p experiments.Preset) templates.Card {
	c := templates.Card{Title: p.Title, Claim: p.Claim, Look: p.Look, URL: experimentURL(p), Lab: labURL(p.Experiment)}
	first := p.Experiment.Lanes[0].Method
	for i, s := range p.Experiment.Lanes {
		title := s.Method.Title
		if i > 0 {
			var differs []string
			for _, chip := range chips(p.Experiment, i) {
				differs = append(differs, uncapital(chip.Title)+" "+uncapital(chip.Value))
			}
			switch words := strings.Join(differs, ", "); {
			case words != "" && s.Method == first: // whose name stands there already
				title = "with " + words
			case words != "":
				title += " with " + words
			}
		}
		c.Lanes = append(c.Lanes, title)
	}
	return c
}

// uncapital writes a title as it stands within a sentence: "Target" as "target", but "EMA" as it is.
func uncapital(s string) string {
	if len(s) < 2 || s[1] < 'a' || s[1] > 'z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// story returns the preset whose settings these are, with the figures of the page that it
// names; or nil.
func story(e spec.Experiment, figures []templates.Figure) *templates.Story {
	p, ok := told()[e.Query()]
	if !ok {
		return nil
	}
	s := storyOf(p)
	s.Figures = named(p.Show, figures)
	return s
}

// named are those figures of a page that a preset names, by the ids of their elements: a panel by
// its first field, a whole figure by the first of its panels. What the page hides is not among them.
func named(names []string, figures []templates.Figure) []templates.Part {
	var list []templates.Part
	for _, name := range names {
		var whole, panel *templates.Part
		for _, f := range figures {
			for _, p := range f.Panels {
				if p.Lines[0].Field == name {
					panel = &templates.Part{Name: "chart-" + name, Title: p.Title}
				}
			}
			switch {
			case f.Name != name:
			case len(f.Panels) == 0:
				whole = &templates.Part{Name: "chart-" + name, Title: f.Title}
			case len(f.Panels) == 1: // which has the name that stands above it
				whole = &templates.Part{Name: "chart-" + f.Panels[0].Lines[0].Field, Title: f.Panels[0].Title}
			default:
				whole = &templates.Part{Name: "chart-" + f.Panels[0].Lines[0].Field, Title: f.Title}
			}
		}
		if found := cmp.Or(panel, whole); found != nil {
			list = append(list, *found)
		}
	}
	return list
}

func storyOf(p experiments.Preset) *templates.Story {
	return &templates.Story{Title: p.Title, Claim: p.Claim, Look: p.Look, Expect: p.Expect, On: measuredOn(p), URL: experimentURL(p)}
}

// measuredOn says on what a story's numbers were measured; empty where none are tied to runs.
func measuredOn(p experiments.Preset) string {
	if len(p.Measured) == 0 {
		return ""
	}
	seeds := strconv.Itoa(len(p.Measured[0].Lanes[0])) + " seeds"
	if len(p.Measured[0].Lanes[0]) == 1 {
		seeds = "1 seed"
	}
	return p.Experiment.Setup() + "; " + seeds
}

// told are the presets by the canonical query of their experiment, which is dear to make.
var told = sync.OnceValue(func() map[string]experiments.Preset {
	all := map[string]experiments.Preset{}
	for _, p := range experiments.All() {
		q := p.Experiment.Query()
		if _, there := all[q]; !there { // of two the first
			all[q] = p
		}
	}
	return all
})
