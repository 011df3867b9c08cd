package web_test

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gradlab/experiments"
	"gradlab/internal/engine/data"
	"gradlab/internal/knob"
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

// In the lab a story leads to the figures that it names, in its order, and to none that a lesson hides.
func TestAStoryNamesItsFigures(t *testing.T) {
	s := newServer(t)
	looks := func(query string) (names []string) {
		_, page := s.do("GET", "/lab?"+query, asPage, "")
		for _, m := range regexp.MustCompile(`data-look="([^"]*)">([^<]*)<`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(page, `id="`+m[1]+`"`) {
				t.Errorf("%s: %q leads to %s, which the page does not have", query, m[2], m[1])
			}
			names = append(names, strings.TrimSpace(m[2]))
		}
		_, after, _ := strings.Cut(page, `class="downwards`)
		return names[:len(names)-strings.Count(after, "data-look=")] // behind the story the page leads further down whatever it is about
	}
	for _, p := range experiments.All() {
		if n := len(looks(p.Experiment.Query())); n != len(p.Show) {
			t.Errorf("%s names %v, and the lab leads to %d figures", p.Slug, p.Show, n)
		}
	}
	p, _ := experiments.Lookup("byol-collapse")
	query := p.Experiment.Query()
	for of, want := range map[string][]string{
		query:                                          {"Collapse level", "Loss", "Gradient at the projector", "Embedding sphere"},
		query + "&hide=loss,sphere":                    {"Collapse level", "Gradient at the projector"},
		query + "&show=story,collapse_level":           {"Collapse level"},
		query + "&hide=story":                          nil,
		query + "&hide=story,diagram,correlation":      nil,
		strings.Replace(query, "v=1", "v=1&seed=7", 1): nil, // another experiment
	} {
		if got := looks(of); !slices.Equal(got, want) {
			t.Errorf("%s leads to %q, want %q", of, got, want)
		}
	}
}

// Every story says on what its numbers were measured, as its lanes are set and its measurements are counted.
func TestStoriesSayWhatTheyWereMeasuredOn(t *testing.T) {
	s := newServer(t)
	on := regexp.MustCompile(`data-measured-on[^>]*>On ([^<]*)\.</p>`)
	for _, p := range experiments.All() {
		_, page := s.do("GET", "/experiments/"+p.Slug, asPage, "")
		m := on.FindStringSubmatch(page)
		if m == nil {
			t.Errorf("%s does not say it", p.Slug)
			continue
		}
		said := html.UnescapeString(m[1])
		want := []string{fmt.Sprintf("; %d seeds", len(p.Measured[0].Lanes[0]))}
		for _, lane := range p.Experiment.Lanes {
			info, _ := data.Lookup(lane.Data)
			want = append(want, info.Title, fmt.Sprint(lane.Batch), fmt.Sprintf("%d steps", lane.Steps), knob.FormatFloat(lane.Optim.LR), fmt.Sprintf("width %d", lane.Encoder.Width))
			if lane.Projector.Depth > 0 {
				want = append(want, fmt.Sprintf("width %d", lane.Projector.Width))
			}
		}
		for _, part := range want {
			if !strings.Contains(said, part) {
				t.Errorf("%s was measured on %q, which lacks %q", p.Slug, said, part)
			}
		}
	}
}
