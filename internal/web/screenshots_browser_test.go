package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictured are the pages and states of which pictures are made, by the names of their files.
var pictured = []struct {
	name, page string
	full       bool // beyond the window's height
}{
	{"home", "/", true},
	{"fresh", "/lab?method=vicreg", false}, // nobody has run it
	{"lab", "/lab", true},
	{"lanes", "/lab?b.method=byol&c.method=barlow", false},
	{"slow", "/lab?method=byol#step=100&stage=negative", false},
	{"line", "/lab?method=barlow&lambda=0", false},
	{"collapse", "/lab?method=simsiam&target=shared", false},
	{"seeds", "/lab?" + seedsOf + "&lr=0.05&b.seed=2&c.seed=3", false},
	{"refused", "/lab?projector.depth=99", false},
	{"lesson", "/lab?hide=story,effective_rank&lock=all,-tau", false},
	{"embed", "/embed?show=norms,sphere", false},
	{"experiments", "/experiments", true},
	{"experiment", "/experiments/barlow-line", true},
	{"sweep", "/sweep?" + seedsOf + "&lr=0.05,0.2&seed=1..3", true},
	{"probe", "/probe", true},
	{"gallery", "/_gallery", true},
	{"credits", "/credits", true},
	{"nowhere", "/nowhere", false},
}

const seedsOf = fast + "&steps=60"

// windows are a desk, a small notebook and a phone.
var windows = []struct {
	width, height int64
	how           []chromedp.EmulateViewportOption
}{
	{1440, 900, nil},
	{1280, 720, nil},
	{390, 844, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}},
}

// through scrolls down a page and back, as somebody does who reads it, and stays at the
// images that are loaded when they come into sight; then it waits until nothing is drawn
// any more: figures out of sight are drawn once a second.
const through = `(async () => {
	const wait = ms => new Promise(done => setTimeout(done, ms));
	for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
		scrollTo(0, y);
		await wait(60);
	}
	for (const images of document.querySelectorAll("[data-batch], [data-neighbours]")) {
		images.scrollIntoView();
		for (let i = 0; i < 40 && gradlab.lanes().some(l => l.length) && !images.querySelector(".picture"); i++) await wait(50);
	}
	for (const apart of document.querySelectorAll("[data-labelled] .maps")) apart.style.contentVisibility = "visible"; // the picture reaches beyond the window
	await Promise.all([...document.images].filter(i => i.checkVisibility()).map(i => i.decode()));
	scrollTo(0, 0);
	await wait(1100);
	return true;
})()`

// TestScreenshots writes pictures of the pages to the folder that the environment
// names, for people to look at; elsewhere it has nothing to do. Each page is opened
// once, and resized: what it looks like in another window or theme is not a matter of
// where it was opened.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("GRADLAB_SCREENSHOTS")
	if dir == "" {
		t.Skip("GRADLAB_SCREENSHOTS is not set: no pictures are wanted")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	s := newServer(t)
	for _, settings := range []string{"", "method=byol", "method=barlow", "method=barlow&lambda=0", "method=simsiam&target=shared"} {
		s.finish(s.start("steps=300&" + settings))
	}
	for _, lr := range []string{"0.05", "0.2"} {
		for seed := 1; seed <= 3; seed++ {
			s.finish(s.start(fmt.Sprintf("%s&lr=%s&seed=%d", seedsOf, lr, seed)))
		}
	}
	for _, v := range pictured {
		t.Run(v.name, func(t *testing.T) { // whose end closes the page
			p := (&browser{t: t, ctx: b.ctx}).open(s.URL+v.page, windows[0].width, windows[0].height, "light")
			switch {
			case v.name == "gallery":
				p.shown()
			case strings.HasPrefix(v.page, "/lab"):
				p.wait("the curves are drawn", `gradlab.lanes().every(l => l.state === "idle" || l.length > 0 && l.state === "finished")`)
			}
			for _, w := range windows {
				p.do("another window", chromedp.EmulateViewport(w.width, w.height, w.how...))
				for _, theme := range []string{"light", "dark"} {
					p.do("another theme", themed(theme))
					eval[bool](p, through)
					p.shot(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", v.name, w.width, theme)), v.full)
				}
			}
			if v.name != "nowhere" && v.name != "refused" { // whose status Chromium takes for a fault
				p.clean(v.name)
			}
		})
	}
}
