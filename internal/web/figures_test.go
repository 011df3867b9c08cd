package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	written   = regexp.MustCompile(`<text[^>]*>([^<]*)</text>`)
	fileNamed = regexp.MustCompile(`filename="([^"]*)"$`)
)

// A picture that somebody has kept says what it is of, and files of different figures have different names.
func TestFilesOfFigures(t *testing.T) {
	s := newServer(t)
	_, v := s.post(tiny + "&steps=8&method=simsiam&seed=1,2&b.target=shared")
	if len(v.Lanes) != 4 {
		t.Fatalf("%d lanes", len(v.Lanes))
	}
	var id []string
	for _, l := range v.Lanes {
		s.finish(l.ID)
		id = append(id, l.ID)
	}
	all := "?with=" + strings.Join(id[1:], "&with=")
	var names []string
	for _, c := range []struct{ address, name, words string }{
		{id[0] + "/figures/loss.svg", "gradlab-loss-" + id[0] + ".svg", "SimSiam|on Coloured shapes"},
		{id[1] + "/figures/loss.svg", "gradlab-loss-" + id[1] + ".svg", "SimSiam|on Coloured shapes|Seed 2"},
		{id[2] + "/figures/loss.svg?with=" + id[3], "gradlab-loss-" + id[2] + "-" + id[3] + ".svg", "SimSiam|median of 2 seeds|on Coloured shapes|Target No stop-gradient"},
		{id[0] + "/figures/loss.svg" + all, "gradlab-loss-" + strings.Join(id, "-") + ".svg", "A–B|SimSiam|C–D|SimSiam|Target No stop-gradient"},
		{id[0] + "/figures/loss.svg" + all + "&seeds=each&theme=dark", "gradlab-loss-" + strings.Join(id, "-") + "-seeds-dark.svg", ""},
		{id[0] + "/figures/loss.svg?step=3", "gradlab-loss-" + id[0] + ".svg", ""}, // has all steps anyway
		{id[0] + "/figures/spectrum.json?step=3", "gradlab-spectrum-" + id[0] + "-step-3.json", ""},
		{id[0] + "/figures/norms.png", "gradlab-norms-" + id[0] + ".png", ""},
		{id[0] + "/figures/norms.csv", "gradlab-norms-" + id[0] + ".csv", ""},
	} {
		resp, body := s.do("GET", "/runs/"+c.address, "", "")
		how := resp.Header.Get("Content-Disposition")
		if m := fileNamed.FindStringSubmatch(how); resp.StatusCode != 200 || m == nil || m[1] != c.name {
			t.Errorf("%s: %s, %q, want a file %q", c.address, resp.Status, how, c.name)
		}
		if csv := strings.HasSuffix(c.name, ".csv"); strings.HasPrefix(how, "attachment") != csv {
			t.Errorf("%s comes as %q", c.address, how)
		}
		names = append(names, c.name)
		var said []string
		for _, m := range written.FindAllStringSubmatch(body, -1) {
			said = append(said, m[1])
		}
		text := strings.Join(said, " ")
		for word := range strings.SplitSeq(c.words, "|") {
			if !strings.Contains(text, word) {
				t.Errorf("%s says %q, without %q", c.address, said, word)
			}
		}
	}
	slices.Sort(names)
	if n := len(slices.Compact(names)); n != 8 {
		t.Errorf("%d names of 8 files: %q", n, names)
	}
}
