package method

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gradlab/internal/knob"
)

// docs/methods.md is the catalogue for those who read it without running it.
//
//go:generate go run generate.go ../../../docs/methods.md

// Markdown returns the catalogue as a document: each method's essay, formulas,
// gradients, settings and references, with links that start in docs.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`<!-- Made from the catalogue by go generate ./internal/engine/method: change the methods, not this file. -->

# Methods

Each method is one file of [internal/engine/method](../internal/engine/method), which is the source of all that stands here.
The seam and the recipe for a further method are in [method.go](../internal/engine/method/method.go); ` + "`lab methods NAME`" + ` prints
the same, ` + "`lab check NAME`" + ` checks every formula against two other ways to it.

| method | family | target | predictor | gradients |
|---|---|---|---|---|
`)
	for _, m := range All() {
		fmt.Fprintf(&b, "| [%s](#%s) `%s` | %s | %s | %s | %s |\n", m.Title, anchor(m.Title), m.Name, m.Family,
			quoted(m.Targets, " "), quoted(m.Predictors, " "), quoted(gradientNames(m), " "))
	}
	b.WriteString(`
The first target and predictor of a row are the method's own. A gradient is *exact* where it is the derivative of the
loss, an *approximation* where it leaves something out on purpose, and a *mistake* where it is there to be watched.
`)
	for _, m := range All() {
		m.markdown(&b)
	}
	return b.String()
}

func (m *Method) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", m.Title, markdownOf(m.Essay))
	fmt.Fprintf(b, "Code: [%s.go](../internal/engine/method/%s.go). By hand: [derive/%s.md](derive/%s.md).\n\n", m.Name, m.Name, m.Name, m.Name)
	fmt.Fprintf(b, "**Loss**%s", display(m.Loss))
	b.WriteString("\n**Terms**\n\n")
	for _, t := range m.Terms {
		fmt.Fprintf(b, "- `%s` (%s). %s%s", t.Name, t.Role, t.Doc, indented(display(t.TeX)))
	}
	if m.Shares.Doc != "" {
		fmt.Fprintf(b, "\n**Weight of another sample** in the negative term of `gradient=%s`. %s%s", m.Shares.Of, m.Shares.Doc, display(m.Shares.TeX))
	}
	b.WriteString("\n**What may drive training**\n\n")
	for i := range m.Gradients {
		g := &m.Gradients[i]
		fmt.Fprintf(b, "- `gradient=%s` (%s, at the %s). %s%s", g.Name, g.Kind(), m.Place(g), g.Doc, indented(display(g.TeX)))
	}
	var own knob.Set
	m.New(&own)
	if len(own.All()) > 0 {
		b.WriteString("\n**Its own settings**\n\n| setting | default | range | published | |\n|---|---|---|---|---|\n")
		for _, k := range own.All() {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", k.Name, k.Default, k.Range(), k.Paper, k.Doc)
		}
	}
	b.WriteString("\n**References**\n\n")
	for _, r := range m.References {
		fmt.Fprintf(b, "- [%s](%s), %s\n", r.Text, r.URL, r.Where)
	}
}

func gradientNames(m *Method) []string {
	var names []string
	for _, g := range m.Gradients {
		names = append(names, g.Name)
	}
	return names
}

// quoted returns names as code.
func quoted[T ~string](names []T, separator string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = "`" + string(n) + "`"
	}
	return strings.Join(words, separator)
}

// anchor is the fragment of a heading.
func anchor(heading string) string {
	return strings.ReplaceAll(strings.ToLower(heading), " ", "-")
}

// display sets a formula in a line of its own.
func display(tex string) string { return "\n\n```math\n" + tex + "\n```\n" }

// indented moves a block under the point of a list.
func indented(block string) string {
	lines := strings.Split(block, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}

var special = regexp.MustCompile("[\\\\`*_<\\[\\]]")

// markdownOf turns an essay into Markdown: its formulas are indented by a tab and so
// are code there too, and its prose has nothing that Markdown would understand. The
// references at its end stand in a list of their own.
func markdownOf(essay string) string {
	paragraphs := slices.DeleteFunc(strings.Split(essay, "\n\n"), func(p string) bool { return strings.HasPrefix(p, "References:") })
	for i, p := range paragraphs {
		if !strings.HasPrefix(p, "\t") {
			paragraphs[i] = special.ReplaceAllString(p, `\$0`)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
