package web_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeScript is axe-core, empty where npm has not installed it.
var axeScript = sync.OnceValue(func() string {
	script, err := os.ReadFile("../../static/node_modules/axe-core/axe.min.js")
	if err != nil {
		return ""
	}
	return string(script) + "; true"
})

// byColour are the rules whose findings may be others in another theme.
const byColour = `{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}}`

// accessible fails the test where axe finds something serious in what the page shows now.
func (p *tab) accessible(what string) {
	p.t.Helper()
	p.audit(what, "document", "{}")
}

// audit is accessible of a part of the page, with options of axe: both are expressions of JavaScript.
func (p *tab) audit(what, part, options string) {
	p.t.Helper()
	if axeScript() == "" {
		if os.Getenv("GRADLAB_BROWSER") == "required" {
			p.t.Fatal("axe-core is not installed (npm ci in static), and GRADLAB_BROWSER=required")
		}
		p.t.Logf("axe-core is not installed (npm ci in static): %s is not looked at", what)
		return
	}
	if !eval[bool](p, `"axe" in window`) {
		eval[bool](p, axeScript())
	}
	if found := eval[string](p, `axe.run(`+part+`, {resultTypes: ["violations"], ...`+options+`}).then(r => r.violations.filter(v => ["serious", "critical"].includes(v.impact))
		.map(v => v.id + ": " + v.help + "\n  " + v.nodes.map(n => n.target + " " + n.failureSummary.replace(/\s+/g, " ")).slice(0, 4).join("\n  ")).join("\n"))`); found != "" {
		p.t.Errorf("%s:\n%s", what, found)
	}
}

// axe finds nothing serious on any page, in either theme: all rules in the light one, and in
// the dark one, on the same page, those that look at colours.
func TestAccessibility(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	lab := "/lab?" + fast + "&steps=60"
	pages := []string{"/", lab, lab + "&b.method=barlow&c.method=byol", lab + "#step=40&stage=views", "/lab?projector.depth=99",
		"/experiments", "/experiments/byol-collapse", "/probe", "/credits", "/nowhere", lab + "&hide=story,effective_rank&lock=all,-tau&hash=2-fma-60-0123456789abcdef",
		"/embed?" + fast + "&steps=60&show=norms,sphere", "/s/" + s.short("/lab?v=1") + "/qr"}
	p := b.open(s.URL, 1280, 720, "light")
	const share = `document.querySelector("#share")`
	for _, page := range pages {
		p.do("open "+page, themed("light"), chromedp.Navigate(s.URL+page))
		p.wait("the page is there", `document.readyState === "complete"`)
		if strings.Contains(page, fast) {
			p.wait("the curve is drawn", `gradlab.lanes()[0].length === 60`)
			p.painted()
		}
		p.accessible(page + ", light")
		shared := page == lab || page == "/lab?projector.depth=99"
		if shared {
			p.opened()
			eval[bool](p, `(document.querySelectorAll("#share details").forEach(d => d.open = true), document.querySelector("[data-shorten] button").click(), true)`)
			p.wait("the short link is there", `document.querySelector("[data-short-qr]").naturalWidth > 100`)
			p.audit("the panel Share of "+page+", light", share, "{}")
		}
		paper := eval[string](p, paperColour)
		p.do("dark", themed("dark"))
		p.wait("the paper is dark, and no colour is on its way", paperColour+` !== "`+paper+`" && document.getAnimations().every(a => a.playState !== "running")`)
		if shared {
			p.audit("the panel Share of "+page+", dark", share, byColour)
			eval[bool](p, `(`+share+`.hidePopover(), true)`)
		}
		p.audit(page+", dark", "document", byColour)
	}
}

// paperColour is the colour of the page's paper.
const paperColour = `getComputedStyle(document.body).backgroundColor`
