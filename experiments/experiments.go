// Package experiments holds the presets: small experiments with a claim, what to
// look at and what was measured, one text file each.
//
// A file begins with header lines, then says settings as a link does, and then
// what differs in each further lane:
//
//	title: Without a predictor
//	claim: BYOL needs its predictor.
//	look: The channel std.
//	expect: It falls to zero in one lane and stays in the other.
//
//	show: channel_std, loss
//	method=byol
//	[b]
//	predictor=none
//
// A header goes on in lines that begin with a blank; # begins a comment. Three further
// headers may be left out: show names the figures that the page has, or panels of
// them by their first field, in the order in which the text speaks of them (without
// it there are all); measured says again, for a test, with which value a
// field of each lane ends with seeds 1, 2, ... ("loss 2.9 2.8 | 3.0 2.9; ..."); chapter
// begins a chapter of the list with this preset. The file's name is a number, which
// orders the list, and the slug of the page.
package experiments

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"gradlab/internal/spec"
)

// A Preset is one experiment with its story.
type Preset struct {
	Slug       string // "first": name of its page
	Chapter    string // of the list, that begins with this preset; empty where one goes on
	Title      string
	Claim      string          // one sentence that can be true or false
	Look       string          // where to look
	Expect     string          // what was measured, on what, with how many seeds, and what was not
	Show       []string        // figures that the text is about, in its order (report.Names); empty: all
	Measured   []Measurement   // numbers of the text that are tied to runs
	Settings   []spec.Setting  // as the file says them
	Experiment spec.Experiment // the same, read
	Source     string          // the file
}

//go:embed *.txt
var files embed.FS

var all = sync.OnceValue(func() []Preset {
	names, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	var out []Preset
	for _, n := range names {
		text, err := files.ReadFile(n.Name())
		if err != nil {
			panic(err)
		}
		p, err := Parse(n.Name(), string(text))
		if err != nil {
			panic(fmt.Sprintf("experiments: %v", err))
		}
		out = append(out, p)
	}
	return out
})

// All returns the presets in the order of the list; the first one is for newcomers.
func All() []Preset { return slices.Clone(all()) }

// Lookup returns the preset of that slug.
func Lookup(slug string) (Preset, bool) {
	for _, p := range all() {
		if p.Slug == slug {
			return p, true
		}
	}
	return Preset{}, false
}

// Slugs returns the slugs of all presets, in their order.
func Slugs() []string {
	var out []string
	for _, p := range all() {
		out = append(out, p.Slug)
	}
	return out
}
