package templates

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func cannedGallery() Gallery {
	v := cannedLab()
	v.Canned, v.Title = "/_gallery/runs/", "Gallery"
	v.Page = Page{Title: "Gallery", Unlisted: true, Assets: assets}
	v.Page.Assets.Lab = "/static/gallery.js"
	v.Lanes[0].Run.State, v.Lanes[0].Run.Reason, v.Lanes[0].Run.Causes, v.Lanes[0].Run.Residual = "finished", "", nil, "3.1e-07"
	v.Lanes[1].Run.State = "finished"
	kinds := []Method{v.Method, v.Method}
	kinds[1].Gradient = Gradient{Name: "drop-a", Title: "Without A", Doc: "Leaves it out.", TeX: "d = p", Kind: "approximation"}
	return Gallery{
		Lab: v, Bundle: "/static/lab.js", Looked: "nobody was looking", Causes: []string{"The learning rate."},
		Dear:     []Notice{{Text: "steps: \"100000\" would take 9 h; 1..22000 fit; the nearest is 22000."}},
		Refusals: []Refusal{{Title: "The server is full", Text: "Number 301."}, {Title: "Too many at once", Text: "Stop one."}},
		Verdicts: []Verdict{{Kind: "same", Text: "Reproduced."}, {Kind: "differs", Text: "First differs at step 12.", More: "Another version."}, {Kind: "open", Text: "Run it."}},
		Foreign:  "Computed elsewhere.",
		Diagrams: []Diagram{{Encoder: "conv 16", Target: "shared", Negative: "shared"}, {Encoder: "conv 16", Predictor: "mlp 64", Target: "momentum", Negative: "stopped", Momentum: "0.99"}},
		Methods:  kinds,
		Errors:   []Error{{Status: 404, Title: "No such run", Message: "There is none.", Links: []Link{{Title: "Lab", URL: "/lab"}}}},
	}
}

func withGallery(pages map[string]templ.Component) map[string]templ.Component {
	pages["gallery"] = GalleryPage(cannedGallery())
	return pages
}

// Each part of the lab in each state has a golden file of its own, and no file is left
// of one that there is no more.
func TestGoldenGallery(t *testing.T) {
	g := cannedGallery()
	parts := g.Parts()
	for _, e := range Exhibits(g) {
		if parts[e.Name] != nil {
			t.Errorf("two parts are called %s", e.Name)
		}
		parts[e.Name] = e.Part
	}
	for name, c := range parts {
		t.Run(name, func(t *testing.T) { golden(t, filepath.Join("gallery", name), c) })
	}
	files, err := os.ReadDir(filepath.Join("testdata", "gallery"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, _ := strings.CutSuffix(f.Name(), ".html"); parts[name] == nil {
			t.Errorf("testdata/gallery/%s is of no part", f.Name())
		}
	}
}

// The gallery has an exhibit of every state that a run can be in.
func TestGalleryHasEveryState(t *testing.T) {
	var states []string
	for _, e := range Exhibits(cannedGallery()) {
		if e.Told != nil && e.Told.Manifest != nil {
			states = append(states, e.Told.Manifest.State)
		}
	}
	for _, want := range []string{"queued", "running", "paused", "finished", "diverged", "cancelled", "failed", "forgotten"} {
		if !slices.Contains(states, want) {
			t.Errorf("no exhibit is %s", want)
		}
	}
}
