package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictured are the pages and states of which pictures are made, by the names of their
// files, and the runs that there must be for that.
var pictured = []struct {
	name, page string
	full       bool // beyond the window's height
	runs       []string
}{
	{"home", "/", true, nil},
	{"idle", "/lab", false, nil},                // with the recorded run
	{"fresh", "/lab?method=vicreg", false, nil}, // nobody has run it, and nothing is recorded
	{"story", "/experiments/barlow-line", false, nil},
	{"lab", "/lab", true, []string{""}},
	{"anchor", "/lab#anchor=5", false, []string{""}},
	{"share", "/lab", false, []string{""}},
	{"present", "/lab", false, []string{""}},
	{"lanes", "/lab?b.method=byol&c.method=barlow", false, []string{"", "method=byol", "method=barlow"}},
	{"stop", "/lab?b.target=shared&method=simsiam", false, []string{"method=simsiam", "method=simsiam&target=shared"}},
	{"slow", "/lab?method=byol#step=100&stage=negative", false, []string{"method=byol"}},
	{"line", "/lab?method=barlow&lambda=0", false, []string{"method=barlow&lambda=0"}},
	{"collapse", "/lab?method=simsiam&target=shared", false, []string{"method=simsiam&target=shared"}},
	{"seeds", "/lab?" + grid + "&lr=0.05&b.seed=2&c.seed=3", false, gridRuns("0.05")},
	{"refused", "/lab?projector.depth=99", false, nil},
	{"lesson", "/lab?hide=story,effective_rank&lock=all,-tau", false, []string{""}},
	{"embed", "/embed?show=norms,sphere", false, []string{""}},
	{"experiments", "/experiments", true, nil},
	{"experiment", "/experiments/barlow-line", true, []string{"method=barlow", "method=barlow&lambda=0"}},
	{"sweep", "/sweep?" + grid + "&lr=0.05,0.2&seed=1..3", true, gridRuns("0.05", "0.2")},
	{"probe", "/probe", true, nil},
	{"gallery", "/_gallery", true, nil},
	{"credits", "/credits", true, nil},
	{"nowhere", "/nowhere", false, nil},
}

// pressed is what is pressed before some of them are taken.
var pressed = map[string]string{"share": "[data-share-button]", "present": "[data-present]"}

const grid = fast + "&steps=60"

// gridRuns are those of three seeds with each of the learning rates.
func gridRuns(rates ...string) (list []string) {
	for _, lr := range rates {
		for _, seed := range []string{"1", "2", "3"} {
			list = append(list, grid+"&lr="+lr+"&seed="+seed)
		}
	}
	return list
}

// windows are a desk, a small notebook, a tablet on either side and a phone.
var windows = []struct {
	width, height int64
	how           []chromedp.EmulateViewportOption
}{
	{1440, 900, nil},
	{1280, 720, nil},
	{1024, 768, nil},
	{834, 1112, nil},
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
	for _, v := range pictured {
		t.Run(v.name, func(t *testing.T) { // whose end closes the page
			for _, settings := range v.runs { // several want the same one: it is computed once
				s.finish(s.start(settings))
			}
			p := (&browser{t: t, ctx: b.ctx}).open(s.URL+v.page, windows[0].width, windows[0].height, "light")
			switch {
			case v.name == "gallery":
				p.shown()
			case strings.HasPrefix(v.page, "/lab"), v.name == "experiment":
				p.wait("the curves are drawn", `gradlab.lanes().every(l => l.state === "idle" || l.length > 0 && l.state === "finished")`)
			}
			if button := pressed[v.name]; button != "" {
				p.press(button)
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
