package templates

import (
	"slices"
	"strings"
)

// A Lesson is which parts of the page are shown, and which settings may be
// changed: what a teacher, or a frame of another page, has fixed with a link.
type Lesson struct {
	Hide  []string // names of figures, panels, parts, controls and settings
	Show  []string // of figures, panels and parts only these; empty: all
	Lock  []string // keys of settings; "all" of them; "-key": all but this
	Embed bool     // without the bars around it
	Told  bool     // beside the text of a story, which speaks of these settings and no others
	Theme string   // "light" or "dark", whatever the system and the reader say; Projector begins presenting; empty: as they say
	Query string   // Hide, Show, Lock and Theme as in a link: "hide=story&lock=all,-lambda"; empty where nothing is said
}

// Projector is the theme of a page that is presented.
const Projector = "projector"

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

// whole reports whether the page is the whole lab, with its settings and with what
// the script loads when somebody wants it. In a frame and beside a story are some figures of it.
func (l Lesson) whole() bool { return !l.Embed && !l.Told }

func isPart(name string) bool {
	return slices.ContainsFunc(Parts, func(p Part) bool { return p.Name == name })
}

// Offers reports whether a control or a setting is there.
func (l Lesson) Offers(name string) bool { return !slices.Contains(l.Hide, name) }

// Locks reports whether a setting is there but may not be changed.
func (l Lesson) Locks(key string) bool {
	return slices.Contains(l.Lock, key) || slices.Contains(l.Lock, "all") && !slices.Contains(l.Lock, "-"+key)
}

// leaves reports whether the reader may change a setting: the lesson neither hides nor locks it.
func (l Lesson) leaves(key string) bool { return l.Offers(key) && !l.Locks(key) }

// branches reports whether a run can go another way from a step on: the whole form is there, and in
// it a setting that may change in mid-run.
func branches(v Lab) bool {
	l := v.Lesson
	if !l.Offers("branch") || !l.Offers("settings") || !l.whole() {
		return false
	}
	free := func(f Field) bool { return f.Live && l.leaves(f.Name) }
	return slices.ContainsFunc(v.Form.Groups, func(g Group) bool {
		return slices.ContainsFunc(g.Fields, free) || slices.ContainsFunc(g.More, free)
	})
}

// settings are the lesson as keys of a form.
func (l Lesson) settings() []Setting {
	var list []Setting
	say := func(key, value string) {
		if value != "" {
			list = append(list, Setting{Key: key, Value: value})
		}
	}
	say("hide", strings.Join(l.Hide, ","))
	say("show", strings.Join(l.Show, ","))
	say("lock", strings.Join(l.Lock, ","))
	say("theme", l.Theme)
	if l.Embed {
		say("embed", "1")
	}
	return list
}

// noneOffered reports whether a lesson has none of the fields.
func noneOffered(fields []Field, l Lesson) bool {
	return !slices.ContainsFunc(fields, func(f Field) bool { return l.Offers(f.Name) })
}

// A Verdict is how a run compares with the curve hash that a link brought along.
type Verdict struct {
	Kind string // "same", "differs", "open" while it cannot be told
	Text string
	More string // why it may differ; may be empty
}

// A Share is what the panel of that name offers for what is on screen.
type Share struct {
	Link      string // absolute, with curve hashes where the runs have ended
	Presents  string // the same without hashes, which begins presenting
	Longest   int    // characters that a link may have
	Hash      string // the hashes as they stand in the link
	Command   string // the line that repeats it in a shell
	Embed     string // absolute address of the same without the bars, to add what is shown to
	Citations []Citation
	Lesson    Lesson
	Settings  []Setting // of all lanes: hidden fields of the forms
	Lessons   bool      // the link is one of the lab, of which a lesson can be made
	Panels    []Part    // figures, panels and parts that can be hidden, or shown alone
	Knobs     []Part    // settings that can be hidden or locked
}

// A Citation is how a paper names a run, or the program.
type Citation struct {
	Letter       string // of the lane; empty where there is one
	URL          string // of the run's page; empty for the program
	Text, BibTeX string
}

// A Short is the page of a short link.
type Short struct {
	Page       Page
	Link       string // absolute
	Host, Path string // its two parts, for large type
	QR         string // address of the code
	Target     string // path, query and fragment that it stands for
}
