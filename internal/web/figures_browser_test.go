package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A figureOnPage is what a figure offers to those who do not see it, or want to take it with them.
type figureOnPage struct {
	ID       string // that a selector finds it by
	Name     string // by which it is called
	Surfaces []struct{ Name, Description string }
	Tables   int // rows of its tables
	Words    string
	Files    map[string]string // what each link to a file brings: the beginning of it
}

// offered opens the numbers of every figure below an element and says what all of them offer.
const offered = `(async root => {
	const text = id => id.split(" ").map(i => document.getElementById(i)).map(e => e?.getAttribute("alt") || e?.textContent || "").join(" ").trim();
	const figures = [...document.querySelectorAll(root + " figure")].filter(f => f.checkVisibility());
	for (const f of figures) f.querySelector("[data-numbers][aria-expanded=false]")?.click();
	for (let i = 0; i < 200 && figures.some(f => f.querySelector("[data-numbers]") && !f.querySelector("[data-panel-data] table, details table")); i++) await new Promise(done => setTimeout(done, 50));
	return Promise.all(figures.map(async (f, i) => {
		f.dataset.walked = i;
		const files = {};
		for (const a of f.querySelectorAll("a[href]")) {
			const format = a.textContent.trim();
			const bytes = a.href.startsWith("data:") ? atob(a.href.split(",")[1]) : String.fromCharCode(...new Uint8Array(await (await fetch(a.href)).arrayBuffer()).slice(0, 400));
			files[format] ??= bytes.slice(0, 400);
		}
		return {
			id: f.id, name: text(f.getAttribute("aria-labelledby") ?? ""),
			surfaces: [...f.querySelectorAll('[role="application"]')].map(e => ({name: e.getAttribute("aria-label") ?? "", description: text(e.getAttribute("aria-describedby") ?? "")})),
			tables: f.querySelectorAll("table tbody tr").length, words: f.textContent, files,
		};
	}));
})`

// walk asks everything of each figure below an element: a name, a sentence that sums it up, a cursor
// that the keyboard moves and that says where it stands, a table, and SVG, PNG and CSV. said is the
// expression that gives what the cursor of the figure on the page has said.
func (p *tab) walk(root, said string) (names []string) {
	p.t.Helper()
	figures := eval[[]figureOnPage](p, offered+`(`+fmt.Sprintf("%q", root)+`)`)
	for i, f := range figures {
		where := fmt.Sprintf(`[data-walked="%d"]`, i)
		names = append(names, f.Name)
		if f.Name == "" {
			p.t.Errorf("figure %s has no name", f.ID)
		}
		if f.Tables == 0 {
			p.t.Errorf("%s has no table", f.Name)
		}
		for format, begin := range map[string]string{"SVG": "<svg", "PNG": "\x89PNG", "CSV": ","} {
			if !strings.Contains(f.Files[format], begin) {
				p.t.Errorf("%s as %s is %.40q", f.Name, format, f.Files[format])
			}
		}
		if len(f.Surfaces) == 0 {
			p.t.Errorf("%s cannot be read by keyboard", f.Name)
			continue
		}
		for k, surface := range f.Surfaces {
			if surface.Name == "" || len(strings.Fields(surface.Description)) < 3 {
				p.t.Errorf("%s: its surface is called %q and summed up as %q", f.Name, surface.Name, surface.Description)
			}
			eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('%s [role="application"]')[%d].focus(), true)`, where, k))
			heard := map[string]bool{}
			for _, key := range []string{kb.Home, kb.ArrowRight, kb.ArrowDown, kb.ArrowRight, "n"} {
				before := eval[string](p, fmt.Sprintf(said, where))
				p.key(key)
				p.wait("the key is answered", `new Promise(done => requestAnimationFrame(() => done(true)))`)
				if now := eval[string](p, fmt.Sprintf(said, where)); now != before && now != "" {
					heard[now] = true
				}
			}
			if len(heard) < 1 {
				p.t.Errorf("%s: the keyboard's cursor says nothing", f.Name)
			}
		}
	}
	return names
}

// Every figure of the lab, of a story (TestAStoryRunsInPlace) and of a probe has a name, a summary, a cursor for the
// keyboard, a table, SVG, PNG and CSV.
func TestEveryFigureCanBeReadAndTaken(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(everything)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+everything+"#open=more", 1440, 900, "light")
	p.wait("everything is drawn and summed up", `gradlab.lanes().every(l => l.length === 60) && gradlab.spheres()[0]?.step === 59 &&
		[...document.querySelectorAll("[data-summary]")].every(e => e.textContent)`)
	// The images of the batch and the neighbours are pictures themselves; their numbers are the figure Likeness.
	eval[bool](p, `(document.querySelectorAll("[data-batch], [data-neighbours]").forEach(e => e.hidden = true), true)`)
	names := p.walk("main", `document.querySelector("[data-live]").textContent + "%.0s"`)
	if len(names) < 28 || !slices.Contains(names, "Likeness of held-out images") {
		t.Errorf("the figures of the lab are %q", names)
	}
	p.clean("the lab's figures")
}

func TestTheFiguresOfAProbe(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	dir := t.TempDir()
	var files [2]string
	for i, view := range []string{"1", "2"} {
		files[i] = filepath.Join(dir, "x"+view+".npy")
		if err := os.WriteFile(files[i], embeddings(200, 16, view, 0.3), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := b.open(s.URL+"/probe", 1280, 720, "light")
	p.do("choose files", chromedp.SetUploadFiles("#probe-x1", files[:1]), chromedp.SetUploadFiles("#probe-x2", files[1:]))
	p.press(".drop .primary")
	p.wait("the verdict is there, and can be read", `document.querySelector("#verdict") && document.querySelector('[data-read] [role="application"]')`)
	if names := p.walk("article", `document.querySelector('%s [data-reading]').textContent`); !slices.Equal(names, []string{"Correlation of the two views", "Spectrum"}) {
		t.Errorf("the figures of a probe are %q", names)
	}
	p.clean("the probe's figures")
}
