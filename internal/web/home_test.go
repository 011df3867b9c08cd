package web_test

import (
	"html"
	"strings"
	"testing"

	"gradlab/experiments"
)

// On a fresh server the first page plays the recorded run, and as soon as
// something is being trained, that.
func TestHomeMoves(t *testing.T) {
	s := newServer(t)
	f, _, err := experiments.Recorded("first")
	if err != nil {
		t.Fatal(err)
	}
	_, page := s.do("GET", "/", asPage, "")
	if !strings.Contains(page, `data-records="/recorded/first/records"`) || !strings.Contains(page, "/recorded/first/figures/norms.svg") {
		t.Errorf("a fresh server's first page plays nothing")
	}
	_, body := s.do("GET", "/recorded/first/records", "", "")
	if n := len(lines(t, body, 0)); n != f.Done {
		t.Errorf("%d recorded steps, want %d", n, f.Done)
	}
	if resp, svg := s.do("GET", "/recorded/first/figures/norms.svg", "", ""); resp.StatusCode != 200 || !strings.Contains(svg, "positive") {
		t.Errorf("the recorded run's figure: %s", resp.Status)
	}

	id := s.start(long)
	v := s.view(id, "")
	for v.next < 30 {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	if _, page := s.do("GET", "/", asPage, ""); !strings.Contains(page, `data-records="/runs/`+id+`/records?from=0"`) {
		t.Error("a run is being trained, and the first page does not play it")
	}
}

// Every experiment has a page that leads to the lab with its settings; its form
// sends them, and the lab with them tells its story.
func TestExperiments(t *testing.T) {
	s := newServer(t)
	_, home := s.do("GET", "/", asPage, "")
	_, list := s.do("GET", "/experiments", asPage, "")
	for _, p := range experiments.All() {
		address := "/experiments/" + p.Slug
		if !strings.Contains(home, `href="`+address+`"`) {
			t.Errorf("the first page does not lead to %s", address)
		}
		for where, of := range map[string]string{"the first page": home, "the list": list} { // its page has the text and the right figures; the lab is one more way
			if !strings.Contains(of, `<a class="go" href="`+address+`"`) || !strings.Contains(of, `<a class="aside" href="/lab?`+strings.ReplaceAll(p.Experiment.Query(), "&", "&amp;")+`"`) {
				t.Errorf("the card on %s does not lead to %s first and to the lab then", where, address)
			}
		}
		if !strings.Contains(list, `href="`+address+`"`) || !strings.Contains(list, html.EscapeString(p.Claim)) {
			t.Errorf("the list of experiments does not have %s", address)
		}
		resp, page := s.do("GET", address, asPage, "")
		link := "/lab?" + strings.ReplaceAll(p.Experiment.Query(), "&", "&amp;")
		if resp.StatusCode != 200 || !strings.Contains(page, `href="`+link+`"`) {
			t.Errorf("%s: %s, without a link to %s", address, resp.Status, link)
		}
		for _, x := range p.Experiment.Settings() {
			if !strings.Contains(page, `name="`+x.Key+`" value="`+x.Value+`"`) {
				t.Errorf("%s: its form does not send %s", address, x)
			}
		}
		if _, lab := s.do("GET", "/lab?"+p.Experiment.Query(), asPage, ""); !strings.Contains(lab, address) {
			t.Errorf("the lab with the settings of %s does not tell its story", p.Slug)
		}
	}
}
