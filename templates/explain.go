package templates

import (
	"go/doc/comment"

	"github.com/a-h/templ"
)

// essay prints a doc comment as HTML. The text is escaped by the printer.
func essay(text string) string {
	var p comment.Parser
	pr := comment.Printer{HeadingLevel: 3, HeadingID: func(*comment.Heading) string { return "" }}
	return string(pr.HTML(p.Parse(text)))
}

// termClass gives a term the colour of its curve: the signs by their role, own
// terms in the order of their appearance.
func termClass(terms []Term, i int) string {
	role := terms[i].Role
	if role == "positive" || role == "negative" {
		return role
	}
	n := 0
	for _, t := range terms[:i] {
		if t.Role == role {
			n++
		}
	}
	return []string{"third", "fourth"}[n%2]
}

// focusable lets the keyboard reach a term, which lights up what it does (static/src/terms.js); its
// name finds it again when the formula is written anew.
func focusable(prefix string, t Term) templ.Attributes {
	name := t.Name + " term"
	if t.Role != t.Name {
		name += ", " + roleWords(t.Role)
	}
	return templ.Attributes{"id": prefix + "term-" + t.Name, "tabindex": "0", "role": "group", "aria-label": name}
}

func roleWords(role string) string {
	if role == "own" {
		return "no other samples"
	}
	return role
}

// distance says how far what drives the last lane is from its loss's gradient.
// Its browser twin is in static/src/badge.js.
func distance(lanes []Lane) string {
	if run := lastRun(lanes); run != nil && run.Approx != "" {
		return "differs from it by " + run.Approx + " of its length"
	}
	return "is measured at the first probe step"
}
