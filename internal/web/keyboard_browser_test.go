package web_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	downloads "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused says what has the focus; empty where nothing has it, or where nobody would see it:
// it is without size, out of the window, or without the browser's mark of a focus by keyboard.
const focused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const b = e.getBoundingClientRect();
	const seen = b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight && e.matches(":focus-visible");
	return seen ? e.outerHTML.slice(0, 160) : "";
})()`

// tabTo presses Tab until what the selector finds has the focus, which on the way is always somewhere
// to be seen.
func (p *tab) tabTo(selector string) { p.t.Helper(); p.tabs("Tab", selector) }

// backTo is tabTo with Shift: what stands before is nearer that way.
func (p *tab) backTo(selector string) {
	p.t.Helper()
	p.tabs("Shift+Tab", selector, chromedp.KeyModifiers(chromedp.ModifierShift))
}

func (p *tab) tabs(what, selector string, how ...chromedp.KeyOption) {
	p.t.Helper()
	for range 150 {
		p.do(what, chromedp.KeyEvent(kb.Tab, how...))
		at := eval[[2]string](p, fmt.Sprintf(`[%s, String(document.activeElement.matches(%q))]`, focused, selector))
		if at[1] == "true" {
			if at[0] == "" {
				p.t.Errorf("%s has the focus and does not show it", selector)
			}
			return
		}
	}
	p.t.Fatalf("%s does not lead to %s; the focus is at %s", what, selector, eval[string](p, focused))
}

// kept fails the test where the focus is lost or cannot be seen.
func (p *tab) kept(what string) {
	p.t.Helper()
	if eval[string](p, focused) == "" {
		p.t.Errorf("%s: nothing has the focus, or it cannot be seen: %s", what, eval[string](p, `document.activeElement?.outerHTML.slice(0, 160)`))
	}
}

// downloads has files of the page's profile come into a folder; what it returns waits for the first of them.
func (p *tab) downloads() func() []byte {
	p.t.Helper()
	dir := p.t.TempDir()
	c := chromedp.FromContext(p.ctx)
	if _, err := cdp.Call(p.ctx, c.Browser, downloads.SetDownloadBehavior, downloads.SetDownloadBehaviorParams{
		Behavior: downloads.SetDownloadBehaviorBehaviorAllow, BrowserContextID: c.BrowserContextID, DownloadPath: dir,
	}); err != nil {
		p.t.Fatal(err)
	}
	return func() []byte {
		p.t.Helper()
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			found, _ := filepath.Glob(filepath.Join(dir, "*.csv")) // a file that is still coming has another name
			if len(found) > 0 {
				file, err := os.ReadFile(found[0])
				if err != nil {
					p.t.Fatal(err)
				}
				return file
			}
		}
		p.t.Fatal("no file comes")
		return nil
	}
}

// The lab from end to end without a mouse: choose a method, run, pick an anchor, scrub,
// branch, compare, export, share.
func TestTheLabByKeyboardAlone(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1280, 720, "light")

	p.tabTo(`[data-method-form] input[type=radio]`)
	p.key(kb.ArrowRight)
	p.wait("another method is chosen", `gradlab.lanes()[0].query.includes("method=") && document.activeElement.matches("[data-method-form] input:checked")`)
	p.kept("after a choice")

	p.backTo(`[data-action="run"]`)
	p.key(kb.Enter)
	p.wait("it has run", `gradlab.lanes()[0].state === "finished" && gradlab.lanes()[0].length === 60`)
	p.painted()
	p.kept("after a run")

	p.tabTo(`.globe .surface`)
	p.key("n", "n")
	p.wait("an anchor is picked", `gradlab.spheres()[0]?.picked === 1`)
	p.kept("on the sphere")

	p.tabTo(`#chart-loss [data-numbers]`)
	p.key(kb.Enter)
	p.wait("the numbers and files are there", `document.querySelector("#chart-loss [data-panel-data] table") && document.querySelectorAll("#chart-loss [data-panel-data] a").length > 0`)
	p.tabTo(`#chart-loss [data-panel-data] a[href*=".csv"]`)
	file := p.downloads()
	p.key(kb.Enter)
	if rows, err := csv.NewReader(strings.NewReader(string(file()))).ReadAll(); err != nil || len(rows) != 61 || rows[0][0] != "step" || rows[60][0] != "59" {
		t.Errorf("the file that comes has %d rows: %v", len(rows), err)
	}
	p.kept("after a file has come")

	p.tabTo(`[data-step]`)
	p.key(kb.Home, kb.PageUp, kb.ArrowRight)
	p.wait("an earlier step is shown", `gradlab.step() > 0 && gradlab.step() < 59`)
	at := eval[int](p, `gradlab.step()`)

	p.tabTo(`[data-go="branch"]`)
	p.key(kb.Enter)
	p.wait("the form is ready", `document.querySelector("[data-branching]") && document.activeElement.closest("[data-live]")`)
	p.kept("in the form of a branch")
	p.tabTo(`[data-key="lr"]`)
	p.key(kb.ArrowUp, kb.Tab)
	p.wait("the branch stands beside the run", `gradlab.lanes().length === 2 && gradlab.lanes()[1].state === "finished" && gradlab.lanes()[1].length === 60`)
	p.kept("after the branch")
	if q := eval[string](p, `gradlab.lanes()[1].query`); !strings.Contains(q, fmt.Sprintf("at=%d", at)) {
		t.Errorf("the branch at step %d is %s", at, q)
	}

	// Another method beside them: chosen, and run.
	before := eval[string](p, `gradlab.lanes()[1].query`)
	p.tabTo(`[data-method-form] input:checked`)
	p.key(kb.ArrowRight)
	p.wait("it is a lane of its own", `gradlab.lanes().length === 3 && document.activeElement.matches("[data-method-form] input:checked")`)
	p.backTo(`[data-action="run"]`)
	p.key(kb.Enter)
	p.wait("it has run", `gradlab.lanes()[2].state === "finished" && gradlab.lanes()[2].length === 60`)
	p.kept("after another lane")
	if lanes := eval[[]string](p, `gradlab.lanes().map(l => l.query)`); lanes[1] != before || lanes[2] == lanes[0] {
		t.Errorf("the lanes are %q", lanes)
	}

	p.tabTo(`[data-plot]`) // all lanes are compared at one step
	p.key(kb.Home, kb.ArrowRight, kb.Enter)
	p.wait("all figures show that step", `gradlab.step() === 1`)
	said := eval[string](p, `document.querySelector("[data-live]").textContent`)
	for _, letter := range []string{"A ", "B ", "C "} {
		if !strings.HasPrefix(said, "Step 1: ") || !strings.Contains(said, letter) {
			t.Errorf("the cursor says %q, not what lane %sis at", said, letter)
		}
	}
	p.key(kb.Escape)
	p.wait("and the newest again", `gradlab.step() === undefined`)
	p.kept("after Escape")

	p.tabTo(`[data-share-button]`)
	p.key(kb.Enter)
	p.wait("the panel is open", `document.querySelector("#share:popover-open[data-live]")`)
	p.tabTo(`[data-copy="share-link"]`)
	p.key(" ")
	p.wait("the link is copied", `document.querySelector("[data-copied]").textContent === "Link: copied."`)
	p.key(kb.Escape)
	p.wait("the focus is back at the button", `!document.querySelector("#share:popover-open") && document.activeElement.matches("[data-share-button]")`)
	p.kept("after sharing")
	p.clean("by keyboard")
}

// What had the focus has it again when the server's answer has replaced it; where it has gone,
// something near it has.
func TestFocusOutlivesAnAnswer(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const settings = fast + "&method=byol&steps=41"
	s.finish(s.start(settings))
	p := b.open(s.URL+"/lab?"+settings+"#step=20", 1440, 900, "light")
	p.wait("step 20 is shown", `gradlab.lanes()[0].length === 41 && gradlab.spheres()[0]?.step === 20`)
	focus := func(selector string) {
		t.Helper()
		eval[bool](p, fmt.Sprintf(`(document.querySelector(%q).focus(), true)`, selector))
	}
	const at = `document.activeElement.matches(%q)`

	p.press(`[data-go="branch"]`)
	p.wait("the form is ready", `document.querySelector("[data-branching]")`)
	focus(`[data-branching] button`)
	p.key(kb.Enter)
	p.wait("who does not branch is back at the button", `!document.querySelector("[data-branching]") && `+fmt.Sprintf(at, `[data-go="branch"]`))

	focus(`form.pin button`)
	p.key(kb.Enter)
	p.wait("the run is pinned, which is said", `document.querySelector("form.pin button").textContent === "unpin" && document.querySelector("[data-live]").textContent === "pinned" && `+fmt.Sprintf(at, `form.pin button`))

	p.press("[data-slow-open]")
	p.wait("a step is in slow motion", `document.activeElement.matches(".slow")`)
	p.key(kb.End)
	p.wait("its last stage", `location.hash === "#step=20&stage=ema"`)
	p.set("method", "simclr")
	p.wait("which SimCLR does not have", `gradlab.lanes().length === 2 && !document.querySelector(".slow.open") && `+fmt.Sprintf(at, `[data-slow-open]`))
	if hash := eval[string](p, `location.hash`); strings.Contains(hash, "stage") {
		t.Errorf("the link still has the stage: %s", hash)
	}

	focus(`[data-fold="Measurement"] > summary`)
	p.set("tau", "0.3")
	p.wait("the fold is another one", `gradlab.lanes()[1].query.includes("tau=0.3") && `+fmt.Sprintf(at, `[data-fold="Measurement"] > summary`))
	focus(`[data-seeds]:not([aria-current])`)
	p.key(kb.Enter)
	p.wait("there are more seeds", `gradlab.lanes().length > 2 && `+fmt.Sprintf(at, `[data-seeds][aria-current]`))
	p.clean("the focus")
}
