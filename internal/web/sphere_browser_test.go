package web_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// A drawnSphere is what the page says of the picture of a lane's sphere.
type drawnSphere struct {
	Step, Picked                    int
	Scale, X, Y, Radius, Unit, Near float64
	Angle                           struct{ Turn, Tilt float64 }
	Places                          []struct{ X, Y, Near float64 }
	Arrows                          []struct {
		Row                  int
		Part, Kind           string
		X0, Y0, X1, Y1, Near float64
	}
}

// lastFrames returns the frames of a run's last step by name.
func (s *server) lastFrames(id string) map[string]record.Frame {
	s.t.Helper()
	c, err := s.lab.Follow(id, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	batch, err := c.Next(s.t.Context())
	if err != nil || len(batch.Steps) == 0 {
		s.t.Fatalf("%d steps: %v", len(batch.Steps), err)
	}
	frames := map[string]record.Frame{}
	for _, f := range batch.Steps[len(batch.Steps)-1].Frames {
		frames[f.Name] = f
	}
	return frames
}

// Points and arrows stand on the picture where the record says, whatever the angle,
// in the colours of their part; an anchor is picked by keyboard and by mouse, and the
// table holds the coordinates.
func TestSphereInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start("steps=40&" + strings.Replace(fast, "projector.width=24", "projector.width=3", 1)))
	p := b.open(s.URL+"/lab?steps=40&"+strings.Replace(fast, "projector.width=24", "projector.width=3", 1), 1440, 900, "light")
	const at = `JSON.parse(JSON.stringify(gradlab.spheres()[0]))`
	p.wait("the last sphere is drawn", `gradlab.spheres()[0]?.step === 39 && gradlab.spheres()[0].places.length === 64`)
	f := s.lastFrames(eval[string](p, `gradlab.lanes()[0].run`))
	points, lengths := f["sphere"], f["sphere_length"]
	arrows := map[string]record.Frame{"positive": f["sphere_positive"], "negative": f["sphere_negative"]}

	project := func(d drawnSphere, v [3]float64) (x, y float64) {
		sin, cos := math.Sincos(d.Angle.Turn)
		high, deep := math.Sincos(d.Angle.Tilt)
		return d.X + d.Radius*(cos*v[1]-sin*v[0]), d.Y - d.Radius*(deep*v[2]-high*(cos*v[0]+sin*v[1]))
	}
	check := func(d drawnSphere) {
		t.Helper()
		drawn := map[string]int{}
		for i, place := range d.Places {
			v := [3]float64{float64(points.At(i, 0)), float64(points.At(i, 1)), float64(points.At(i, 2))}
			if x, y := project(d, v); math.Hypot(x-place.X, y-place.Y) > 0.01 {
				t.Errorf("point %d stands at (%.1f, %.1f), the record says (%.1f, %.1f)", i, place.X, place.Y, x, y)
			}
		}
		for _, a := range d.Arrows {
			if a.Kind != "tangent" {
				continue
			}
			drawn[a.Part]++
			v := [3]float64{}
			for k := range v {
				v[k] = float64(points.At(a.Row, k)) + float64(arrows[a.Part].At(a.Row, k))/d.Unit
			}
			if x, y := project(d, v); math.Hypot(x-a.X1, y-a.Y1) > 0.01 || math.Hypot(d.Places[a.Row].X-a.X0, d.Places[a.Row].Y-a.Y0) > 0.01 {
				t.Errorf("the %s arrow of point %d leads to (%.1f, %.1f), the record says (%.1f, %.1f)", a.Part, a.Row, a.X1, a.Y1, x, y)
			}
		}
		if drawn["positive"] < 60 || drawn["negative"] < 60 {
			t.Errorf("%v arrows of 64 points", drawn)
		}
	}
	first := eval[drawnSphere](p, at)
	check(first)

	// The tips of arrows in front have the colour of their part.
	for part, ink := range map[string]palette.RGB{"positive": palette.Positive, "negative": palette.Negative} {
		looked, found := 0, 0
		for _, a := range first.Arrows {
			if a.Part != part || a.Near < 0.4 || math.Hypot(a.X1-a.X0, a.Y1-a.Y0) < 12 {
				continue
			}
			looked++
			if eval[bool](p, fmt.Sprintf(`(() => {
				const d = document.querySelector(".globe canvas").getContext("2d").getImageData(Math.round(%f) - 3, Math.round(%f) - 3, 7, 7).data;
				for (let i = 0; i < d.length; i += 4) if (Math.hypot(d[i] - %d, d[i+1] - %d, d[i+2] - %d) < 70 && d[i+3] > 200) return true;
				return false;
			})()`, a.X1*first.Scale, a.Y1*first.Scale, ink.R, ink.G, ink.B)) {
				found++
			}
		}
		if looked < 3 || found < looked*9/10 {
			t.Errorf("%d of %d %s arrows have a tip in their colour", found, looked, part)
		}
	}

	classes := eval[[]string](p, `JSON.parse(document.querySelector("[data-lab]").dataset.lab).lanes[0].classes`)
	eval[bool](p, `(document.querySelector(".globe .surface").focus(), true)`)
	press := func(key string, picked int) drawnSphere {
		t.Helper()
		p.do("press a key", chromedp.KeyEvent(key))
		d := eval[drawnSphere](p, at)
		if d.Picked != picked {
			t.Errorf("after %q anchor %d is picked, want %d", key, d.Picked, picked)
		}
		return d
	}
	press("n", 0)
	press("n", 1)
	press("n", 2)
	d := press("p", 1)
	said := eval[string](p, `document.querySelector("[data-live]").textContent`)
	if want := math.Pow(float64(lengths.At(1, 0)), 2); !strings.HasPrefix(said, fmt.Sprintf("anchor image 1, first view, %s. positive %.3g", classes[f["sphere_class"].Data[1]], want)) {
		t.Errorf("anchor 1 is said to be %q, the record has a positive arrow of %g", said, want)
	}
	if turned := press(kb.ArrowRight, 1); turned.Angle.Turn <= d.Angle.Turn {
		t.Error("the arrow key does not turn the sphere")
	} else {
		check(turned)
	}
	if up := press(kb.ArrowUp, 1); up.Angle.Tilt <= d.Angle.Tilt {
		t.Error("the arrow key does not tilt the sphere")
	}
	if long := press("+", 1); long.Unit >= d.Unit {
		t.Error("plus does not make the arrows longer")
	}
	press("-", 1)
	press(kb.Escape, -1)

	// A click picks the point in front.
	now := eval[drawnSphere](p, at)
	front := 0
	for i, place := range now.Places {
		if place.Near > now.Places[front].Near {
			front = i
		}
	}
	box := eval[[]float64](p, `(() => { const b = document.querySelector(".globe canvas").getBoundingClientRect(); return [b.left, b.top]; })()`)
	p.do("click on a point", chromedp.MouseClickXY(box[0]+now.Places[front].X, box[1]+now.Places[front].Y))
	picked := eval[drawnSphere](p, at).Picked
	if picked < 0 || math.Hypot(now.Places[picked].X-now.Places[front].X, now.Places[picked].Y-now.Places[front].Y) > 3 {
		t.Errorf("a click on point %d picks %d", front, picked)
	}
	p.press(`[data-sphere="next"]`)
	if got := eval[drawnSphere](p, at).Picked; got != (picked+1)%64 {
		t.Errorf("the button picks %d after %d", got, picked)
	}

	p.press("#chart-sphere [data-numbers]")
	cells := eval[[]string](p, `[...document.querySelectorAll("#chart-sphere [data-panel-data] tbody tr")].map(r => [...r.cells].slice(1, 4).map(c => c.textContent.replace("−", "-")).join(" "))`)
	var want []string
	for i := range points.Rows {
		want = append(want, strings.ReplaceAll(fmt.Sprintf("%.3f %.3f %.3f", points.At(i, 0), points.At(i, 1), points.At(i, 2)), "-0.000", "0.000"))
	}
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "-0.000", "0.000")
	}
	if !slices.Equal(cells, want) {
		t.Errorf("the table says %q, the record %q", cells, want)
	}
	if svg := eval[string](p, `document.querySelector("#chart-sphere [data-panel-data] a").getAttribute("href")`); svg == "" {
		t.Error("no link to the server's picture")
	} else if _, picture := s.do("GET", svg, "", ""); !strings.Contains(picture, "all 3 channels, exact, step 39") {
		t.Errorf("%s is not the server's picture of this step", svg)
	}
	p.clean("a sphere")
}
