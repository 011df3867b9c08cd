package web_test

import (
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// A picturesAnswer is the list of what stands in a sprite.
type picturesAnswer struct {
	Sprite                                string
	Height, Width, Step, From, Of, Across int
	Kinds                                 []string
	Images                                []struct {
		Image, Class int
		Name         string
	}
}

// specOf returns the settings of a run.
func (s *server) specOf(id string) spec.Spec {
	s.t.Helper()
	m, _ := s.lab.Run(id)
	settings, err := spec.ParseQuery(m.Spec)
	if err != nil {
		s.t.Fatal(err)
	}
	x, err := spec.Parse(settings)
	if err != nil {
		s.t.Fatal(err)
	}
	return x
}

// The sprite holds, pixel by pixel, what the engine trains on, and the list says
// what stands where; of every set of images, for a step that was computed and for one that was not.
func TestViewsOfAStep(t *testing.T) {
	s := newServer(t)
	for _, settings := range []string{tiny, strings.Replace(tiny, "shapes", "emoji", 1), strings.Replace(tiny, "shapes", "fashion-mnist", 1)} {
		id := s.start(settings + "&steps=2")
		s.finish(id)
		r, body := s.do("GET", "/runs/"+id+"/views.json?step=1&from=3&n=5", "", "")
		var list picturesAnswer
		if err := json.Unmarshal([]byte(body), &list); err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%d %v: %s", r.StatusCode, err, body)
		}
		want, err := engine.Batch(s.specOf(id), engine.Options{}, 1, 3, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Images) != 5 || list.Step != 1 || list.From != 3 || list.Of != 16 || list.Height != want.H || list.Width != want.W {
			t.Fatalf("the list is %+v", list)
		}
		r, body = s.do("GET", list.Sprite, "", "")
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "image/png" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Fatalf("%d %v", r.StatusCode, r.Header)
		}
		grid, err := png.Decode(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if size := grid.Bounds().Size(); size.X != 5*want.W || size.Y != len(list.Kinds)*want.H {
			t.Fatalf("the sprite is %v for %v", size, list.Kinds)
		}
		views := 0
		for k, kind := range list.Kinds {
			for i, image := range want.Images {
				pixels := image.Drawings[0]
				switch kind {
				case "first view":
					pixels, views = image.Views[0], views+1
				case "second view":
					pixels, views = image.Views[1], views+1
				case "second drawing":
					pixels = image.Drawings[1]
				}
				if list.Images[i].Image != image.Image || list.Images[i].Name != image.ClassName || list.Images[i].Class != image.Class {
					t.Errorf("image %d is said to be %+v", i, list.Images[i])
				}
				for p := range want.H * want.W {
					r, _, b, _ := grid.At(i*want.W+p%want.W, k*want.H+p/want.W).RGBA()
					if first, last := pixels[p*want.C], pixels[(p+1)*want.C-1]; uint8(r>>8) != first || uint8(b>>8) != last {
						t.Fatalf("%s of image %d: pixel %d is %d and %d, the engine has %d and %d", kind, i, p, r>>8, b>>8, first, last)
					}
				}
			}
		}
		if views != 10 {
			t.Errorf("%d views in %v", views, list.Kinds)
		}
	}
}

// What does not exist is refused with its range, and a run that nobody has started is unknown.
func TestViewsThatAreNotThere(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=30")
	for query, want := range map[string]string{
		"step=30":   "step: 30 is outside 0..29",
		"step=-1":   "step: -1 is outside 0..29",
		"from=16":   "from: 16 is outside 0..15",
		"n=65":      "n: 65 is outside 1..64",
		"n=0":       "n: 0 is outside 1..64",
		"step=last": `step: \"last\" is not a whole number`,
	} {
		r, body := s.do("GET", "/runs/"+id+"/views.json?"+query, "", "")
		if status := fmt.Sprint(r.StatusCode); (status != "400" && status != "422") || !strings.Contains(body, want) || strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s %s", query, status, body)
		}
	}
	for path, status := range map[string]int{
		"/runs/" + id + "/views.gif": http.StatusNotFound, "/runs/000000000000/views.png": http.StatusNotFound,
		"/runs/" + id + "/views.png?step=29": http.StatusOK, "/runs/" + id + "/heldout.png": http.StatusOK,
	} {
		if r, body := s.do("GET", path, "", ""); r.StatusCode != status {
			t.Errorf("%s: %d %.200s", path, r.StatusCode, body)
		}
	}
}

// The held-out images come in the order of the frame of their likeness.
func TestHeldOutImages(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=2")
	_, body := s.do("GET", "/runs/"+id+"/heldout.json", "", "")
	var list picturesAnswer
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	want, err := engine.HeldOut(s.specOf(id), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, body = s.do("GET", list.Sprite, "", "")
	grid, err := png.Decode(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Images) != len(want.Images) || list.Across == 0 || grid.Bounds().Dx() != list.Across*want.W {
		t.Fatalf("%d images, %d beside each other in %v", len(list.Images), list.Across, grid.Bounds())
	}
	for i, image := range want.Images {
		r, _, _, _ := grid.At(i%list.Across*want.W+want.W/2, i/list.Across*want.H+want.H/2).RGBA()
		if middle := image.Drawings[0][(want.H/2*want.W+want.W/2)*want.C]; uint8(r>>8) != middle || list.Images[i].Image != image.Image {
			t.Errorf("place %d: %d in its middle, image %d has %d", i, r>>8, image.Image, middle)
		}
	}
}
