package templates

import "slices"

// A Lesson is which parts of the page are shown, and which settings may be
// changed: what a teacher, or a frame of another page, has fixed with a link.
type Lesson struct {
	Hide  []string // names of figures, panels, parts, controls and settings
	Show  []string // of figures, panels and parts only these; empty: all
	Lock  []string // keys of settings; "all" of them; "-key": all but this
	Embed bool     // without the bars around it
	Theme string   // "light" or "dark", whatever the system and the reader say; empty: as they say
	Query string   // Hide, Show, Lock and Theme as in a link: "hide=story&lock=all,-lambda"; empty where nothing is said
}

// A Part is something with a name for links and one for people.
type Part struct{ Name, Title string }

// Parts are what stands beside the figures.
var Parts = []Part{
	{"story", "Story"}, {"diagram", "The two branches"}, {"formula", "The gradient"}, {"essay", "About the method"},
}

// Controls are what the reader does something with, settings aside.
var Controls = []Part{
	{"settings", "All settings"}, {"run", "Run, pause, step, stop"}, {"timeline", "Timeline"}, {"branch", "Branch here"}, {"share", "Share"},
}

// Shows reports whether a figure, a panel or a part is there.
func (l Lesson) Shows(name string) bool {
	if slices.Contains(l.Hide, name) {
		return false
	}
	if l.Embed && isPart(name) { // a frame is for figures, unless it is said otherwise
		return slices.Contains(l.Show, name)
	}
	return len(l.Show) == 0 || slices.Contains(l.Show, name)
}

func isPart(name string) bool {
	return slices.ContainsFunc(Parts, func(p Part) bool { return p.Name == name })
}

// Offers reports whether a control or a setting is there.
func (l Lesson) Offers(name string) bool { return !slices.Contains(l.Hide, name) }

// Locks reports whether a setting is there but may not be changed.
func (l Lesson) Locks(key string) bool {
	return slices.Contains(l.Lock, key) || slices.Contains(l.Lock, "all") && !slices.Contains(l.Lock, "-"+key)
}
