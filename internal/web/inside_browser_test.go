package web_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// inside are settings of a run that ends within seconds, on grey images that have names.
const inside = "data=fashion-mnist&encoder=mlp&encoder.width=32&batch=40&projector.depth=2&projector.width=3&probe.every=10&probe.knn=20&steps=31"

// pixelsOf returns the bytes of a canvas, one a pixel.
func pixelsOf(p *tab, canvas string) []uint8 {
	p.t.Helper()
	var out []uint8
	for _, v := range eval[[]int](p, fmt.Sprintf(`(() => {
		const c = %s;
		return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data].filter((_, k) => k %% 4 === 0);
	})()`, canvas)) {
		out = append(out, uint8(v))
	}
	return out
}

// The images of the batch are those on which the shown step trains, each with its
// class and what it is, at any step; the next ones come with a button.
func TestImagesOfTheBatch(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(inside)
	s.finish(id)
	p := b.open(s.URL+"/lab?"+inside+"#step=13", 1440, 900, "light")
	p.wait("the strip is there", `gradlab.lanes()[0].length === 31 && (document.querySelector("#chart-views").scrollIntoView(), document.querySelector("[data-batch-unit]").textContent === "images 0 to 7 of 40, step 13")`)
	check := func(step, from int) {
		t.Helper()
		want, err := engine.Batch(s.specOf(id), engine.Options{}, step, from, 8)
		if err != nil {
			t.Fatal(err)
		}
		labels := eval[[]string](p, `[...document.querySelectorAll("#chart-views .picture")].map(c => c.getAttribute("aria-label"))`)
		for i, image := range want.Images {
			for k, kind := range []string{"original", "first view", "second view"} {
				at := 3*i + k
				if at >= len(labels) || labels[at] != image.ClassName+", "+kind {
					t.Fatalf("step %d: the pictures are %q", step, labels)
				}
				pixels := [][]uint8{image.Drawings[0], image.Views[0], image.Views[1]}[k]
				if got := pixelsOf(p, fmt.Sprintf(`document.querySelectorAll("#chart-views .picture")[%d]`, at)); !slices.Equal(got, pixels) {
					t.Errorf("step %d: %s of row %d is not what the step trains on", step, kind, from+i)
				}
			}
		}
	}
	check(13, 0)
	p.press(`#chart-views [data-turn="1"]`)
	p.wait("the next ones", `document.querySelector("[data-batch-unit]").textContent === "images 8 to 15 of 40, step 13"`)
	check(13, 8)
	for range 4 {
		p.press(`#chart-views [data-turn="1"]`)
	}
	p.wait("the last ones, and no more", `document.querySelector("[data-batch-unit]").textContent === "images 32 to 39 of 40, step 13"`)
	check(13, 32)
	p.key(kb.Escape)
	p.wait("the newest step", `document.querySelector("[data-batch-unit]").textContent === "images 32 to 39 of 40, step 30"`)
	check(30, 32)

	// On the sphere an anchor has its image and its positive's, and the pointer shows that of any point.
	const step = 30
	want, err := engine.Batch(s.specOf(id), engine.Options{}, step, 0, 32)
	if err != nil {
		t.Fatal(err)
	}
	p.press(`[data-sphere="next"]`)
	p.wait("the anchor's images", `document.querySelectorAll("#chart-sphere .anchor .picture").length >= 2`)
	for k, view := range want.Images[0].Views {
		if got := pixelsOf(p, fmt.Sprintf(`document.querySelectorAll("#chart-sphere .anchor .picture")[%d]`, k)); !slices.Equal(got, view) {
			t.Errorf("the anchor's view %d is another image", k+1)
		}
	}
	text := eval[string](p, `document.querySelector("#chart-sphere .anchor").textContent`)
	if !strings.HasPrefix(text, "anchor image 0, first view, "+want.Images[0].ClassName+".") {
		t.Errorf("the anchor is said to be %q", text)
	}
	pushed := eval[[]string](p, `[...document.querySelectorAll("#chart-sphere .anchor .seen")].slice(2).map(e => e.textContent)`)
	if len(pushed) != 5 {
		t.Fatalf("pushed by %q", pushed)
	}
	for k, said := range pushed {
		var row int
		if _, err := fmt.Sscanf(said, "image %d", &row); err != nil {
			t.Fatal(err)
		}
		all, err := engine.Batch(s.specOf(id), engine.Options{}, step, row, 1)
		if err != nil {
			t.Fatal(err)
		}
		view := 0
		if strings.Contains(said, "other view") {
			view = 1
		}
		p.wait("its picture", fmt.Sprintf(`document.querySelectorAll("#chart-sphere .anchor .seen")[%d].querySelector(".picture")`, k+2))
		if got := pixelsOf(p, fmt.Sprintf(`document.querySelectorAll("#chart-sphere .anchor .seen")[%d].querySelector(".picture")`, k+2)); !slices.Equal(got, all.Images[0].Views[view]) {
			t.Errorf("%q has the picture of something else", said)
		}
	}
	eval[bool](p, `(() => {
		document.querySelector("#chart-sphere").scrollIntoView();
		const s = gradlab.spheres()[0], b = document.querySelector(".globe canvas").getBoundingClientRect();
		const front = s.places.reduce((best, q, i) => q.near > s.places[best].near ? i : best, 0);
		const e = new PointerEvent("pointermove", {clientX: b.left + s.places[front].x, clientY: b.top + s.places[front].y, bubbles: true});
		document.querySelector(".globe canvas").dispatchEvent(e);
		return true;
	})()`)
	var row int
	var view string
	tip := eval[string](p, `document.querySelector(".globe .tip:not([hidden])").textContent`)
	name, rest, _ := strings.Cut(tip, "image ")
	if _, err := fmt.Sscanf(rest, "%d, %s view", &row, &view); err != nil {
		t.Fatalf("the pointer is told %q", tip)
	}
	image := want.Images[row].Views[map[string]int{"first": 0, "second": 1}[view]]
	if name != want.Images[row].ClassName || !slices.Equal(pixelsOf(p, `document.querySelector(".globe .tip .picture")`), image) {
		t.Errorf("the pointer is told %q, image %d is of class %s", tip, row, want.Images[row].ClassName)
	}
	p.press("#chart-sphere [data-numbers]")
	if cells := eval[[]string](p, `[...document.querySelectorAll("#chart-sphere [data-panel-data] tbody tr")].slice(0, 32).map(r => r.cells[9].textContent)`); cells[0] != want.Images[0].ClassName || cells[31] != want.Images[31].ClassName {
		t.Errorf("the table's classes are %q", cells)
	}
	p.accessible("images")
	p.clean("images")
}

// Lanes with other images have strips of their own, and each strip its files, which say whose they are.
func TestEveryStripHasItsFiles(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const settings = inside + "&b.batch=24"
	_, v := s.post(settings)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+settings+"#step=13", 1440, 900, "light")
	p.wait("both strips are there", `gradlab.lanes().every(l => l.length === 31) && (document.querySelector("#chart-views").scrollIntoView(), document.querySelectorAll("#chart-views .strip").length === 2)`)
	p.press("#chart-views [data-numbers]")
	files := eval[[][3]string](p, `[...document.querySelectorAll("#chart-views .links a")].map(a => [a.textContent + "|" + a.getAttribute("aria-label") + "|" + a.download, a.getAttribute("href"), a.parentElement.firstChild.textContent])`)
	want := []string{"PNG|PNG of A|", "CSV|CSV of A|batch-A.csv", "PNG|PNG of B|", "CSV|CSV of B|batch-B.csv"}
	if len(files) != len(want) {
		t.Fatalf("the files are %q", files)
	}
	for i, f := range files {
		letter := "AB"[i/2 : i/2+1]
		if f[0] != want[i] || f[2] != letter+":" {
			t.Errorf("file %d is %q of %q, not %q", i, f[0], f[2], want[i])
		}
		if i%2 == 0 {
			if !strings.Contains(f[1], v.Lanes[i/2].ID) {
				t.Errorf("the picture of %s is at %s", letter, f[1])
			}
			continue
		}
		text, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(f[1], "data:text/csv;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if len(lines) != 9 || lines[0] != "lanes,place in the batch,image of the data,class" {
			t.Fatalf("the table of %s is %q", letter, lines)
		}
		for _, line := range lines[1:] {
			if !strings.HasPrefix(line, letter+",") {
				t.Errorf("the table of %s has %q", letter, line)
			}
		}
	}
	p.accessible("two strips")
	p.clean("two strips")
}

// The nearest neighbours are those of the frames, at step 0 and at the step that is
// shown, though the socket has sent only the newest frame.
func TestNeighboursBeforeAndAfter(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(inside)
	s.finish(id)
	p := b.open(s.URL+"/lab?"+inside+"#step=29", 1440, 900, "light")
	p.wait("both rows are there", `gradlab.lanes()[0].length === 31 && (document.querySelector("#chart-neighbours").scrollIntoView(), document.querySelectorAll("#chart-neighbours ol").length === 2)`)
	p.press(`#chart-neighbours [data-turn="class"]`)
	p.press(`#chart-neighbours [data-turn="1"]`)
	images, err := engine.HeldOut(s.specOf(id), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	picked := slices.IndexFunc(images.Images, func(i engine.Picture) bool { return i.Class != images.Images[0].Class }) + 1
	me := images.Images[picked]
	if unit := eval[string](p, `document.querySelector("[data-neighbours-unit]").textContent`); unit != fmt.Sprintf("of held-out image %d of %d, %s", picked, len(images.Images), me.ClassName) {
		t.Fatalf("picked is %q", unit)
	}
	steps := s.stepsOf(id)
	for k, step := range []int{0, 20} {
		var f record.Frame
		for _, x := range steps[step].Frames {
			if x.Name == "likeness" {
				f = x
			}
		}
		order := make([]int, f.Cols)
		for j := range order {
			order[j] = j
		}
		slices.SortStableFunc(order, func(i, j int) int { return int(f.Data[picked*f.Cols+j]) - int(f.Data[picked*f.Cols+i]) })
		order = slices.DeleteFunc(order, func(j int) bool { return j == picked })[:8]
		alike := 0
		for n, j := range order {
			cosine := strings.Replace(fmt.Sprintf("%.2f", f.At(picked, j)), "-", "−", 1)
			if images.Images[j].Class == me.Class {
				alike++
			}
			canvas := fmt.Sprintf(`document.querySelectorAll("#chart-neighbours ol")[%d].querySelectorAll(".picture")[%d]`, k, n)
			if label := eval[string](p, canvas+`.getAttribute("aria-label")`); label != images.Images[j].ClassName+", cosine "+cosine {
				t.Errorf("step %d: neighbour %d is %q, the frame has %s with %s", step, n, label, images.Images[j].ClassName, cosine)
			}
			if !slices.Equal(pixelsOf(p, canvas), images.Images[j].Drawings[0]) {
				t.Errorf("step %d: neighbour %d has another picture", step, n)
			}
		}
		when := []string{"initial weights", "step 20"}[k]
		if said := eval[string](p, fmt.Sprintf(`document.querySelectorAll("#chart-neighbours ol")[%d].getAttribute("aria-label")`, k)); said != fmt.Sprintf("%s: %d of 8 of its class", when, alike) {
			t.Errorf("the row of step %d is %q, with %d of the class", step, said, alike)
		}
	}
	p.accessible("neighbours")

	// Settings that were never run have no images, and whoever comes back has them again.
	const (
		batch = `document.querySelectorAll("#chart-views .picture").length === 24 && document.querySelector("[data-batch-unit]").textContent === "images 0 to 7 of 40, step 29"`
		rows  = `document.querySelectorAll("#chart-neighbours ol").length === 2 && document.querySelector("[data-neighbours-unit]").textContent.startsWith("of held-out image ")`
		none  = `document.querySelectorAll("#chart-views .picture, #chart-neighbours .picture").length === 0 && ["batch", "neighbours"].every(of => document.querySelector("[data-" + of + "-unit]").textContent === "")`
	)
	eval[bool](p, `(document.querySelector("#chart-views").scrollIntoView(), true)`)
	p.wait("the images of the batch are there too", batch)
	p.press("#chart-views [data-numbers]")
	p.press("#chart-neighbours [data-numbers]")
	said := eval[string](p, `[...document.querySelectorAll("#chart-views [data-panel-data] p.aside, #chart-neighbours [data-panel-data] p.aside")].map(e => e.textContent).join(" | ")`)
	if !strings.Contains(said, "Images 0 to 7") || !strings.Contains(said, "Neighbours of held-out image") {
		t.Errorf("the numbers say %q", said)
	}
	eval[bool](p, `(history.pushState(null, "", location.search + "&seed=9"), history.back(), true)`)
	p.wait("another entry of the history", `!location.search.includes("seed=9")`)
	eval[bool](p, `(history.forward(), true)`)
	p.wait("settings that were never run", `gradlab.lanes()[0].query.includes("seed=9")`)
	p.wait("have no images", none)
	p.wait("and no numbers", `document.querySelectorAll("#chart-views [data-panel-data] td, #chart-neighbours [data-panel-data] td").length === 0 && ["views", "neighbours"].every(of => document.querySelector("#chart-" + of + " [data-panel-data] p.aside").textContent.startsWith("Not "))`)
	eval[bool](p, `(history.back(), true)`)
	p.wait("the images of the batch are back", `(document.querySelector("#chart-views").scrollIntoView(), `+batch+`)`)
	p.wait("and so are the neighbours", `(document.querySelector("#chart-neighbours").scrollIntoView(), `+rows+`)`)
	p.clean("neighbours")
}
