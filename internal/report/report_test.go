package report

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// lane makes a lane of n steps whose values are simple functions of the step.
func lane(n int) Lane {
	l := Lane{Letter: "a", Title: "SimCLR", Schema: record.Schema{Fields: []record.Field{
		{Name: "loss", Title: "Loss", Every: record.EachStep},
		{Name: "positive_norm", Every: record.EachStep},
		{Name: "negative_norm", Every: record.EachStep},
		{Name: "total_norm", Every: record.EachStep},
		{Name: "positive_similarity", Every: record.EachStep},
		{Name: "negative_similarity", Every: record.EachStep},
		{Name: "balance", Every: record.EachStep},
		{Name: "positive_negative_cos", Every: record.EachStep},
		{Name: "channel_std", Every: record.EachStep, Marks: []record.Mark{{Label: "isotropic", Value: 1}}},
		{Name: "collapse_level", Every: record.EachStep},
		{Name: "effective_rank", Every: record.EachProbe, Marks: []record.Mark{{Label: "attainable", Value: 127}}},
		{Name: "alignment", Every: record.EachProbe},
		{Name: "uniformity", Every: record.EachProbe},
		{Name: "offdiagonal", Every: record.EachProbe},
		{Name: "residual", Every: record.EachProbe},
		{Name: "approximation", Every: record.EachProbe},
		{Name: "knn_accuracy", Every: record.EachKNN, Marks: []record.Mark{{Label: "raw pixels", Value: 0.8}, {Label: "random encoder", Value: 0.7}}},
	}}}
	for i := range n {
		t := float64(i) / float64(max(1, n-1))
		wave := 0.05 * math.Sin(float64(i))
		s := record.Step{Step: i, Has: record.EachStep}
		values := []float64{
			2 + 3*math.Exp(-4*t) + wave, math.Exp(-1.5*t) * (1 + wave), 0.4 * math.Exp(-2*t) * (1 + wave), 0.8 * math.Exp(-1.4*t),
			0.4 + 0.5*t + wave, 0.3 - 0.3*t, 0.5, -0.7, 0.8 + 0.2*t, 0.1,
		}
		probes := make([]float64, 7)
		if i%10 == 0 {
			s.Has |= record.EachProbe
			probes = []float64{80 - 40*t, 0.3, -2 - t, 0.2, 3e-7, 0, 0}
			s.Frames = []record.Frame{frame(16)}
		}
		if i%100 == 0 {
			s.Has |= record.EachKNN
			probes[6] = 0.6 + 0.15*t
		}
		for _, v := range append(values, probes...) {
			s.Values = append(s.Values, float32(v))
		}
		l.Steps = append(l.Steps, s)
	}
	return l
}

// frame is an n x n matrix with ones on the diagonal and all entries of int8 elsewhere.
func frame(n int) record.Frame {
	f := record.Frame{Name: "correlation", Rows: n, Cols: n, Of: 256, Scale: 1.0 / 127, Data: make([]int8, n*n)}
	for i := range f.Data {
		f.Data[i] = int8(i%255 - 127)
		if i/n == i%n {
			f.Data[i] = 127
		}
	}
	return f
}

func drawn(t *testing.T, name string, format Format, theme palette.Theme, lanes ...Lane) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Draw(&b, name, format, theme, lanes); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every figure, with no, one and several lanes, is well-formed, equal when drawn
// again, and free of what a strict content security policy refuses.
func TestEveryFigure(t *testing.T) {
	b := lane(120)
	b.Letter, b.Title = "b", "BYOL & <friends>"
	empty := Lane{Letter: "c", Schema: b.Schema}
	bare := lane(3)
	bare.Schema.Fields = bare.Schema.Fields[:1]
	for _, f := range Figures() {
		for n, lanes := range [][]Lane{nil, {lane(301)}, {lane(301), b, empty}, {empty}, {bare}, {lane(1)}} {
			for _, theme := range []palette.Theme{palette.Light, palette.Dark} {
				if testing.Short() && n != 2 {
					continue // several lanes, one of them empty, go every way that drawing has
				}
				name := fmt.Sprintf("%s-%d-%s", f.Name, n, theme.Name)
				svg := drawn(t, f.Name, SVG, theme, lanes...)
				if !bytes.Equal(svg, drawn(t, f.Name, SVG, theme, lanes...)) {
					t.Errorf("%s: two drawings differ", name)
				}
				wellFormed(t, name, svg)
				if bytes.Contains(svg, []byte("style=")) || bytes.Contains(svg, []byte("<style")) || bytes.Contains(svg, []byte("NaN")) {
					t.Errorf("%s: has an inline style or a NaN", name)
				}
				if !bytes.Contains(svg, []byte(`fill="`+theme.Paper.Hex()+`"`)) {
					t.Errorf("%s: not on %s paper", name, theme.Name)
				}
				if n > 2 || theme == palette.Dark && (n != 2 || testing.Short()) {
					continue // rasterising is slow, under the race detector very, and differs in nothing
				}
				img := drawn(t, f.Name, PNG, theme, lanes...)
				if !testing.Short() && !bytes.Equal(img, drawn(t, f.Name, PNG, theme, lanes...)) {
					t.Errorf("%s: two PNGs differ", name)
				}
				if dir := os.Getenv("GRADLAB_FIGURES"); dir != "" { // to look at them
					os.WriteFile(filepath.Join(dir, name+".svg"), svg, 0o644)
					os.WriteFile(filepath.Join(dir, name+".png"), img, 0o644)
				}
			}
		}
	}
}

func wellFormed(t *testing.T, name string, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

var pathD = regexp.MustCompile(`<path d="([^"]*)"([^>]*)>`)

// paths returns the points of the paths that have the given stroke, in figure
// coordinates (y up).
func paths(svg []byte, stroke palette.RGB) (all [][][2]float64, dashed []bool) {
	for _, m := range pathD.FindAllSubmatch(svg, -1) {
		if !bytes.Contains(m[2], []byte(`stroke="`+stroke.Hex()+`"`)) {
			continue
		}
		var pts [][2]float64
		for _, xy := range regexp.MustCompile(`[ML]([^MLZ]+)`).FindAllSubmatch(m[1], -1) {
			x, y, _ := strings.Cut(string(xy[1]), ",")
			fx, _ := strconv.ParseFloat(x, 64)
			fy, _ := strconv.ParseFloat(y, 64)
			pts = append(pts, [2]float64{fx, fy})
		}
		all = append(all, pts)
		dashed = append(dashed, bytes.Contains(m[2], []byte("stroke-dasharray")))
	}
	return all, dashed
}

// The positive norm's path has one point a step; equal steps are equally far
// apart and equal ratios equally high.
func TestNormsFollowTheRecords(t *testing.T) {
	l := lane(301)
	svg := drawn(t, "norms", SVG, palette.Light, l)
	for _, c := range []struct {
		field string
		color palette.RGB
		dash  bool
	}{{"positive_norm", palette.Positive, false}, {"negative_norm", palette.Negative, true}} {
		got, dashed := paths(svg, c.color)
		if len(got) != 1 || len(got[0]) != 301 || dashed[0] != c.dash {
			t.Fatalf("%s: %d paths, dashed %v, want one of 301 points, dashed %v", c.field, len(got), dashed, c.dash)
		}
		pts, want := got[0], l.series(Line{Field: c.field})
		perStep := (pts[300][0] - pts[0][0]) / 300
		perE := (pts[300][1] - pts[0][1]) / math.Log(want[300].value/want[0].value)
		if perStep < 1.5 || perE < 20 {
			t.Fatalf("%s: %.2f pixels a step, %.2f a factor e", c.field, perStep, perE)
		}
		for i, p := range pts {
			x := pts[0][0] + perStep*float64(i)
			y := pts[0][1] + perE*math.Log(want[i].value/want[0].value)
			if math.Abs(p[0]-x) > 0.02 || math.Abs(p[1]-y) > 0.02 { // five digits are written
				t.Fatalf("%s at step %d is drawn at %v, want (%.2f, %.2f)", c.field, i, p, x, y)
			}
		}
	}
}

// Both lanes of a comparison share one scale.
func TestLanesShareAxes(t *testing.T) {
	a, b := lane(200), lane(200)
	b.Letter = "b"
	i := b.Schema.Index("positive_norm")
	for k := range b.Steps {
		b.Steps[k].Values[i] *= 2
	}
	got, _ := paths(drawn(t, "norms", SVG, palette.Light, a, b), palette.Positive)
	var lines [][][2]float64
	for _, p := range got {
		if len(p) == 200 { // the others are the points of lane b
			lines = append(lines, p)
		}
	}
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	gap := lines[0][0][1] - lines[1][0][1] // drawn from the last to the first
	for i := range 200 {
		if d := lines[0][i][1] - lines[1][i][1]; d < 5 || math.Abs(d-gap) > 0.02 || lines[0][i][0] != lines[1][i][0] {
			t.Fatalf("at step %d lane b lies %.2f above lane a, want %.2f", i, d, gap)
		}
	}
}

func TestGapsAndNotes(t *testing.T) {
	l := lane(50)
	loss, neg := l.Schema.Index("loss"), l.Schema.Index("negative_norm")
	for i := range l.Steps {
		l.Steps[i].Values[neg] = 0
	}
	l.Steps[20].Values[loss] = float32(math.NaN())
	l.Steps[30].Values[loss] = float32(math.Inf(1))
	lines := 0
	got, _ := paths(drawn(t, "loss", SVG, palette.Light, l), palette.Light.Ink)
	for _, p := range got {
		if len(p) == 20 || len(p) == 9 || len(p) == 19 {
			lines++
		}
	}
	if lines != 3 {
		t.Errorf("two missing values leave %d pieces of 20, 9 and 19 points, want 3", lines)
	}
	svg := drawn(t, "norms", SVG, palette.Light, l)
	if p, _ := paths(svg, palette.Negative); len(p) != 0 {
		t.Error("a term that the loss does not have is drawn as a line")
	}
	if !bytes.Contains(svg, []byte("negative: none in this loss")) {
		t.Error("a term that the loss does not have is not named")
	}
}

// Each cell of the matrix, in both formats, has exactly the palette's colour.
func TestCorrelationShowsThePalette(t *testing.T) {
	l := lane(11)
	f := l.Steps[10].Frames[0]
	want := func(i, j int) palette.RGB {
		return palette.Diverging[128+int(f.Data[i*f.Cols+j])]
	}
	img, err := png.Decode(bytes.NewReader(drawn(t, "correlation", PNG, palette.Dark, l)))
	if err != nil {
		t.Fatal(err)
	}
	side := mapSide * pixels / f.Cols
	if cellSide(f)*pixels != float64(side) {
		t.Fatalf("a cell is %g wide, want %d pixels", cellSide(f), side)
	}
	for y := range side * f.Rows {
		for x := range side * f.Cols {
			c := color.NRGBAModel.Convert(img.At(mapLeft*pixels+x, mapTop*pixels+y)).(color.NRGBA)
			if w := want(y/side, x/side); (palette.RGB{R: c.R, G: c.G, B: c.B}) != w {
				t.Fatalf("pixel (%d, %d) of element (%d, %d) is %v, want %v", x, y, y/side, x/side, c, w)
			}
		}
	}

	group := regexp.MustCompile(`(?s)<g shape-rendering="crispEdges"[^>]*>.*?</g>`).Find(drawn(t, "correlation", SVG, palette.Light, l))
	got := map[[2]int]string{}
	for _, p := range regexp.MustCompile(`<path fill="([^"]*)" d="([^"]*)"`).FindAllSubmatch(group, -1) {
		for _, r := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1`).FindAllSubmatch(p[2], -1) {
			x, _ := strconv.Atoi(string(r[1]))
			y, _ := strconv.Atoi(string(r[2]))
			n, _ := strconv.Atoi(string(r[3]))
			for k := range n {
				got[[2]int{y, x + k}] = string(p[1])
			}
		}
	}
	for i := range f.Rows {
		for j := range f.Cols {
			if got[[2]int{i, j}] != want(i, j).Hex() {
				t.Fatalf("element (%d, %d) is %s in SVG, want %s", i, j, got[[2]int{i, j}], want(i, j).Hex())
			}
		}
	}
}

// A large matrix is a picture inside the SVG, one pixel an element.
func TestLargeCorrelation(t *testing.T) {
	l := lane(1)
	l.Steps[0].Frames = []record.Frame{frame(100)}
	f := l.Steps[0].Frames[0]
	svg := drawn(t, "correlation", SVG, palette.Light, l)
	m := regexp.MustCompile(`width="(\d+)" height="(\d+)" image-rendering="pixelated" href="data:image/png;base64,([^"]*)"`).FindSubmatch(svg)
	if m == nil || string(m[1]) != "300" || string(m[2]) != "300" {
		t.Fatalf("no picture of 300 by 300 in %.300s", svg)
	}
	raw, err := base64.StdEncoding.DecodeString(string(m[3]))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil || img.Bounds().Dx() != 100 || img.Bounds().Dy() != 100 {
		t.Fatalf("%v, %v", img.Bounds(), err)
	}
	for i := range 100 {
		for j := range 100 {
			c := color.NRGBAModel.Convert(img.At(j, i)).(color.NRGBA)
			if w := palette.Diverging[128+int(f.Data[i*100+j])]; (palette.RGB{R: c.R, G: c.G, B: c.B}) != w {
				t.Fatalf("element (%d, %d) is %v, want %v", i, j, c, w)
			}
		}
	}
}

// Spreads of lanes with different widths are drawn in units of the isotropic one.
func TestSpreadIsRelative(t *testing.T) {
	a, b := lane(50), lane(50)
	i := b.Schema.Index("channel_std")
	b.Schema.Fields = slices.Clone(b.Schema.Fields)
	b.Schema.Fields[i].Marks = []record.Mark{{Label: "isotropic", Value: 0.25}}
	for k := range b.Steps {
		b.Steps[k].Values[i] /= 4
	}
	f, _ := Lookup("collapse")
	line := f.Panels[0].Lines[0]
	for k, p := range a.series(line) {
		if q := b.series(line)[k]; math.Abs(p.value-q.value) > 1e-6 {
			t.Fatalf("at step %.0f: %g and %g", p.step, p.value, q.value)
		}
	}
	if m := f.Panels[0].marks([]Lane{a, b}); len(m) != 1 || m[0].Value != 1 {
		t.Errorf("marks %v, want isotropic at 1, once", m)
	}
}

func TestUnknownFigure(t *testing.T) {
	for _, c := range [][2]string{{"nothing", "svg"}, {"norms", "gif"}, {"", ""}} {
		if err := Draw(io.Discard, c[0], Format(c[1]), palette.Light, nil); !errors.Is(err, ErrUnknown) {
			t.Errorf("Draw(%q, %q) = %v, want ErrUnknown", c[0], c[1], err)
		}
	}
}

func TestSummary(t *testing.T) {
	f, _ := Lookup("norms")
	got := Summary(f, []Lane{lane(301)})
	for _, want := range []string{"positive 1 at step 0, 0.2", "at step 300", "negative 0.4 at step 0"} {
		if !strings.Contains(got, want) {
			t.Errorf("summary %q lacks %q", got, want)
		}
	}
	f, _ = Lookup("correlation")
	if got := Summary(f, []Lane{lane(11)}); !strings.HasPrefix(got, "16 of 256 channels, step 10: mean |off-diagonal| 0.") {
		t.Errorf("summary %q", got)
	}
}

func TestTabulate(t *testing.T) {
	for _, c := range []struct{ n, limit, stride, rows int }{
		{301, 50, 10, 31}, {300, 50, 10, 31}, {20, 50, 1, 20}, {51, 50, 2, 26}, {0, 50, 1, 0}, {300, 0, 1, 300},
	} {
		l := lane(c.n)
		tab := Tabulate(l, []string{"residual", "loss"}, c.limit)
		if len(tab.Rows) != c.rows || tab.Left+len(tab.Rows) != c.n {
			t.Errorf("%d steps, limit %d: %d rows and %d left, want %d rows", c.n, c.limit, len(tab.Rows), tab.Left, c.rows)
		}
		for i, r := range tab.Rows {
			if i < len(tab.Rows)-1 && r.Step != i*c.stride {
				t.Fatalf("row %d is step %d, want %d", i, r.Step, i*c.stride)
			}
			if r.Cells[0] != Cell(l.Steps[r.Step].Values[0]) { // columns keep the schema's order: loss, residual
				t.Errorf("step %d: loss %s", r.Step, r.Cells[0])
			}
			if (r.Cells[1] != "") != (r.Step%10 == 0) {
				t.Errorf("step %d: residual %q, measured on every tenth step", r.Step, r.Cells[1])
			}
		}
	}
}

func TestCellReadsBack(t *testing.T) {
	for _, v := range []float32{0, 1, 0.1, -3.25, 1e-7, 16777216, 1e20, math.SmallestNonzeroFloat32} {
		f, err := strconv.ParseFloat(Cell(v), 32)
		if err != nil || float32(f) != v {
			t.Errorf("Cell(%g) = %q", v, Cell(v))
		}
	}
}

func BenchmarkNormsPNG(b *testing.B) {
	lanes := []Lane{lane(2000), lane(2000), lane(2000)}
	for b.Loop() {
		Draw(io.Discard, "norms", PNG, palette.Light, lanes)
	}
}

// The cells that pages draw are those of the figure, with the sentence below it.
func TestCells(t *testing.T) {
	paths, words := Cells(frame(16))
	svg := drawn(t, "correlation", SVG, palette.Light, lane(1))
	for _, p := range paths {
		if !bytes.Contains(svg, []byte(`<path fill="`+p.Fill+`" d="`+p.D+`"/>`)) {
			t.Errorf("the figure lacks the cells in %s", p.Fill)
		}
	}
	if len(paths) < 2 || !bytes.Contains(svg, []byte(words)) {
		t.Errorf("%d colours, %q", len(paths), words)
	}
}

// A chart of one lane says what it is of, on every layout, and one of several says of each what tells it from
// the others, cut where it would run into the next.
func TestLanesAreIntroduced(t *testing.T) {
	text := regexp.MustCompile(`<text x="([\d.]+)"[^>]*>([^<]*)</text>`)
	said := func(name string, lanes ...Lane) string {
		var all []string
		for _, m := range text.FindAllSubmatch(drawn(t, name, SVG, palette.Light, lanes...), -1) {
			all = append(all, string(m[2]))
		}
		return strings.Join(all, "|")
	}
	one := lane(20)
	one.Title, one.About = "SimSiam", []string{"on Shapes", "Target No stop-gradient"}
	for _, name := range []string{"norms", "collapse", "spectrum"} {
		if got := said(name, one); !strings.HasPrefix(got, "SimSiam|on Shapes  ·  Target No stop-gradient|") {
			t.Errorf("%s begins with %q", name, got)
		}
	}
	plain := one
	plain.About = nil
	if got := said("norms", plain); strings.Contains(got, "SimSiam") {
		t.Errorf("without anything to say: %q", got)
	}
	other := one
	other.Letter, other.About = "B", slices.Repeat([]string{"Target No stop-gradient"}, 20)
	plain.Letter = "A"
	if got := said("norms", plain, other); !regexp.MustCompile(`^A\|SimSiam\|B\|SimSiam\|Target No stop-gradient.{20,}…\|`).MatchString(got) {
		t.Errorf("two lanes are called %q", got)
	}
}
