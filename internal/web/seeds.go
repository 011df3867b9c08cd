package web

import (
	"gradlab/internal/spec"
	"gradlab/templates"
)

// seedChoices are the numbers of seeds that an experiment may have of each of its
// configurations, with the page for each. The hash of a link is that of other lanes.
func seedChoices(v view, e spec.Experiment) []templates.SeedChoice {
	v.witnesses, v.hash = nil, ""
	groups := e.Groups()
	var list []templates.SeedChoice
	for n := 1; n*len(groups) <= spec.MaxLanes; n++ {
		c := templates.SeedChoice{Count: n, URL: v.place(e.WithSeeds(n)), Chosen: true}
		for _, g := range groups {
			c.Chosen = c.Chosen && len(g) == n
		}
		list = append(list, c)
	}
	return list
}

// sweptSeeds is what the sweep begins with that the lab page leads to.
const sweptSeeds = "1..5"

// sweepOf is the address of the sweep of a run's seeds.
func sweepOf(s spec.Spec) string {
	var settings []spec.Setting
	for _, x := range s.Settings() {
		if x.Key != "seed" {
			settings = append(settings, x)
		}
	}
	return sweepURL(append(settings, spec.Setting{Key: "seed", Value: sweptSeeds}))
}
