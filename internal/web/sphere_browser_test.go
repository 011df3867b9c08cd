package web_test

import (
	"cmp"
	"encoding/json"
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
	Arrows                          []drawnArrow
}

type drawnArrow struct {
	Row                  int
	Part, Kind           string
	X0, Y0, X1, Y1, Near float64
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

// project puts a vector of the record on the picture.
func (d drawnSphere) project(v [3]float64) (x, y float64) {
	sin, cos := math.Sincos(d.Angle.Turn)
	high, deep := math.Sincos(d.Angle.Tilt)
	return d.X + d.Radius*(cos*v[1]-sin*v[0]), d.Y - d.Radius*(deep*v[2]-high*(cos*v[0]+sin*v[1]))
}

// cut is the share of the radius beyond which a radial part is not drawn, visible that of its gradient below which
// it is not drawn at all (static/src/spherelayout.js).
const (
	cut     = 0.6
	visible = 0.02
)

// holds fails the test where the picture of a step is not what its frames say: points, tangent parts, and the
// radial parts of the anchor that is picked.
func (d drawnSphere) holds(t *testing.T, f map[string]record.Frame) {
	t.Helper()
	vector := func(frame record.Frame, i int) (v [3]float64) {
		for k := range v {
			v[k] = float64(frame.At(i, k))
		}
		return v
	}
	points := f["sphere"]
	if len(d.Places) != points.Rows {
		t.Fatalf("%d points are drawn, the record has %d", len(d.Places), points.Rows)
	}
	for i, place := range d.Places {
		if x, y := d.project(vector(points, i)); math.Hypot(x-place.X, y-place.Y) > 0.01 {
			t.Errorf("point %d stands at (%.1f, %.1f), the record says (%.1f, %.1f)", i, place.X, place.Y, x, y)
		}
	}
	// what should be drawn, by row, part and kind
	type stroke struct {
		row        int
		part, kind string
	}
	want := map[stroke][3]float64{}
	for k, part := range []string{"positive", "negative"} {
		for i := range points.Rows {
			at, arrow := vector(points, i), vector(f["sphere_"+part], i)
			if arrow != [3]float64{} {
				want[stroke{i, part, "tangent"}] = [3]float64{at[0] + arrow[0]/d.Unit, at[1] + arrow[1]/d.Unit, at[2] + arrow[2]/d.Unit}
			}
			tangent, root := float64(f["sphere_length"].At(i, 2*k)), float64(f["sphere_length"].At(i, 2*k+1))
			radial := math.Copysign(root*root, root)
			if i == d.Picked && math.Abs(radial) > visible*math.Hypot(tangent*tangent, radial) {
				r := 1 + max(-cut, min(cut, radial/d.Unit))
				want[stroke{i, part, "radial"}] = [3]float64{r * at[0], r * at[1], r * at[2]}
			}
		}
	}
	for _, a := range d.Arrows {
		tip, ok := want[stroke{a.Row, a.Part, a.Kind}]
		delete(want, stroke{a.Row, a.Part, a.Kind})
		if !ok {
			t.Errorf("the record has no %s %s arrow of point %d, or one of them", a.Part, a.Kind, a.Row)
			continue
		}
		if x, y := d.project(tip); math.Hypot(x-a.X1, y-a.Y1) > 0.01 || math.Hypot(d.Places[a.Row].X-a.X0, d.Places[a.Row].Y-a.Y0) > 0.01 {
			t.Errorf("the %s %s arrow of point %d leads to (%.1f, %.1f), the record says (%.1f, %.1f)", a.Part, a.Kind, a.Row, a.X1, a.Y1, x, y)
		}
	}
	for s := range want {
		t.Errorf("no %s %s arrow of point %d is drawn", s.part, s.kind, s.row)
	}
}

// hasInk says of places of the picture, in CSS pixels, whether a colour is within reach of each.
func (p *tab) hasInk(at [][2]float64, ink palette.RGB, reach float64) []bool {
	p.t.Helper()
	places, err := json.Marshal(at)
	if err != nil {
		p.t.Fatal(err)
	}
	return eval[[]bool](p, fmt.Sprintf(`(places => {
		const canvas = document.querySelector(".globe canvas"), ctx = canvas.getContext("2d"), scale = devicePixelRatio, reach = %g;
		return places.map(([x, y]) => {
			for (let a = Math.floor((x - reach) * scale); a <= Math.floor((x + reach) * scale); a++) for (let b = Math.floor((y - reach) * scale); b <= Math.floor((y + reach) * scale); b++) {
				const d = ctx.getImageData(a, b, 1, 1).data;
				if (d[3] > 200 && Math.hypot(d[0] - %d, d[1] - %d, d[2] - %d) < 90) return true;
			}
			return false;
		});
	})(%s)`, reach, ink.R, ink.G, ink.B, places))
}

// portion says how much of a list is true.
func portion(list []bool) float64 {
	n := 0
	for _, v := range list {
		if v {
			n++
		}
	}
	return float64(n) / max(1, float64(len(list)))
}

// beside returns places along a line from a to b, from one share of its length to another, off of it on both sides.
func beside(ax, ay, bx, by, from, to, off float64) (at [][2]float64) {
	long := math.Hypot(bx-ax, by-ay)
	for k := range 7 {
		s := from + (to-from)*float64(k)/6
		for _, side := range []float64{-off, off} {
			at = append(at, [2]float64{ax + s*(bx-ax) - side*(by-ay)/long, ay + s*(by-ay) + side*(bx-ax)/long})
		}
	}
	return at
}

// strokes looks at the ink of the picked anchor, whose strokes lie above all others, and notes under what it looked at
// how much of it has its colour: each arrow from the point to the tip, behind the point and beyond the tip; the line to
// the other view; and around what pushes most a ring as large as the record's share, with what lies outside of it.
func (p *tab) strokes(d drawnSphere, f map[string]record.Frame, note func(what string, inked float64)) {
	p.t.Helper()
	at := d.Places[d.Picked]
	inks := map[string]palette.RGB{"positive": palette.Positive, "negative": palette.Negative}
	for _, a := range d.Arrows {
		long := math.Hypot(a.X1-a.X0, a.Y1-a.Y0)
		if a.Row != d.Picked || long < 22 {
			continue
		}
		// one of the same colour that leads the same way, or the other, or another one above it: what lies there is not this one's
		if slices.ContainsFunc(d.Arrows, func(o drawnArrow) bool {
			other := math.Hypot(o.X1-o.X0, o.Y1-o.Y0)
			if o.Row != a.Row || o.Part == a.Part && o.Kind == a.Kind || other < 1 {
				return false
			}
			along := ((o.X1-o.X0)*(a.X1-a.X0) + (o.Y1-o.Y0)*(a.Y1-a.Y0)) / (other * long)
			return along > 0.8 || o.Part == a.Part && along < -0.8
		}) {
			continue
		}
		what, ink := a.Kind+" "+a.Part, inks[a.Part]
		note(what, portion(p.hasInk(beside(a.X0, a.Y0, a.X1, a.Y1, 7/long, 1-10/long, 0.4), ink, 0.3)))
		// a line to another point is one pixel wide
		note(what+", behind its point", portion(p.hasInk(beside(a.X0, a.Y0, a.X1, a.Y1, -0.9, -12/long, 1.6), ink, 0)))
		note(what+", beyond its tip", portion(p.hasInk(beside(a.X0, a.Y0, a.X1, a.Y1, 1+4/long, 1.5, 1.6), ink, 0)))
	}

	partner := (d.Picked + len(d.Places)/2) % len(d.Places)
	if o := d.Places[partner]; math.Hypot(o.X-at.X, o.Y-at.Y) > 40 {
		note("line", portion(p.hasInk(beside(at.X, at.Y, o.X, o.Y, 0.3, 0.7, 0), palette.Positive, 1)))
	}

	// of both views the columns are the other view's images first, then those of the anchor's own
	shares := f["shares"]
	type pusher struct {
		row    int
		weight float64
	}
	var all []pusher
	for j := range shares.Cols {
		row := j + len(d.Places)/2
		if j >= shares.Cols/2 {
			row = j - shares.Cols/2
		}
		if root := float64(shares.At(d.Picked, j)); root != 0 && row != d.Picked && row != partner {
			all = append(all, pusher{row, root * root})
		}
	}
	slices.SortStableFunc(all, func(a, b pusher) int { return cmp.Compare(b.weight, a.weight) })
	for _, h := range all[:min(5, len(all))] {
		o := d.Places[h.row]
		around := func(r float64) float64 {
			var places [][2]float64
			for k := range 24 {
				sin, cos := math.Sincos(2 * math.Pi * float64(k) / 24)
				places = append(places, [2]float64{o.X + r*cos, o.Y + r*sin})
			}
			return portion(p.hasInk(places, palette.Negative, 0.5))
		}
		r := 4.5 + 5*math.Sqrt(h.weight/all[0].weight)
		note("ring", around(r))
		note("ring, outside of it", around(r+3.5))
		if r < 8.5 {
			note("small ring", around(r))
		}
	}
}

// Points and arrows stand on the picture where the record says, whatever the angle, along the channels or,
// of more than three, along the axes of the frame; they are drawn there, in the colours of their part.
func TestWhatIsDrawnOnTheSphere(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	for _, c := range []struct {
		width, method string
		kinds         []string // what there is to be looked at
	}{
		{"3", "simclr&tau=0.1", []string{"tangent positive", "tangent negative", "line", "ring"}},
		{"24", "simclr&tau=0.1", []string{"tangent positive", "tangent negative", "line", "ring", "small ring"}},
		{"3", "byol", []string{"tangent positive", "tangent negative", "radial positive", "radial negative", "line"}}, // whose terms have radial parts at the projector
	} {
		settings := "steps=40&method=" + c.method + "&" + strings.Replace(fast, "projector.width=24", "projector.width="+c.width, 1)
		id := s.start(settings)
		m := s.finish(id)
		f := s.lastFrames(id)
		what := c.method + " in " + c.width + " channels"
		if about, _ := m.Schema.Matrix("shares", 39); about.Over != "both views" {
			delete(f, "shares")
		}
		p := b.open(s.URL+"/lab?"+settings, 1440, 900, "light")
		const at = `JSON.parse(JSON.stringify(gradlab.spheres()[0]))`
		p.wait("the last sphere is drawn", `gradlab.spheres()[0]?.step === 39 && gradlab.spheres()[0].places.length === 64`)
		p.painted()
		if axes := eval[string](p, `document.querySelector("[data-sphere-unit]").textContent`); (c.width == "3") != strings.Contains(axes, "exact") || !strings.Contains(axes, c.width) {
			t.Errorf("%s: the axes are %q", what, axes)
		}
		eval[bool](p, `(document.querySelector(".globe .surface").focus(), true)`)
		p.key("+", "+") // longer arrows are easier to tell apart
		seen := map[string][]float64{}
		for range 12 {
			p.key("n", kb.ArrowRight)
			d := eval[drawnSphere](p, at)
			d.holds(t, f)
			p.strokes(d, f, func(what string, inked float64) { seen[what] = append(seen[what], inked) })
		}
		// others lie above some of it, and beside it: what is drawn in the wrong place is so for every anchor
		for kind, inked := range seen {
			mean := 0.0
			for _, v := range inked {
				mean += v / float64(len(inked))
			}
			least, most := 0.6, 1.0
			switch {
			case strings.Contains(kind, ","):
				least, most = 0, 0.3
			case strings.HasSuffix(kind, " negative"), strings.HasSuffix(kind, "ring"):
				least = 0.4 // it is dashed, four on and three off; points and arrows lie above a ring
			}
			if mean < least || mean > most {
				t.Errorf("%s, %s: of %d looked at %.0f %% has its colour, should be %.0f to %.0f", what, kind, len(inked), 100*mean, 100*least, 100*most)
			}
			t.Logf("%s, %s: %d, %.0f %%", what, kind, len(inked), 100*mean)
		}
		for _, kind := range c.kinds {
			if len(seen[kind]) == 0 {
				t.Errorf("%s: nothing of the kind %q was looked at", what, kind)
			}
		}
		p.clean(what)
	}
}

// An anchor is picked by keyboard and by mouse, the sphere is turned, and the table holds the coordinates.
func TestSphereInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start("steps=40&" + strings.Replace(fast, "projector.width=24", "projector.width=3", 1)))
	p := b.open(s.URL+"/lab?steps=40&"+strings.Replace(fast, "projector.width=24", "projector.width=3", 1), 1440, 900, "light")
	const at = `JSON.parse(JSON.stringify(gradlab.spheres()[0]))`
	p.wait("the last sphere is drawn", `gradlab.spheres()[0]?.step === 39 && gradlab.spheres()[0].places.length === 64`)
	p.painted()
	f := s.lastFrames(eval[string](p, `gradlab.lanes()[0].run`))
	points, lengths := f["sphere"], f["sphere_length"]
	eval[drawnSphere](p, at).holds(t, f)

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
		turned.holds(t, f)
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

	// The pointer stays at its point, whatever step that is of, until there is no such point.
	now = eval[drawnSphere](p, at)
	box = eval[[]float64](p, `(() => { const e = document.querySelector(".globe canvas"); e.scrollIntoView({block: "center"}); const b = e.getBoundingClientRect(); return [b.left, b.top]; })()`)
	p.do("point at a point", chromedp.MouseEvent(chromedp.MouseMoved, box[0]+now.Places[front].X, box[1]+now.Places[front].Y))
	const tip = `document.querySelector(".globe .tip:not([hidden])")`
	var image int
	var view string
	p.wait("the pointer is told which that is", tip)
	_, said, _ = strings.Cut(eval[string](p, tip+`.textContent`), "image ")
	if _, err := fmt.Sscanf(said, "%d, %s view", &image, &view); err != nil {
		t.Fatalf("the pointer is told %q", said)
	}
	row := image + map[string]int{"first": 0, "second": 32}[view]
	eval[bool](p, `(location.hash = "#step=0", true)`)
	p.wait("the first step is drawn", `gradlab.spheres()[0].step === 0`)
	first := s.stepsOf(eval[string](p, `gradlab.lanes()[0].run`))[0].Frames
	class := classes[first[slices.IndexFunc(first, func(f record.Frame) bool { return f.Name == "sphere_class" })].Data[image]]
	p.wait("the pointer is told of it", fmt.Sprintf(tip+`.textContent === "%simage %d, %s view" && Math.abs(parseFloat(`+tip+`.style.left) - gradlab.spheres()[0].places[%d].x) < 0.1`, class, image, view, row))
	eval[bool](p, `(history.pushState(null, "", location.search + "&seed=9"), history.back(), true)`)
	p.wait("another entry of the history", `!location.search.includes("seed=9")`)
	eval[bool](p, `(history.forward(), true)`)
	p.wait("settings that were never run have no points", `gradlab.lanes()[0].query.includes("seed=9") && gradlab.spheres()[0].step === -1 && gradlab.spheres()[0].places.length === 0`)
	p.wait("the pointer is told of none", `!`+tip)
	p.clean("a sphere")
}
