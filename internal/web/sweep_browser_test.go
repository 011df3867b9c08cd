package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The page of a sweep follows runs that others start, keeps the reader's place meanwhile, and
// each chart leads to its runs in the lab.
func TestSweepInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	grid := "data=shapes&encoder=mlp&encoder.width=32&batch=32&projector.width=24&probe.every=10&probe.knn=20&steps=60"
	p := b.open(s.URL+"/sweep?"+grid+"&projector.depth=1,2&lr=0.05,0.2&seed=1..3", 1280, 720, "light")
	eval[bool](p, `(document.querySelector("[data-sweep] summary").click(), document.querySelector("[data-point]").focus(), true)`)
	for depth := 1; depth <= 2; depth++ {
		for _, lr := range []string{"0.05", "0.2"} {
			for seed := 1; seed <= 3; seed++ {
				s.finish(s.start(fmt.Sprintf("%s&projector.depth=%d&lr=%s&seed=%d&keep=1", grid, depth, lr, seed)))
			}
		}
	}
	p.wait("the page has followed", `document.querySelector("[data-sweep-status]").textContent.startsWith("12 of 12 runs")`)
	if !eval[bool](p, `document.querySelector("[data-sweep] details").open && document.activeElement.dataset.point === "projector.depth=1 lr=0.05" && document.querySelectorAll(".cell .band").length >= 4`) {
		t.Error("what was unfolded, or had the focus, is lost, or there are no bands")
	}
	if eval[bool](p, `Boolean(document.querySelector("table[data-live]"))`) {
		t.Error("the page goes on to look for what will not change")
	}
	if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("the page is %d pixels too wide", wide)
	}
	p.accessible("a sweep")
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		p.shot(filepath.Join(dir, "sweep-1280-light.png"), true)
	}
	p.press(`[data-point="projector.depth=2 lr=0.2"]`)
	p.wait("the lab has the runs of the point", `globalThis.gradlab?.lanes().length === 3 && gradlab.lanes().every(l => l.length === 60 && l.query.includes("lr=0.2"))`)
	p.wait("as a band", `gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss")?.seeds[59] === 3`)
	p.clean("a sweep")

	narrow := b.open(s.URL+"/sweep?"+grid+"&projector.depth=1,2&lr=0.05,0.2&seed=1..3&metric=positive_norm&seeds=each", 390, 844, "dark")
	if wide := eval[int](narrow, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("on a phone the page is %d pixels too wide", wide)
	}
	if n := eval[int](narrow, `document.querySelectorAll(".cell .edge").length`); n < 4*3*3 {
		t.Errorf("with single seeds there are %d thin lines", n)
	}
	narrow.accessible("a sweep on a phone")
	narrow.clean("a sweep on a phone")
	first := b.open(s.URL+"/sweep", 1280, 720, "light")
	first.accessible("the page without a sweep")
	first.clean("the page without a sweep")
}
