package web_test

import (
	"html"
	"strings"
	"testing"

	"gradlab/experiments"
)

// Without script a story reads, sends its lanes by its form, and shows the server's pictures
// of its figures, and of no others, as soon as every lane has records.
func TestAStoryWithoutScript(t *testing.T) {
	s := newServer(t)
	p, _ := experiments.Lookup("simsiam-stop")
	page := func() string {
		_, page := s.do("GET", "/experiments/"+p.Slug, asPage, "")
		return page
	}
	read := page()
	for _, want := range []string{p.Title, p.Claim, p.Look, p.Expect, "What to look for", "What was measured"} {
		if !strings.Contains(read, html.EscapeString(want)) {
			t.Errorf("the story does not say %q", want)
		}
	}
	if script, text := strings.Index(read, `<script type="module"`), strings.LastIndex(read, "<script"); script < 0 || script != text {
		t.Error("the story has another script than the one that waits for the text")
	}
	for i, lane := range p.Experiment.Lanes {
		if strings.Contains(page(), "/figures/") {
			t.Errorf("there are pictures, and %d of %d lanes have run", i, len(p.Experiment.Lanes))
		}
		id := s.start(lane.Query())
		s.awaitSteps(id, 2)
		s.do("POST", "/runs/"+id+"/stop", asJSON, "")
	}
	shown := page()
	for _, want := range []string{"/figures/sphere.svg", "/figures/loss.svg", "/figures/collapse.svg"} {
		if !strings.Contains(shown, want) {
			t.Errorf("without script there is no %s", want)
		}
	}
	if strings.Contains(shown, "/figures/norms.svg") {
		t.Error("there are pictures that the story is not about")
	}
}
