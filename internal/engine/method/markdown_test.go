package method

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const docs = "../../../docs"

// The document in the repository is the one that the catalogue makes.
func TestMethodsPageIsFresh(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(docs, "methods.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Markdown() {
		t.Error("docs/methods.md is not what the catalogue says: go generate ./internal/engine/method")
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join(docs, link[1])); err != nil {
			t.Errorf("docs/methods.md links to %s: %v", link[1], err)
		}
	}
}

func TestMarkdownOfEssays(t *testing.T) {
	got := markdownOf("A <b> with u_i and s*t.\n\n\tl = a_b * [c]\n\nReferences: nobody.")
	if want := "A \\<b> with u\\_i and s\\*t.\n\n\tl = a_b * [c]"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Every method has its derivation. It quotes the code that it arrives at, and each
// quotation is that code, line by line.
func TestDerivationsQuoteTheCode(t *testing.T) {
	for _, m := range All() {
		if _, err := os.Stat(filepath.Join(docs, "derive", m.Name+".md")); err != nil {
			t.Error(err)
		}
	}
	pages, err := filepath.Glob(filepath.Join(docs, "derive", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	quotation := regexp.MustCompile("(?s)\\[[a-z]+\\.go\\]\\(([^)]+)\\)[^\n]*\n\n```go\n(.*?)```")
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		quotes := quotation.FindAllStringSubmatch(string(page), -1)
		if n := strings.Count(string(page), "```go\n"); len(quotes) == 0 || len(quotes) != n {
			t.Errorf("%s: %d of %d quotations name their file in the line before", name, len(quotes), n)
		}
		for _, q := range quotes {
			source, err := os.ReadFile(filepath.Join(docs, "derive", q[1]))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !strings.Contains(trimmed(string(source)), trimmed(q[2])) {
				t.Errorf("%s quotes what %s does not say:\n%s", name, q[1], q[2])
			}
		}
	}
}

// trimmed returns the lines of a text with one space where there are several, since
// gofmt moves columns.
func trimmed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
	}
	return b.String()
}
