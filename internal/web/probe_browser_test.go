package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Files that are chosen as a person chooses them, and files that are dropped.
func TestProbeInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	healthy := [2]string{write("run-x1.npy", embeddings(200, 16, "1", 0.3)), write("run-x2.npy", embeddings(200, 16, "2", 0.3))}
	bad := write("bad.npy", constant(64, 8)[:300])

	p := b.open(s.URL+"/probe", 1280, 720, "light")
	choose := func(x1, x2 string) {
		p.do("choose files", chromedp.SetUploadFiles("#probe-x1", []string{x1}), chromedp.SetUploadFiles("#probe-x2", []string{x2}))
		p.press(".drop .primary")
	}
	choose(healthy[0], bad)
	p.wait("the answer stands at the field", `document.querySelector("#probe-x2-error")?.textContent.includes("bad.npy cannot be read: it is cut off")`)
	p.accessible("refused")
	p.refused()
	choose(healthy[0], healthy[1])
	p.wait("the verdict is there", `document.querySelector("#verdict")?.textContent === "No sign of collapse"`)

	// Colours are painted under a policy that allows no inline style.
	for what, selector := range map[string]string{"the diagonal of the equivalence": ".agreement .cell rect", "the correlation": ".cellmap path"} {
		if !eval[bool](p, `(e => e.getBoundingClientRect().width > 0 && /^rgb\((?!0, 0, 0)/.test(getComputedStyle(e).fill))(document.querySelector("`+selector+`"))`) {
			t.Errorf("%s has no colour", what)
		}
	}
	if wide := eval[bool](p, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than the window")
	}
	p.accessible("healthy, light")
	p.clean("probe")

	p = b.open(s.URL+"/probe", 390, 844, "dark")
	eval[bool](p, `(() => {
		const d = new DataTransfer();
		for (const name of ["second.npy", "my-X1.npy", "what.txt", "t2.npy", "one more.npy"]) d.items.add(new File([new Uint8Array(10)], name));
		document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: d}));
		return true;
	})()`)
	const held = `["x1", "x2", "t1", "t2"].map(n => document.querySelector("#probe-" + n).files[0]?.name ?? "").join()`
	if got := eval[string](p, held); got != "my-X1.npy,second.npy,what.txt,t2.npy" {
		t.Errorf("the fields hold %s", got)
	}
	if said := eval[string](p, `document.querySelector("[data-drop-said]").textContent`); !strings.Contains(said, "second.npy is x2.") || !strings.Contains(said, "one more.npy has no place.") {
		t.Errorf("the page says %q", said)
	}
	eval[bool](p, `(document.querySelector("[data-drop]").reset(), true)`)
	choose(write("c1.npy", constant(64, 8)), write("c2.npy", constant(64, 8)))
	p.wait("the collapse is told", `document.querySelector("#verdict")?.textContent.includes("collapsed to a point")`)
	if wide := eval[bool](p, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than a phone")
	}
	p.accessible("collapsed, dark")
	p.clean("probe on a phone")
}

// refused forgets the one line that a browser's console has about a status of 422.
func (p *tab) refused() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) != 1 || !strings.Contains(p.faults[0], "422") {
		p.t.Errorf("faults %q", p.faults)
	}
	p.faults = nil
}
