package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/palette"
)

// small is a sweep of two by two points; one is empty, one has a single seed.
func small(each bool) Matrix {
	f, _ := Lookup("norms")
	f.Each = each
	cell := func(name string, lanes ...Lane) MatrixCell {
		values := strings.Fields(strings.NewReplacer("lr=", "", "tau=", "").Replace(name))
		return MatrixCell{Name: name, Values: values, Lanes: lanes}
	}
	short := seeds(101, 1, 1.5)
	for i := range short {
		short[i].Steps = short[i].Steps[:51]
	}
	return Matrix{Figure: f, Keys: []string{"lr", "tau"}, Columns: []string{"tau=0.1", "tau=1"}, Rows: []string{"lr=1", "lr=2"}, Cells: [][]MatrixCell{
		{cell("lr=1 tau=0.1", seeds(101, 1, 2, 4)...), cell("lr=1 tau=1", seeds(101, 8)...)},
		{cell("lr=2 tau=0.1", short...), cell("lr=2 tau=1")},
	}}
}

// points reads the data of a path of an SVG.
func points(t *testing.T, d string) (pts [][2]float64) {
	t.Helper()
	for part := range strings.FieldsFuncSeq(d, func(r rune) bool { return r == 'M' || r == 'L' || r == 'Z' }) {
		x, y, _ := strings.Cut(part, " ")
		fx, errX := strconv.ParseFloat(x, 64)
		fy, errY := strconv.ParseFloat(y, 64)
		if errX != nil || errY != nil {
			t.Fatalf("%q is no point", part)
		}
		pts = append(pts, [2]float64{fx, fy})
	}
	return pts
}

// All cells have the same axes: a value is as high in each, a step as far to the right.
func TestSmallMultiplesShareAxes(t *testing.T) {
	m := small(false)
	cells, ticks, steps := m.Smalls()
	if steps != "step 0 to 100" || len(ticks) < 2 {
		t.Errorf("the axes are %s, %v", steps, ticks)
	}
	two := m.Cells[0][0].Lanes[0]
	value := func(l Lane, step int) float64 { return l.series(Line{Field: "positive_norm"})[step].value }
	middle, alone, short := points(t, cells[0][0].Lines[0].Middle), points(t, cells[0][1].Lines[0].Middle), points(t, cells[1][0].Lines[0].Middle)
	if len(middle) != 101 || len(alone) != 101 || len(short) != 51 {
		t.Fatalf("lines of %d, %d and %d points", len(middle), len(alone), len(short))
	}
	perE := (middle[0][1] - middle[100][1]) / math.Log(value(two, 0)/value(two, 100))
	for i := range short { // the median of 1 and 1.5 is 1.25, that of 1, 2, 4 is 2; the single seed is 8
		if a, b := middle[i][1]-alone[i][1], short[i][1]-middle[i][1]; math.Abs(a+perE*math.Log(4)) > 0.15 || math.Abs(b+perE*math.Log(2/1.25)) > 0.15 || short[i][0] != middle[i][0] {
			t.Fatalf("step %d: %.1f and %.1f below each other, want %.1f and %.1f", i, a, b, -perE*math.Log(4), -perE*math.Log(2/1.25))
		}
	}
	if l := cells[0][0].Lines[0]; l.Band == "" || len(l.Edges) != 1 || len(points(t, l.Band)) != 202 {
		t.Errorf("the band of three seeds is %.80s with %d edges", l.Band, len(l.Edges))
	}
	if l := cells[0][1].Lines[0]; l.Band != "" || len(l.Edges) != 0 {
		t.Error("a single seed has a band")
	}
	if len(cells[1][1].Lines) != 0 {
		t.Error("an empty cell has lines")
	}
	each, _, _ := small(true).Smalls()
	if n := len(each[0][0].Lines[0].Edges); n != 3 {
		t.Errorf("with single seeds the cell of three has %d thin lines", n)
	}
}

// The files of a sweep are one picture, and a table with the settings of each point.
func TestFilesOfASweep(t *testing.T) {
	m := small(false)
	for _, f := range []Format{SVG, PNG} {
		var b, again bytes.Buffer
		if err := m.Draw(&b, f, palette.Light); err != nil {
			t.Fatal(err)
		}
		if err := m.Draw(&again, f, palette.Light); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: two drawings differ, %v", f, err)
		}
		if f == SVG {
			wellFormed(t, "sweep", b.Bytes())
			for _, word := range []string{"lr=1 · tau=0.1", "lr=2 · tau=1", "nothing measured", "line: median of 2 to 3 seeds", "negative dashed", "<title>Gradient at the projector, lr × tau</title>"} {
				if !strings.Contains(b.String(), word) {
					t.Errorf("the picture lacks %q", word)
				}
			}
		}
		if dir := os.Getenv("GRADLAB_FIGURES"); dir != "" { // to look at them
			os.WriteFile(filepath.Join(dir, "sweep."+string(f)), b.Bytes(), 0o644)
		}
	}
	var b bytes.Buffer
	if err := m.Draw(&b, CSV, palette.Light); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+101+101+51 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got := strings.Join(rows[0][:8], ","); got != "lane,lr,tau,step,positive_norm.median,positive_norm.least,positive_norm.largest,positive_norm.seeds" {
		t.Errorf("columns are %s", got)
	}
	if got := strings.Join(rows[1][:8], ","); got != "lr=1 tau=0.1,1,0.1,0,2,1,4,3" {
		t.Errorf("the first row is %s", got)
	}
	if got := strings.Join(rows[102][:8], ","); got != "lr=1 tau=1,1,1,0,8,8,8,1" {
		t.Errorf("the first row of the single seed is %s", got)
	}
	if err := m.Draw(&b, "pdf", palette.Light); err == nil {
		t.Error("a format that does not exist is drawn")
	}
	if got := m.Sentence(m.Cells[1][1]); got != "nothing measured" {
		t.Errorf("an empty cell says %q", got)
	}
	if got := m.Sentence(m.Cells[0][0]); !strings.HasPrefix(got, "positive ") || !strings.Contains(got, " at step 100, where 3 seeds go from ") {
		t.Errorf("a cell says %q", got)
	}
}

// The stripe of a cell is darker the less its first line ends at, among those that have ended;
// on a logarithmic axis the geometric mean is in the middle.
func TestShadingOfASweep(t *testing.T) {
	m := small(false)
	colour := func(i, j int) (palette.RGB, bool) {
		c := m.Cells[i][j]
		e, ok := m.End(c)
		if !ok {
			return palette.RGB{}, false
		}
		return m.Shading().Of(c, e)
	}
	if m.Shading().Tells() {
		t.Error("cells that are under way have stripes")
	}
	m.Cells[0][0].Ended, m.Cells[0][1].Ended = true, true
	if dark, ok := colour(0, 0); !ok || dark != palette.Sequential[0] {
		t.Errorf("the least has %v", dark)
	}
	if light, ok := colour(0, 1); !ok || light != palette.Sequential[255] {
		t.Errorf("the largest has %v", light)
	}
	if _, ok := colour(1, 0); ok {
		t.Error("a cell that is under way has a stripe")
	}
	two, eight := m.Shading().least, m.Shading().largest
	if middle, _ := m.Shading().Of(MatrixCell{Ended: true}, End{Value: math.Sqrt(two * eight)}); middle != palette.Sequential[128] && middle != palette.Sequential[127] {
		t.Errorf("the geometric mean has %v", middle)
	}
	var b bytes.Buffer
	if err := m.Draw(&b, SVG, palette.Light); err != nil {
		t.Fatal(err)
	}
	for _, c := range []palette.RGB{palette.Sequential[0], palette.Sequential[255]} {
		if n := strings.Count(b.String(), c.Hex()); n != 1 {
			t.Errorf("the picture has %s %d times", c.Hex(), n)
		}
	}
	m.Cells[0][1] = m.Cells[0][0]
	if m.Shading().Tells() {
		t.Error("cells that end alike have stripes")
	}
}
