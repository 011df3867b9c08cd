package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// opened opens the panel Share and waits for its script.
func (p *tab) opened() {
	p.t.Helper()
	p.press("[data-share-button]")
	p.wait("the panel is open", `document.querySelector("#share:popover-open[data-live]") && document.querySelector("[data-shorten-link]").value === document.querySelector("[data-link]").value`)
	p.painted()
}

// The link of the panel is exactly what is on screen: a fresh profile that opens it,
// long or short, sees the same step, anchor, angle, scale and open panels, and that the
// run has the curve of the link.
func TestTheLinkIsWhatIsOnScreen(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("the run has ended and its hash is known", `gradlab.lanes()[0].state === "finished" && document.querySelector("[data-link]").value.includes("hash=2-")`)
	p.wait("it has a sphere", `gradlab.spheres()[0]?.step === 59`)

	p.press(`[data-more] > summary`)
	p.press(`#chart-loss [data-numbers]`)
	eval[bool](p, `(document.querySelector(".globe .surface").focus(), true)`)
	p.do("pick and turn", chromedp.KeyEvent("n"), chromedp.KeyEvent("n"), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowUp))
	p.press(`[data-sphere="longer"]`)
	p.press(`[data-sphere="pairs"]`)
	for range 3 {
		p.press(`[data-go="back"]`)
	}
	p.opened()
	const seen = `JSON.stringify({step: gradlab.step(), picked: gradlab.spheres().map(s => s.picked), turn: gradlab.spheres()[0].angle.turn.toFixed(3), tilt: gradlab.spheres()[0].angle.tilt.toFixed(3),
		unit: gradlab.spheres()[0].unit, pairs: document.querySelector('[data-sphere="pairs"]').getAttribute("aria-pressed"), more: document.querySelector("[data-more]").open,
		data: [...document.querySelectorAll("[data-numbers][aria-expanded=true]")].map(e => e.closest("figure").id), essay: document.querySelector(".essay").open})`
	here := eval[string](p, seen)
	for _, want := range []string{`"step":56`, `"picked":[1]`, `"pairs":"true"`, `"more":true`, `"data":["chart-loss"]`, `"essay":false`} {
		if !strings.Contains(here, want) {
			t.Fatalf("on screen is %s, want %s", here, want)
		}
	}
	link := eval[string](p, `document.querySelector("[data-link]").value`)
	if len(link) > 1500 || !strings.Contains(link, "v=1") {
		t.Errorf("the link is %s", link)
	}
	eval[bool](p, `(document.querySelector("[data-shorten] button").click(), true)`)
	p.wait("the short link is there", `document.activeElement?.id === "share-short" && document.querySelector("[data-short-qr]").naturalWidth > 100`)
	short := eval[string](p, `document.querySelector("#share-short").value`)
	if !strings.HasPrefix(short, s.URL+"/s/") || len(short) > len(s.URL)+12 {
		t.Errorf("the short link is %s", short)
	}
	p.clean("sharing")
	for _, address := range []string{link, short} {
		fresh := b.open(address, 1440, 900, "dark")
		fresh.wait("it has the sphere of the step", `globalThis.gradlab?.spheres()[0]?.step === 50 && gradlab.spheres()[0].unit > 0`)
		fresh.painted()
		if there := eval[string](fresh, seen); there != here {
			t.Errorf("%s shows\n%s, was\n%s", address, there, here)
		}
		if text := eval[string](fresh, `document.querySelector("[data-verdict]")?.textContent ?? ""`); !strings.Contains(text, "Reproduced bit for bit") {
			t.Errorf("about the hash it says %q", text)
		}
		fresh.clean("a fresh profile")
	}
	// and the same panel gives the same link there
	fresh := b.open(short, 1440, 900, "dark")
	fresh.wait("it has the sphere", `globalThis.gradlab?.spheres()[0]?.step === 50`)
	fresh.opened()
	if again := eval[string](fresh, `document.querySelector("[data-link]").value`); again != link {
		t.Errorf("the link of the link is\n%s, not\n%s", again, link)
	}
}

// A link that comes with a curve hash to a server that has not run it: it is run there,
// and when it has ended the page says by itself that it is the same curve. After a change
// there is no such curve to speak of.
func TestReproducedInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	first, second := newServer(t), newServer(t)
	first.finish(first.start(fast + "&steps=40"))
	_, body := first.do("GET", "/lab?"+fast+"&steps=40", asPage, "")
	link := regexp.MustCompile(`<input id="share-link"[^>]* value="([^"]*)"`).FindStringSubmatch(body)
	if link == nil || !strings.Contains(link[1], "hash=2-") {
		t.Fatalf("there is no link with a hash: %v", link)
	}
	p := b.open(second.URL+strings.ReplaceAll(strings.TrimPrefix(link[1], first.URL), "&amp;", "&"), 1280, 720, "light")
	p.wait("it says what the link holds", `document.querySelector('[data-verdict="open"]')?.textContent.includes("Run it")`)
	p.press(`[data-action="run"]`)
	p.wait("it says that it is the same", `document.querySelector('[data-verdict="same"]')?.textContent.includes("Reproduced bit for bit")`)
	if !strings.Contains(eval[string](p, `location.search`), "hash=2-") {
		t.Error("the hash is gone from the address")
	}
	p.set("seed", "2")
	p.wait("the next lane is there", `gradlab.lanes().length === 2`)
	if eval[bool](p, `Boolean(document.querySelector("[data-verdict]")) || location.search.includes("hash=")`) {
		t.Error("the hash outlives a change of the settings")
	}
	p.clean("reproduced")
}

// The panel by keyboard: it opens at its button, everything in it can be reached, copying
// is said, Escape closes it and gives the focus back.
func TestShareByKeyboard(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	for _, page := range []string{"/lab?" + fast + "&steps=60", "/experiments/barlow-line"} {
		p := b.open(s.URL+page, 1280, 720, "light")
		p.wait("the page is there", `document.readyState === "complete" && globalThis.gradlab?.lanes().every(l => l.run === "" || l.length === 60)`)
		eval[bool](p, `(document.querySelector("[data-share-button]").focus(), true)`)
		p.do("open it", chromedp.KeyEvent(kb.Enter))
		p.wait("it is open and wired", `document.querySelector("#share:popover-open[data-live]") && document.querySelector("[data-shorten-link]").value === document.querySelector("[data-link]").value`)
		reached := map[string]bool{}
		for range 8 {
			p.do("tab", chromedp.KeyEvent(kb.Tab))
			reached[eval[string](p, `document.activeElement.closest("#share") ? (document.activeElement.id || document.activeElement.dataset.copy || document.activeElement.textContent.trim()) : "outside"`)] = true
			if eval[bool](p, `document.activeElement.dataset.copy === "share-link"`) {
				p.do("copy", chromedp.KeyEvent(kb.Enter))
				p.wait("copying is said", `document.querySelector("[data-copied]").textContent === "Link: copied." && document.activeElement.textContent === "copied"`)
			}
		}
		for _, want := range []string{"Close", "share-link", "Make a short link and a QR code", "share-command"} {
			if !reached[want] {
				t.Errorf("%s: the keyboard does not reach %q: %v", page, want, reached)
			}
		}
		if reached["outside"] {
			t.Errorf("%s: the focus leaves the panel before its end", page)
		}
		p.do("close it", chromedp.KeyEvent(kb.Escape))
		p.wait("it is closed and the focus is back", `!document.querySelector("#share:popover-open") && document.activeElement.hasAttribute("data-share-button")`)
		p.clean(page)
	}
}

// A lesson is made by ticking, holds with script, and survives a run and a change.
func TestALessonInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40", 1280, 720, "light")
	p.wait("the page is there", `globalThis.gradlab`)
	p.opened()
	eval[bool](p, `(document.querySelector(".builder").open = true, document.querySelector(".frame").open = true)`)
	tick := func(form, name, value string) {
		t.Helper()
		if !eval[bool](p, fmt.Sprintf(`(() => { const b = document.querySelector('[%s] input[name="%s"][value="%s"]'); if (!b) return false; b.click(); return true; })()`, form, name, value)) {
			t.Fatalf("there is no box %s=%s", name, value)
		}
	}
	tick("data-lesson", "hide", "effective_rank")
	tick("data-lesson", "hide", "essay")
	tick("data-lesson", "hide", "branch")
	tick("data-lesson", "lock", "all")
	tick("data-lesson", "lock", "-tau")
	link := eval[string](p, `document.querySelector("[data-link]").value`)
	if !strings.HasSuffix(link, "&hide=effective_rank,essay,branch&lock=all,-tau") && !strings.Contains(link, "hide=effective_rank,essay,branch&lock=all,-tau") {
		t.Errorf("the link is %s", link)
	}
	tick("data-embed", "show", "norms")
	if html := eval[string](p, `document.querySelector("[data-snippet]").value`); !strings.HasPrefix(html, `<iframe src="`+s.URL+`/embed?`) || !strings.Contains(html, `&amp;show=norms&amp;theme=light"`) {
		t.Errorf("the frame is %s", html)
	}
	p.clean("ticking")

	q := b.open(link, 1280, 720, "light")
	q.wait("the lesson is there", `globalThis.gradlab`)
	const holds = `!document.querySelector("#chart-effective_rank, .essay, [data-go=branch]") && document.querySelector('[data-key="lr"]').disabled && document.querySelector(".methods").disabled && !document.querySelector('[data-key="tau"]').disabled`
	if !eval[bool](q, holds) {
		t.Error("the lesson does not hold when it is opened")
	}
	q.press(`[data-action="run"]`)
	q.wait("it runs", `gradlab.lanes()[0].state === "finished"`)
	q.set("tau", "0.3")
	q.wait("another temperature is the next lane", `gradlab.lanes().length === 2`)
	if !eval[bool](q, holds) || !strings.Contains(eval[string](q, `location.search`), "lock=all,-tau") {
		t.Errorf("the lesson is gone after a change: %s", eval[string](q, `location.search`))
	}
	q.set("lr", "5") // as somebody who knows the tools of the browser would
	q.wait("it is said", `document.querySelector("[data-status]").textContent.includes("fixed for this lesson")`)
	if n := eval[int](q, `gradlab.lanes().length`); n != 2 {
		t.Errorf("a locked setting made %d lanes", n)
	}
	q.clean("the lesson")
}

// The frame shows what its link names, on the paper that it names.
func TestEmbedInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=40"))
	p := b.open(s.URL+"/embed?"+fast+"&steps=40&show=norms,sphere&theme=dark", 800, 600, "light")
	p.wait("the curve is drawn", `globalThis.gradlab?.lanes()[0].length === 40 && gradlab.spheres()[0]?.step === 39`)
	p.painted()
	if paper := eval[string](p, `getComputedStyle(document.body).backgroundColor`); paper != "rgb(18, 18, 18)" {
		t.Errorf("the paper of theme=dark is %s", paper)
	}
	if n := eval[int](p, `document.querySelectorAll("figure").length`); n != 2 {
		t.Errorf("%d figures for two names", n)
	}
	p.clean("the frame")
}

// A frame has no button for what it does not load, whatever its link asks for, and its way
// out leads to the settings that it shows.
func TestAFrameHasNoButtonThatFails(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/embed?"+fast+"&steps=60&method=vicreg&lr=10&show=diagram,norms,correlation#order=alike", 800, 600, "light")
	p.press(`[data-action="run"]`)
	p.wait("it has diverged", `globalThis.gradlab?.lanes()[0].state === "diverged" && document.querySelector(".try button")`)
	if found := eval[string](p, `[...document.querySelectorAll("[data-order], [data-slow-open]")].map(e => e.textContent).join()`); found != "" {
		t.Errorf("the frame has buttons for what it does not load: %s", found)
	}
	p.press(".try button")
	p.wait("another rate is run, and the way out leads to it", `gradlab.lanes().length === 2 && gradlab.lanes()[1].state === "finished" && /[?&]b\.lr=0\.06(&|$)/.test(document.querySelector(".whole").search)`)
	p.clean("the frame with another rate")
}

// A page of another origin may hold the frame, and no other page of the lab.
func TestFramesInAnotherPage(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>a lecture</title><link rel="icon" href="data:,"><iframe src="%s%s" onload="document.title = 'loaded'"></iframe>`, s.URL, r.URL.Query().Get("of"))
	}))
	defer other.Close()
	for path, refused := range map[string]bool{"/embed": false, "/lab": true, "/": true} {
		p := b.open(other.URL+"/?of="+path, 800, 600, "light")
		p.wait("the frame has been answered", `document.title === "loaded"`)
		p.mu.Lock()
		said := strings.Join(p.faults, "\n")
		p.mu.Unlock()
		if got := strings.Contains(said, "frame-ancestors") || strings.Contains(said, "X-Frame-Options"); got != refused {
			t.Errorf("a frame of %s is refused: %v, want %v; the browser says\n%s", path, got, refused, said)
		}
	}
}

// TestShareScreenshots writes pictures of the panel and its states for people to look at.
func TestShareScreenshots(t *testing.T) {
	dir := os.Getenv("GRADLAB_SCREENSHOTS")
	if dir == "" {
		t.Skip("GRADLAB_SCREENSHOTS is not set: no pictures are wanted")
	}
	b := newBrowser(t)
	s := newServer(t)
	for _, lane := range []string{fast + "&steps=60", fast + "&steps=60&method=byol"} {
		s.finish(s.start(lane))
	}
	hash := eval[string](b.open(s.URL+"/lab?"+fast+"&steps=60", 1280, 720, "light"), `document.querySelector("[data-link]").value.match(/hash=[^&#]*/)[0]`)
	pages := map[string]string{
		"share": "/lab?" + fast + "&steps=60", "share-lanes": "/lab?" + fast + "&steps=60&b.method=byol", "share-experiment": "/experiments/barlow-line",
		"lesson":   "/lab?" + fast + "&steps=60&hide=effective_rank,formula&lock=all,-tau&" + hash,
		"embedded": "/embed?" + fast + "&steps=60&show=norms,sphere",
	}
	for name, page := range pages {
		for _, width := range []int64{1440, 768, 360} {
			for _, theme := range []string{"light", "dark"} {
				p := b.open(s.URL+page, width, 900, theme)
				p.wait("the page is there", `document.readyState === "complete" && (!document.querySelector("[data-lab]") || globalThis.gradlab?.lanes()[0].length === 60)`)
				if strings.HasPrefix(name, "share") {
					p.opened()
					eval[bool](p, `(document.querySelector("[data-shorten] button").click(), true)`)
					p.wait("the code is there", `document.querySelector("[data-short-qr]").naturalWidth > 100`)
				}
				p.shot(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, theme)), false)
				if name == "share" {
					eval[bool](p, `([...document.querySelectorAll("#share details")].forEach(d => d.open = true), document.querySelector(".builder").scrollIntoView(), true)`)
					p.shot(filepath.Join(dir, fmt.Sprintf("share-builder-%d-%s.png", width, theme)), false)
				}
				p.clean(name)
			}
		}
	}
	code := s.short("/lab?method=byol")
	p := b.open(s.URL+"/s/"+code+"/qr", 1440, 900, "dark")
	p.shot(filepath.Join(dir, "short-1440-dark.png"), false)
}
