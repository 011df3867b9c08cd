package templates

import (
	"fmt"
	"html"
	"slices"
)

// linkNote says what of the page is in the link.
func linkNote(v Share) string {
	switch {
	case len(v.Link) > v.Longest:
		return fmt.Sprintf("This link has %d characters; mail and chat programs cut what is longer than %d. Make a short one.", len(v.Link), v.Longest)
	case v.Hash != "":
		return "Settings, seed and curve hash: whoever runs it again sees whether the curve is the same."
	}
	return "Settings and seed: the same link gives the same curve."
}

func citeTitle(v Share) string {
	switch {
	case len(v.Citations) == 1 && v.Citations[0].URL == "":
		return "Cite Gradlab"
	case len(v.Citations) == 1:
		return "Cite this run"
	}
	return "Cite these runs"
}

func ofLane(c Citation) string {
	if c.Letter == "" {
		return ""
	}
	return " of " + c.Letter
}

// frameControls are what a frame may do without.
var frameControls = []Part{{"run", "Run, pause, step, stop"}, {"timeline", "Timeline"}}

// snippet is what to write into another page. The script makes the same one with what
// is ticked (static/src/share.js).
func snippet(address string) string {
	return `<iframe src="` + html.EscapeString(address) + `" width="800" height="600" title="Gradlab"></iframe>`
}

func (l Lesson) locksAll() bool { return slices.Contains(l.Lock, "all") }

// lockWords stand at the box for all settings: with it the others mean exceptions.
var lockWords = map[bool]string{false: "All of them", true: "All but those ticked"}

// lockName is the name of a setting's box: where all are locked it takes one from them.
func (l Lesson) lockName(key string) string {
	if l.locksAll() {
		return "-" + key
	}
	return key
}

func (l Lesson) lockTicked(key string) bool { return slices.Contains(l.Lock, l.lockName(key)) }
