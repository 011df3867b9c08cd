package spec

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
)

const docs = "../../docs"

// The document in the repository is the one that the knobs make; what it links to exists.
func TestSettingsPageIsFresh(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(docs, "settings.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Markdown() {
		t.Error("docs/settings.md is not what the knobs say: go generate ./internal/spec")
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join(docs, link[1])); err != nil {
			t.Errorf("docs/settings.md links to %s: %v", link[1], err)
		}
	}
}

// Every setting of every method is in one of the two documents, and in settings.md once.
func TestEverySettingIsListed(t *testing.T) {
	page := Markdown()
	for _, m := range method.All() {
		d := newDraft(heads{method: m})
		for _, k := range d.knobs.All() {
			n, want := strings.Count(page, "\n| `"+k.Name+"` |"), 1
			for _, own := range d.own {
				if own == k.Name {
					want = 0
				}
			}
			if n != want {
				t.Errorf("%s of %s stands %d times, want %d", k.Name, m.Name, n, want)
			}
			for _, o := range k.Options {
				if want == 1 && k.Name != "gradient" && !strings.Contains(page, "\n- `"+o.Value+"`: ") {
					t.Errorf("%s=%s of %s is not explained", k.Name, o.Value, m.Name)
				}
			}
		}
	}
	if want := "| `method=byol` | `target=momentum` `predictor=mlp` |"; !strings.Contains(page, want) {
		t.Errorf("there is no line %q", want)
	}
}
