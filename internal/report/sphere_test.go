package report

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// round is a lane with the frames of one image whose views lie on axes 1 and 2.
func round(of int) Lane {
	f := func(name string, cols int, data ...int8) record.Frame {
		return record.Frame{Name: name, Rows: len(data) / cols, Cols: cols, Of: of, Scale: 1. / 100, Data: data}
	}
	return Lane{Letter: "a", Title: "SimCLR", Steps: []record.Step{{Step: 20, Has: record.EachProbe, Frames: []record.Frame{
		f("sphere", 3, 100, 0, 0, 0, 100, 0),
		f("sphere_positive", 3, 0, 40, 0, 40, 0, 0),
		f("sphere_negative", 3, 0, 0, 20, 0, 0, 0),
		f("sphere_length", 4, 60, 0, 40, 0, 60, 0, 0, 0),
		f("sphere_angle", 1, 0, 0),
	}}}}
}

// The arrows of the picture begin at the projected points and lead where the frames
// say: one radius is the unit in the key.
func TestSphereFigure(t *testing.T) {
	var b bytes.Buffer
	if err := Draw(&b, "sphere", SVG, palette.Light, []Lane{round(3)}); err != nil {
		t.Fatal(err)
	}
	svg := b.String()
	for _, word := range []string{"all 3 channels, exact, step 20", "radius = 1", "mean arrow 0.36 and 0.08"} {
		if !strings.Contains(svg, word) {
			t.Errorf("the picture does not say %q", word)
		}
	}
	middle := [2]float64{mapLeft + ballSide/2, ballBottom + ballSide/2}
	want := func(v [3]float64) [2]float64 {
		right, up, _ := seen(v)
		return [2]float64{middle[0] + ballRadius*right, middle[1] + ballRadius*up}
	}
	// A filled head is a closed path whose first corner is the tip.
	tips := regexp.MustCompile(`<path d="M([\d.]+),([\d.]+)L[^"]*Z"[^>]*fill="#[0-9A-F]{6}"|<path d="M([\d.]+),([\d.]+)L`).FindAllStringSubmatch(svg, -1)
	found := func(at [2]float64) bool {
		for _, m := range tips {
			for k := 1; k < len(m); k += 2 {
				x, errX := strconv.ParseFloat(m[k], 64)
				y, errY := strconv.ParseFloat(m[k+1], 64)
				if errX == nil && errY == nil && math.Abs(x-at[0]) < 0.1 && math.Abs(y-at[1]) < 0.1 {
					return true
				}
			}
		}
		return false
	}
	for _, v := range [][3]float64{{1, 0.4, 0}, {0.4, 1, 0}, {1, 0, 0.2}, {1, 0, 0}, {0, 1, 0}} {
		if !found(want(v)) {
			t.Errorf("no path begins at the place of %v, %v", v, want(v))
		}
	}
	if found(want([3]float64{1, -0.4, 0})) {
		t.Error("a path begins where no arrow leads")
	}
}

// Of more than three channels the picture says how much of them it shows.
func TestSphereSaysWhatItShows(t *testing.T) {
	l := round(256)
	f := l.Steps[0].Frames[0]
	for i := range f.Data {
		f.Data[i] /= 2
	}
	figure, _ := Lookup("sphere")
	got := Summary(figure, []Lane{l})
	if want := "3 leading directions of the first outputs, of 256, step 20: mean arrow 0.36 and 0.08; 25\u00a0% of the length² shown."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	l.Steps[0].Frames = l.Steps[0].Frames[:2]
	if got := Summary(figure, []Lane{l}); got != "no sphere measured so far." {
		t.Errorf("without arrows: %q", got)
	}
}

// The series of units is the browser's (static/test/sphere.test.js).
func TestUnitsAreRound(t *testing.T) {
	for v, want := range map[float64]float64{1: 1, 1.01: 2, 0.03: 0.05, 0.06: 0.1, 7: 10, 1e-7: 1e-7} {
		if got := roundStep(v); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("%s: %g, want %g", fmt.Sprint(v), got, want)
		}
	}
}
