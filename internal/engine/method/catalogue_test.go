package method

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCatalogue(t *testing.T) {
	var order []string
	for _, m := range All() {
		order = append(order, fmt.Sprint(slices.Index(families, m.Family), m.Name))
		if found, ok := Lookup(m.Name); !ok || found != m {
			t.Errorf("Lookup does not find %s", m.Name)
		}
		if g, ok := m.Gradient("loss"); !ok || g.Name != "loss" {
			t.Errorf("%s has no gradient `loss`", m.Name)
		}
	}
	if len(order) == 0 || !slices.IsSorted(order) {
		t.Errorf("catalogue not by family and name: %v", order)
	}
	if _, ok := Lookup("perceptron"); ok {
		t.Error("Lookup finds what is not there")
	}
}

// The essay is the doc comment, word for word, and the source is the whole file.
func TestEssayIsTheDocComment(t *testing.T) {
	for _, m := range All() {
		if !strings.Contains(m.Source, "= add(Method{") {
			t.Errorf("%s: the source is not the file of the declaration", m.Name)
		}
		for line := range strings.Lines(m.Essay) {
			if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.Contains(m.Source, "// "+line+"\n") && !strings.Contains(m.Source, "//"+line+"\n") {
				t.Errorf("%s: the essay's line %q is not in the file", m.Name, line)
			}
		}
		if !strings.HasPrefix(m.Essay, m.Title+" ") { // lists of methods leave the title out, which stands before it
			t.Errorf("%s: the essay does not begin with %s", m.Name, m.Title)
		}
		for _, part := range []string{"Loss of one side", "Gradient", "positive term", "negative term", "References"} {
			if !strings.Contains(m.Essay, part) {
				t.Errorf("%s: the essay does not speak of %q", m.Name, part)
			}
		}
		for _, r := range m.References {
			if id := strings.TrimPrefix(r.URL, "https://arxiv.org/abs/"); !strings.Contains(m.Essay, id) {
				t.Errorf("%s: the essay does not cite %s", m.Name, id)
			}
		}
	}
}

func TestEssay(t *testing.T) {
	const source = "package x\n\n// Other.\nvar y = 1\n\n// A is first.\n//\n//\ta = b\nvar A = add(Method{\n"
	if got := essay(source); got != "A is first.\n\n\ta = b" {
		t.Errorf("essay %q", got)
	}
	if got := essay("// A is first.\n\nvar A = add(Method{\n"); got != "" {
		t.Errorf("a comment apart is taken for the essay: %q", got)
	}
}

func TestAddRefusesWhatHasNoFile(t *testing.T) {
	defer func() {
		if msg, ok := recover().(string); !ok || !strings.Contains(msg, "toy.go") {
			t.Errorf("panic %q", msg)
		}
	}()
	add(toy())
}
