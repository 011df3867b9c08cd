package web_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// The settings of two short runs of which everything is measured that the page has a place for.
const everything = fast + "&steps=60&b.method=byol"

// charted is a chart of the page as it says to have drawn it.
type charted struct {
	ID, Title string
	Log       bool
	Axis      string
	Ratio     float64 // pixels of the canvas to one of the page
	Left, Top float64 // of the plot, in the canvas's pixels
	Width     float64
	Height    float64
	Range     [2]float64
	Steps     float64
	Curves    []struct {
		Field, Sign string
		Dash        bool
		Lane        int
		Values      []*float64
	}
}

const allCharts = `[...document.querySelectorAll("figure[data-panel]")].map((e, i) => {
	const c = gradlab.charts()[i], panel = JSON.parse(e.dataset.panel);
	const line = f => panel.lines.find(l => l.field === f);
	return {id: e.id, title: c.title, log: !!panel.log, axis: panel.axis ?? "", ratio: devicePixelRatio, ...c.box, range: c.range, steps: c.steps,
		curves: c.curves.map(k => ({...k, sign: line(k.field).sign ?? "", dash: !!line(k.field).dash}))};
})`

// Every curve of every chart goes through the records' values: those that the chart says it
// draws are the records', at each of their places there is ink of the line's colour, and the
// table says the same.
func TestEveryCurveIsItsRecord(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(everything)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+everything+"#open=more", 1440, 900, "light")
	p.wait("everything is drawn", `gradlab.lanes().every(l => l.length === 60) && gradlab.charts().every(c => c.box?.width > 0 && c.curves.length > 0)`)
	p.wait("earlier spectra have come", `gradlab.lanes().every(l => [0, 10, 30, 40].every(s => l.frame("spectrum", s)?.step === s))`)
	p.painted()
	inks := eval[map[string][3]int](p, `Object.fromEntries(["positive", "negative", "ink", "third"].map(name => {
		const probe = document.createElement("i");
		probe.style.color = getComputedStyle(document.documentElement).getPropertyValue("--" + name);
		document.body.append(probe);
		const rgb = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).map(Number);
		probe.remove();
		return [name, rgb];
	}))`)

	points, cells := 0, 0
	for _, c := range eval[[]charted](p, allCharts) {
		columns, told := make([][]float64, len(c.Curves)), make([][]float64, len(c.Curves)) // what each curve must show, by its x, and its table
		for k, curve := range c.Curves {
			columns[k] = s.shown(v.Lanes[curve.Lane].ID, curve.Field, c)
			told[k] = s.toldOf(v.Lanes[curve.Lane].ID, curve.Field, c)
			for x, want := range columns[k] {
				got := math.NaN()
				if x < len(curve.Values) && curve.Values[x] != nil {
					got = *curve.Values[x]
				}
				if math.Abs(got-want) > 1e-6*math.Abs(want) || math.IsNaN(got) != math.IsNaN(want) {
					t.Errorf("%s: %s of lane %d is drawn as %g at %d, the record has %g", c.Title, curve.Field, curve.Lane, got, x, want)
					break
				}
			}
		}
		points += p.inked(c, columns, inks)
		cells += p.tabled(c, told)
	}
	if points < 700 || cells < 1000 {
		t.Errorf("only %d points and %d cells were looked at", points, cells)
	}
	t.Logf("%d points, %d cells", points, cells)
	p.clean("every curve")
}

// shown is what a curve shows of a run at each x: what is told, NaN where that has no place on a logarithmic axis.
func (s *server) shown(id, field string, c charted) []float64 {
	s.t.Helper()
	out := s.toldOf(id, field, c)
	for x, y := range out {
		if c.Log && c.Axis == "" && !(y > 0) {
			out[x] = math.NaN()
		}
	}
	return out
}

// toldOf is what a table has of a run at each x: the record's values in the chart's unit, NaN where there is none.
func (s *server) toldOf(id, field string, c charted) []float64 {
	s.t.Helper()
	m, _ := s.lab.Run(id)
	steps := s.stepsOf(id)
	var out []float64
	if c.Axis != "" { // the last frame, from 1 on
		for _, st := range slices.Backward(steps) {
			i := slices.IndexFunc(st.Frames, func(f record.Frame) bool { return f.Name == field })
			if i < 0 {
				continue
			}
			f := st.Frames[i]
			out = append(out, math.NaN())
			for j := range f.Cols {
				out = append(out, float64(f.At(0, j)))
			}
			return out
		}
	}
	i := m.Schema.Index(field)
	if i < 0 {
		s.t.Fatalf("run %s has no field %s", id, field)
	}
	unit := 1.0
	if field == "channel_std" {
		for _, mark := range m.Schema.Fields[i].Marks {
			if strings.Contains(mark.Label, "isotropic") {
				unit = float64(mark.Value)
			}
		}
	}
	for _, st := range steps {
		y := math.NaN()
		if st.Has&m.Schema.Fields[i].Every != 0 {
			y = float64(st.Values[i]) / unit
		}
		out = append(out, y)
	}
	return out
}

// inked looks for ink of each curve's colour where its points must be, and returns at how many it has
// looked: at those where no other curve comes as near as the lines are wide. A dashed line has gaps.
func (p *tab) inked(c charted, columns [][]float64, inks map[string][3]int) (looked int) {
	p.t.Helper()
	place := func(v float64) float64 { return c.Top + c.Height*(c.Range[1]-v)/(c.Range[1]-c.Range[0]) }
	if c.Log {
		place = func(v float64) float64 {
			return c.Top + c.Height*math.Log(c.Range[1]/v)/math.Log(c.Range[1]/c.Range[0])
		}
	}
	alone := func(k, x int) bool {
		for other, column := range columns {
			if other != k && x < len(column) && math.Abs(place(column[x])-place(columns[k][x])) < 6 {
				return false
			}
		}
		return true
	}
	for k, curve := range c.Curves {
		ink, reach, least := curve.Sign, 1, 0.9
		if ink == "" {
			ink = []string{"ink", "third"}[curve.Lane]
		}
		if curve.Lane > 0 {
			reach = 4 // some of its points are rings
		}
		if curve.Dash {
			least = 0.4
		}
		var at [][2]int
		for x, v := range columns[k] {
			if y := place(v); y >= c.Top && y <= c.Top+c.Height && alone(k, x) { // not so for NaN, and for what has all but vanished on a log axis
				at = append(at, [2]int{int(math.Round(c.Left + c.Width*float64(x)/c.Steps)), int(math.Round(y))})
			}
		}
		if len(at) < 2 {
			continue // one point makes no line
		}
		found := eval[int](p, fmt.Sprintf(`(() => {
			const ctx = document.querySelector('[id="%s"] canvas').getContext("2d"), [r, g, b] = %s, reach = %d;
			return %s.filter(([x, y]) => {
				const d = ctx.getImageData(x - reach, y - reach, 2 * reach + 1, 2 * reach + 1).data;
				for (let i = 0; i < d.length; i += 4) if (d[i+3] > 100 && Math.hypot(d[i] - r, d[i+1] - g, d[i+2] - b) < 110) return true;
				return false;
			}).length;
		})()`, c.ID, asJS(inks[ink]), reach, asJS(at)))
		if float64(found) < least*float64(len(at)) {
			p.t.Errorf("%s: %s of lane %d has ink at %d of %d points", c.Title, curve.Field, curve.Lane, found, len(at))
		}
		looked += len(at)
	}
	return looked
}

var earlier = regexp.MustCompile(` step \d+$`)

// tabled compares a chart's table with what its curves must show, and returns how many cells it has read.
func (p *tab) tabled(c charted, columns [][]float64) (read int) {
	p.t.Helper()
	figure := `[id="` + c.ID + `"] `
	p.press(figure + "[data-numbers]")
	rows := eval[[][]string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(r => [...r.cells].map(d => d.textContent))`, figure+"[data-panel-data] tbody tr"))
	heads := eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(h => h.textContent)`, figure+"[data-panel-data] thead th"))
	var cells []int // those of the curves; behind a spectrum stand those of earlier steps
	for i, head := range heads {
		if i > 0 && !earlier.MatchString(head) {
			cells = append(cells, i)
		}
	}
	p.press(figure + "[data-numbers]")
	measured := map[int]bool{}
	for _, column := range columns {
		for x, v := range column {
			if !math.IsNaN(v) {
				measured[x] = true
			}
		}
	}
	if len(rows) != min(len(measured), 60) {
		p.t.Errorf("%s: a table of %d rows for %d measurements", c.Title, len(rows), len(measured))
	}
	for _, row := range rows {
		x, err := strconv.Atoi(row[0])
		if err != nil || len(row) != len(heads) || len(cells) != len(columns) {
			p.t.Fatalf("%s: a row says %q", c.Title, row)
		}
		for k, column := range columns {
			want := math.NaN()
			if x < len(column) {
				want = column[x]
			}
			if !says(row[cells[k]], want) {
				p.t.Errorf("%s: the cell of %s of lane %d at %d says %q, the record %g", c.Title, c.Curves[k].Field, c.Curves[k].Lane, x, row[cells[k]], want)
			}
			read++
		}
	}
	return read
}

// says reports whether a cell tells a number as the page does, in two or three digits; an empty one NaN.
func says(cell string, want float64) bool {
	if cell == "" {
		return math.IsNaN(want)
	}
	got, err := strconv.ParseFloat(strings.ReplaceAll(cell, "−", "-"), 64)
	digits := 0.006
	if math.Abs(want) < 1e-3 {
		digits = 0.06 // two digits and a power of ten
	}
	return err == nil && math.Abs(got-want) <= digits*math.Abs(want)+1e-12
}

// asJS prints arrays of whole numbers.
func asJS(v any) string { return strings.ReplaceAll(fmt.Sprint(v), " ", ",") }

// Every map is its frame, pixel by pixel, and its table says what its rows are most like; of who
// pushes whom, which samples push most.
func TestEveryMapIsItsFrame(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(everything)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+everything+"#open=more", 1440, 900, "light")
	names := []string{"correlation", "shares", "likeness", "equivalence"}
	p.wait("all frames have come", `gradlab.lanes().every(l => l.length === 60 && `+fmt.Sprintf(`["%s"]`, strings.Join(names, `", "`))+`.every(n => l.frame(n)))`)
	p.painted()
	for lane := range v.Lanes {
		steps := s.stepsOf(v.Lanes[lane].ID)
		for _, name := range names {
			f, at := newest(steps, name)
			p.wait("the newest "+name, fmt.Sprintf(`document.querySelector("#chart-%s [data-heat-unit]").textContent.endsWith("step %d")`, name, at))
			pixels := eval[[]int](p, fmt.Sprintf(`(() => {
				const c = document.querySelectorAll("#chart-%s .surface canvas")[%d];
				return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data];
			})()`, name, lane))
			if len(pixels) != 4*f.Rows*f.Cols {
				t.Fatalf("%s of lane %d: %d bytes for %d x %d elements", name, lane, len(pixels), f.Rows, f.Cols)
			}
			end := 1.0
			if name == "shares" { // whose last colour is the heaviest's
				end = float64(f.Scale) * float64(largest(f.Data))
			}
			for k := range f.Data {
				want := palette.Diverging[palette.DivergingAt(float64(f.Scale)*float64(f.Data[k])/end)]
				if got := (palette.RGB{R: uint8(pixels[4*k]), G: uint8(pixels[4*k+1]), B: uint8(pixels[4*k+2])}); got != want {
					t.Fatalf("%s of lane %d: element (%d, %d) is drawn %s, want %s", name, lane, k/f.Cols, k%f.Cols, got.Hex(), want.Hex())
				}
			}
			if name == "equivalence" {
				continue // its cells have a test of their own
			}
			p.press("#chart-" + name + " [data-numbers]")
			rows := eval[[][]string](p, fmt.Sprintf(`[...document.querySelectorAll("#chart-%s [data-panel-data] .scroll")[%d].querySelectorAll("tbody tr")].map(r => [...r.cells].map(d => d.textContent))`, name, lane))
			p.press("#chart-" + name + " [data-numbers]")
			if len(rows) != f.Rows {
				t.Fatalf("%s of lane %d: a table of %d rows for %d", name, lane, len(rows), f.Rows)
			}
			for i, row := range rows {
				if name == "shares" {
					checkShares(t, f, i, row)
				} else {
					checkLikes(t, f, i, row)
				}
			}
		}
	}
	p.clean("every map")
}

// newest returns the last frame of a name and its step.
func newest(steps []record.Step, name string) (record.Frame, int) {
	for _, st := range slices.Backward(steps) {
		for _, f := range st.Frames {
			if f.Name == name {
				return f, st.Step
			}
		}
	}
	panic("no frame " + name)
}

func largest(data []int8) (most int) {
	for _, v := range data {
		most = max(most, int(v), -int(v))
	}
	return most
}

// checkLikes compares a row with the frame's: what it is most like, how much, and how much it is like
// the others on average.
func checkLikes(t *testing.T, f record.Frame, i int, row []string) {
	t.Helper()
	most, sum := -1, 0.0
	for j := range f.Cols {
		if j == i {
			continue
		}
		sum += math.Abs(float64(f.At(i, j)))
		if most < 0 || math.Abs(float64(f.At(i, j))) > math.Abs(float64(f.At(i, most))) {
			most = j
		}
	}
	if row[0] != strconv.Itoa(i) || !says(row[1], float64(f.At(i, i))) || row[2] != strconv.Itoa(most) || !says(row[3], float64(f.At(i, most))) || !says(row[4], sum/float64(f.Cols-1)) {
		t.Errorf("%s: row %d says %q; the frame has %d with %g, mean %g", f.Name, i, row, most, f.At(i, most), sum/float64(f.Cols-1))
	}
}

// checkShares compares a row with the frame's: how many samples make half of the push, and the share
// of the heaviest.
func checkShares(t *testing.T, f record.Frame, i int, row []string) {
	t.Helper()
	var shares []float64
	whole := 0.0
	for j := range f.Cols {
		shares = append(shares, math.Pow(float64(f.At(i, j)), 2))
		whole += shares[j]
	}
	slices.SortFunc(shares, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	half, sum := 0, 0.0
	for sum < whole/2 {
		sum += shares[half]
		half++
	}
	_, said, _ := strings.Cut(row[2], ": ")
	said = strings.TrimSuffix(strings.TrimPrefix(said, "pulls "), "\u00a0%")
	if row[0] != strconv.Itoa(i) || row[1] != strconv.Itoa(half) || !roughly(said, 100*shares[0]) {
		t.Errorf("shares: anchor %d says %q; half of its push comes from %d samples, the heaviest has %.2g %%", i, row, half, 100*shares[0])
	}
}

// roughly reports whether a text is a number in two digits.
func roughly(text string, want float64) bool {
	got, err := strconv.ParseFloat(strings.ReplaceAll(text, "−", "-"), 64)
	return err == nil && math.Abs(got-want) <= 0.06*math.Abs(want)
}
