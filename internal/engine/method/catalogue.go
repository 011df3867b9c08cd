package method

import (
	"cmp"
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gradlab/internal/knob"
)

// sources are the files of this package: a method's page shows the code that ran.
//
//go:embed *.go
var sources embed.FS

var catalogue []*Method

// families in the order in which the catalogue lists them.
var families = []Family{Contrastive, Asymmetric, Decorrelation, Unified}

// All returns the methods, ordered by family, then by name.
func All() []*Method { return slices.Clone(catalogue) }

// Lookup returns the method of that name.
func Lookup(name string) (*Method, bool) {
	for _, m := range catalogue {
		if m.Name == name {
			return m, true
		}
	}
	return nil, false
}

// Gradient returns the variant of that name.
func (m *Method) Gradient(name string) (*Gradient, bool) {
	for i := range m.Gradients {
		if m.Gradients[i].Name == name {
			return &m.Gradients[i], true
		}
	}
	return nil, false
}

// FirstSentence is the beginning of the essay as one line.
func (m *Method) FirstSentence() string {
	text, _, _ := strings.Cut(m.Essay, "\n\n")
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	return text
}

// add puts m into the catalogue with the essay and the source of its file. It
// panics where something is missing: the catalogue holds only methods that
// every reader (form, command line, documentation, check) can show.
func add(m Method) *Method {
	file := m.Name + ".go"
	source, err := sources.ReadFile(file)
	if err != nil {
		panic(fmt.Sprintf("method: %s is not declared in %s: %v", m.Name, file, err))
	}
	m.Source = string(source)
	m.Essay = essay(m.Source)
	if _, twice := Lookup(m.Name); twice {
		panic(fmt.Sprintf("method: %s is declared twice", m.Name))
	}
	p := finish(m)
	catalogue = append(catalogue, p)
	slices.SortFunc(catalogue, func(a, b *Method) int {
		return cmp.Or(
			cmp.Compare(slices.Index(families, a.Family), slices.Index(families, b.Family)),
			cmp.Compare(a.Name, b.Name))
	})
	return p
}

// finish completes m's gradients, validates m and lets each of its objectives own
// the memory of Both.
func finish(m Method) *Method {
	m.Gradients = slices.Clone(m.Gradients)
	for i := range m.Gradients {
		if g := &m.Gradients[i]; g.Of != "" {
			if of, ok := m.Gradient(g.Of); ok {
				g.Place, g.Rows, g.Predictors, g.Negatives = of.Place, of.Rows, of.Predictors, of.Negatives
			}
		}
	}
	if err := m.validate(); err != nil {
		panic("method: " + err.Error())
	}
	declare := m.New
	m.New = func(k *knob.Set) Objective {
		o := declare(k)
		o.work = new(work)
		return o
	}
	return &m
}

var declaration = regexp.MustCompile(`(?m)((?:^//.*\n)+)^var \w+ = add\(Method\{$`)

// essay returns the doc comment of the declaration in a method's file.
func essay(source string) string {
	found := declaration.FindStringSubmatch(source)
	if found == nil {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(found[1]) {
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "))
	}
	return strings.TrimSpace(b.String())
}
