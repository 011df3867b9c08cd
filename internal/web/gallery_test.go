package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"gradlab/experiments"
	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// The gallery is there, is for nobody's search engine, and no page leads to it.
func TestGalleryIsUnlisted(t *testing.T) {
	s := newServer(t)
	resp, page := s.do("GET", "/_gallery", asPage, "")
	if resp.StatusCode != 200 || resp.Header.Get("X-Robots-Tag") != "noindex" || !strings.Contains(page, `<meta name="robots" content="noindex">`) {
		t.Errorf("%s, X-Robots-Tag %q", resp.Status, resp.Header.Get("X-Robots-Tag"))
	}
	if _, page := s.do("GET", "/_gallery", asPage, "", "X-Forwarded-Proto", "https"); !strings.Contains(page, strings.Replace(s.URL, "http:", "https:", 1)+"/lab?") {
		t.Error("the links of the panel Share are not those of the address that was asked")
	}
	for _, path := range []string{"/", "/lab", "/credits", "/probe", "/experiments/first", "/nowhere"} {
		if _, page := s.do("GET", path, asPage, ""); strings.Contains(page, "_gallery") || strings.Contains(page, `name="robots"`) {
			t.Errorf("%s leads to the gallery, or is not listed itself", path)
		}
	}
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("looking at the gallery has started %d runs", n)
	}
}

// What the gallery's script asks for are the recorded runs, and their files are there.
func TestCannedRuns(t *testing.T) {
	s := newServer(t)
	files, err := experiments.Gallery()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		base := "/_gallery/runs/" + f.ID
		var m lab.Manifest
		_, body := s.do("GET", base, asJSON, "")
		if err := json.Unmarshal([]byte(body), &m); err != nil || m.ID != f.ID || m.State != lab.Finished || m.Done != len(f.Steps) || len(m.Schema.Fields) != len(f.Schema.Fields) {
			t.Errorf("the manifest is %v of %.200s", err, body)
		}
		_, steps := s.do("GET", base+"/steps", "", "")
		_, frames := s.do("GET", base+"/frames", "", "")
		got, err := record.Decode([]byte(steps + frames))
		if err != nil {
			t.Fatal(err)
		}
		if string(record.Append(nil, got)) != string(record.Append(nil, f.Steps)) {
			t.Error("steps and frames are not those of the file")
		}
		for _, path := range []string{"/views.json?step=3", "/views.png?step=3", "/heldout.json", "/heldout.png", "/figures/norms.svg", "/figures/correlation.png?step=10", "/figures/loss.csv?with=" + files[1].ID} {
			if resp, body := s.do("GET", base+path, "", ""); resp.StatusCode != 200 || len(body) == 0 || strings.Contains(body, `"/runs/`) {
				t.Errorf("%s: %s, %.100s", path, resp.Status, body)
			}
		}
	}
	for _, path := range []string{"/_gallery/runs/nobody", "/_gallery/runs/nobody/steps", "/_gallery/runs/nobody/figures/loss.svg", "/_gallery/runs/" + files[0].ID + "/figures/loss.svg?with=nobody"} {
		if resp, _ := s.do("GET", path, asJSON, ""); resp.StatusCode != 404 {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	if resp, _ := s.do("GET", "/_gallery/runs/"+files[0].ID, asPage, ""); resp.StatusCode != 303 || resp.Header.Get("Location") != "/_gallery" {
		t.Errorf("who follows a link to a run: %s to %q", resp.Status, resp.Header.Get("Location"))
	}
}
