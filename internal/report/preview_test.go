package report

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gradlab/internal/palette"
)

func card(t *testing.T, c Card) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := DrawCard(&b, c); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("card-%d-%d.png", len(c.Lanes), len(c.Facts))), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(1200, 630) {
		t.Fatalf("a card of %v pixels", size)
	}
	return img
}

// inked counts the pixels of a rectangle that are near a colour.
func inked(img image.Image, r image.Rectangle, want palette.RGB) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			cr, cg, cb, _ := img.At(x, y).RGBA()
			wr, wg, wb, _ := want.RGBA()
			if math.Abs(float64(cr)-float64(wr))+math.Abs(float64(cg)-float64(wg))+math.Abs(float64(cb)-float64(wb)) < 0x3000 {
				n++
			}
		}
	}
	return n
}

// The curves of a card lie where the records say: the place follows from the axes
// alone, as the chart's layout has them.
func TestCardShowsTheRecords(t *testing.T) {
	l := lane(300)
	img := card(t, Card{Title: "SimCLR on Fashion-MNIST", Facts: []string{"Temperature 0.5", "Steps 300"}, Lanes: []Lane{l}})

	// column is where a column of pixels has ink of a colour: its middle and how much there is
	column := func(x int, c palette.RGB) (mid float64, n int) {
		top, bottom := -1, -1
		for y := range 630 {
			if inked(img, image.Rect(x, y, x+1, y+1), c) > 0 {
				if top < 0 {
					top = y
				}
				bottom = y
			}
		}
		return float64(top+bottom) / 2, bottom - top
	}
	left := -1 // of the curve
	for x := 2*marginLeft - 4; x < 1100 && left < 0; x++ {
		if _, n := column(x, palette.Positive); n > 0 && n < 40 {
			left = x
		}
	}
	if left < 0 {
		t.Fatal("the positive norm is not drawn")
	}
	values := make([]float64, len(l.Steps))
	at := l.Schema.Index("positive_norm")
	for i, s := range l.Steps {
		values[i] = math.Log(float64(s.Values[at]))
	}
	// log y: pixels are a straight line of the logarithm; two steps fix it, others must agree
	end := plotEnd(t, img, left)
	x := func(step int) int { return left + int(math.Round(float64(step)*float64(end-left)/299)) }
	y0, _ := column(x(40), palette.Positive)
	y1, _ := column(x(250), palette.Positive)
	for _, step := range []int{70, 100, 150, 200, 230} {
		got, n := column(x(step), palette.Positive)
		want := y0 + (y1-y0)*(values[step]-values[40])/(values[250]-values[40])
		if n > 40 || math.Abs(got-want) > 8 {
			t.Errorf("step %d is drawn at height %.0f, want %.0f", step, got, want)
		}
	}
	if y1 <= y0 {
		t.Errorf("the norm falls, and is drawn from %.0f to %.0f", y0, y1)
	}
}

// plotEnd is where the curves end: left of the labels, which stand apart.
func plotEnd(t *testing.T, img image.Image, left int) int {
	t.Helper()
	for x := left; x < 1200; x++ {
		if inked(img, image.Rect(x, 150, x+6, 600), palette.Positive) == 0 {
			return x - 1
		}
	}
	t.Fatal("the curve has no end")
	return 0
}

func TestCardWithoutRecords(t *testing.T) {
	all := image.Rect(0, 0, 1200, 630)
	for _, c := range []Card{
		{Title: "SimCLR on Fashion-MNIST"},
		{Title: "A title that goes on and on and would leave the picture on its right side if nobody cut it", Facts: []string{"lambda 0", "learning rate 0.1", "a", "b", "c", "d"}},
		{Title: "Two", Facts: []string{"x"}, Lanes: []Lane{{Letter: "A", Title: "SimCLR"}, {Letter: "B", Title: "BYOL"}}},
	} {
		img := card(t, c)
		if n := inked(img, all, palette.Light.Ink); n < 1000 {
			t.Errorf("%s: %d pixels of ink", c.Title, n)
		}
		if n := inked(img, image.Rect(1200-2*cardMargin+2, 0, 1200, 630), palette.Light.Ink); n > 0 {
			t.Errorf("%s: %d pixels in the right margin", c.Title, n)
		}
	}
}
