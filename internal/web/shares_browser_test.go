package web_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// What two lanes say of each other on the page is what their records say, and who
// pushes whom is the frame's, element by element, by keyboard and as a table.
func TestSharesAndAgreementInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40&probe.knn=20&method=simclr&b.method=barlow", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("both runs end", `gradlab.lanes().length === 2 && gradlab.lanes().every(l => l.state === "finished" && l.frame("shares")?.step === 39)`)

	var steps [2][]record.Step
	for i := range steps {
		id := eval[string](p, fmt.Sprintf(`gradlab.lanes()[%d].run`, i))
		c, err := s.lab.Follow(id, 0)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := c.Next(t.Context())
		c.Close()
		if err != nil || len(batch.Steps) != 40 {
			t.Fatalf("%d steps: %v", len(batch.Steps), err)
		}
		steps[i] = batch.Steps
	}
	last := engine.Compare(steps[0], steps[1], 1)[0]
	want := fmt.Sprintf("encoder like A's: CKA %.2f, %.0f %% of the neighbours in common, step 39", last.CKA, 100*last.Overlap)
	p.wait("the lanes say how far they agree", fmt.Sprintf(`document.querySelector("[data-alike]").textContent === %q`, want))
	if _, page := s.do("GET", eval[string](p, `location.pathname + location.search`), asPage, ""); !strings.Contains(page, strings.ReplaceAll(want, "'", "&#39;")) {
		t.Errorf("the page without script does not say %q", want)
	}

	var f record.Frame
	for _, x := range steps[0][39].Frames {
		if x.Name == "shares" {
			f = x
		}
	}
	share := func(i, j int) float64 { return math.Pow(float64(f.At(i, j)), 2) }
	p.wait("the map is drawn", `/^(A )?half of/.test(document.querySelector("#chart-shares .map p").textContent) && document.querySelector("#chart-shares [data-heat-unit]").textContent.endsWith("step 39")`)
	p.painted()
	eval[bool](p, `(document.querySelector("#chart-shares .surface").focus(), true)`)
	for _, key := range []string{kb.ArrowDown, kb.ArrowRight, kb.ArrowRight} {
		p.do("press a key", chromedp.KeyEvent(key))
	}
	said := eval[string](p, `document.querySelector("#chart-shares .map p").textContent`)
	if begin := fmt.Sprintf("anchor 1: %.2g\u00a0%% of the push", 100*share(1, 2)); !strings.Contains(said, begin) {
		t.Errorf("anchor 1 and sample 2 read %q, the record %q", said, begin)
	}
	p.press("#chart-shares [data-numbers]")
	p.clean("shares")
	if rows := eval[int](p, `document.querySelectorAll("#chart-shares [data-panel-data] .scroll:first-of-type tbody tr").length`); rows != f.Rows {
		t.Errorf("the table has %d anchors, the frame %d", rows, f.Rows)
	}
}
