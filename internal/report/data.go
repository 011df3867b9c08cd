package report

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/record"
)

// The formats of a figure's numbers.
const (
	CSV  Format = "csv"
	JSON Format = "json"
)

// A Grid is what a figure shows of one lane, as a table.
type Grid struct {
	Lane    string   // its letter
	Title   string   // "SimCLR"
	Step    int      // at which the frame was measured that is shown; -1 where steps are rows, or nothing was measured
	Columns []string // of curves the step and the fields in the figure's order
	Rows    [][]any  // an element is an int, a float32, a string, or nil where nothing was measured
}

// Data returns the numbers that a figure shows of each lane: for curves all
// measured values, in the unit of the chart, for frames the latest. Lanes whose curves
// are drawn as a band have one grid together.
func Data(f Figure, lanes []Lane) []Grid {
	if len(f.Panels) > 0 {
		return curvesData(f, lanes)
	}
	grids := make([]Grid, len(lanes))
	for i, l := range lanes {
		g := Grid{Step: -1}
		switch {
		case f.Frame == "sphere":
			g = l.sphereGrid()
		case f.Labelled:
			g = l.pairsGrid(f.Frame)
		default:
			g = l.matrixGrid(f.Frame)
		}
		g.Lane, g.Title = l.Letter, l.Title
		grids[i] = g
	}
	return grids
}

func curvesData(f Figure, lanes []Lane) []Grid {
	var grids []Grid
	for _, b := range bands(unrolled(f, lanes)) {
		g := b.curvesGrid(f)
		g.Lane, g.Title = b.letter, b.title
		grids = append(grids, g)
	}
	for i, b := range bands(lanes) { // the same bands, with their frames
		for _, l := range b.lanes {
			if _, step, ok := l.latest(f.Frame); ok {
				grids[i].Step = max(grids[i].Step, step)
			}
		}
	}
	return grids
}

// Until returns the lane as it stood at a step: what a figure of its frames showed then.
func (l Lane) Until(step int) Lane {
	n, _ := slices.BinarySearchFunc(l.Steps, step+1, func(s record.Step, at int) int { return s.Step - at })
	l.Steps = l.Steps[:n]
	return l
}

// curvesGrid has a row for each step at which a line of the figure was measured.
func (l Lane) curvesGrid(f Figure) Grid {
	g := Grid{Step: -1, Columns: []string{"step"}}
	type column struct {
		index int
		unit  float64
	}
	var columns []column
	for _, p := range f.Panels {
		g.Columns[0] = p.along()
		for _, line := range p.Lines {
			if i := l.Schema.Index(line.Field); i >= 0 {
				columns = append(columns, column{i, line.unit(l.Schema.Fields[i])})
				g.Columns = append(g.Columns, line.column())
			}
		}
	}
	for _, s := range l.Steps {
		row, any := make([]any, 1, 1+len(columns)), false
		row[0] = s.Step
		for _, c := range columns {
			if s.Has&l.Schema.Fields[c.index].Every == 0 || c.index >= len(s.Values) {
				row = append(row, nil)
				continue
			}
			row, any = append(row, float32(float64(s.Values[c.index])/c.unit)), true
		}
		if any {
			g.Rows = append(g.Rows, row)
		}
	}
	return g
}

// matrixGrid has the frame's rows, and a column for each of its own. Of a sample of
// channels the numbers are those of the whole.
func (l Lane) matrixGrid(name string) Grid {
	f, step, ok := l.latest(name)
	if !ok {
		return Grid{Step: -1, Columns: []string{"row"}}
	}
	number := func(i int) int {
		if f.Rows == f.Cols && f.Of > f.Cols {
			return i * f.Of / f.Cols
		}
		return i
	}
	g := Grid{Step: step, Columns: []string{"row"}}
	for j := range f.Cols {
		g.Columns = append(g.Columns, strconv.Itoa(number(j)))
	}
	for i := range f.Rows {
		row := []any{number(i)}
		for j := range f.Cols {
			row = append(row, f.At(i, j))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// pairsGrid has a row for each pair of a frame whose rows have names: their cosine,
// and where it was measured how long the first is, by the second's length.
func (l Lane) pairsGrid(name string) Grid {
	f, step, ok := l.latest(name)
	if !ok {
		return Grid{Step: -1, Columns: []string{"gradient", "other", "cosine", "length_ratio"}}
	}
	ratio, at, measured := l.latest(name + "_ratio")
	g := Grid{Step: step, Columns: []string{"gradient", "other", "cosine", "length_ratio"}}
	names := l.labels(name)
	for i := range f.Rows {
		for j := range f.Cols {
			row := []any{names[i], names[j], f.At(i, j), nil}
			if measured && at == step && i < ratio.Rows && j < ratio.Cols {
				row[3] = float32(math.Pow(10, float64(ratio.At(i, j))))
			}
			g.Rows = append(g.Rows, row)
		}
	}
	return g
}

// sphereGrid has a row for each point: where it is, where its arrows lead from
// there, and their lengths in all channels, radial parts outwards above 0.
func (l Lane) sphereGrid() Grid {
	g := Grid{Step: -1, Columns: []string{"image", "view", "class", "x", "y", "z", "positive_x", "positive_y", "positive_z", "negative_x", "negative_y", "negative_z",
		"positive_length", "positive_radial", "negative_length", "negative_radial", "cosine"}}
	globe, ok := l.globe()
	if !ok {
		return g
	}
	g.Step = globe.step
	angle, angleStep, hasAngle := l.latest("sphere_angle")
	class, classStep, hasClass := l.latest("sphere_class")
	images := globe.points.Rows / 2
	for i := range globe.points.Rows {
		row := []any{i % max(images, 1), 1 + i/max(images, 1), nil}
		if k := i % max(images, 1); hasClass && classStep == g.Step && k < class.Cols {
			row[2] = int(math.Round(float64(class.At(0, k))))
		}
		for _, f := range []record.Frame{globe.points, globe.arrows[0], globe.arrows[1]} {
			for k := range 3 {
				row = append(row, f.At(i, k))
			}
		}
		for k := range 4 {
			root := globe.length.At(i, k)
			if k%2 == 1 && root < 0 {
				row = append(row, -root*root)
			} else {
				row = append(row, root*root)
			}
		}
		var cosine any
		if hasAngle && angleStep == g.Step {
			cosine = angle.At(i, 0)
		}
		g.Rows = append(g.Rows, append(row, cosine))
	}
	return g
}

// AppendCSV appends grids as one table with a header, lines ending in a line feed.
// Several lanes stand below each other, with their letters in a first column; one that
// has not what another has leaves it empty.
func AppendCSV(dst []byte, grids []Grid) []byte {
	var columns []string
	for _, g := range grids {
		for _, c := range g.Columns {
			if !slices.Contains(columns, c) {
				columns = append(columns, c)
			}
		}
	}
	head := columns
	if len(grids) > 1 {
		head = append([]string{"lane"}, columns...)
	}
	for i, c := range head {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendWord(dst, c)
	}
	dst = append(dst, '\n')
	for _, g := range grids {
		for _, row := range g.Rows {
			if len(grids) > 1 {
				dst = append(appendWord(dst, g.Lane), ',')
			}
			for i, c := range columns {
				if i > 0 {
					dst = append(dst, ',')
				}
				if at := slices.Index(g.Columns, c); at >= 0 {
					dst = appendCell(dst, row[at])
				}
			}
			dst = append(dst, '\n')
		}
	}
	return dst
}

func appendCell(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return dst
	case float32:
		return record.AppendFloat(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	default:
		return appendWord(dst, fmt.Sprint(v))
	}
}

// appendWord quotes what a reader of CSV would take apart.
func appendWord(dst []byte, s string) []byte {
	if strings.ContainsAny(s, ",\"\n\r") {
		s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return append(dst, s...)
}

// AppendJSON appends a figure's grids as one object and a line feed. A number that is
// not finite is null, like one that was not measured.
func AppendJSON(dst []byte, f Figure, grids []Grid) []byte {
	dst = fmt.Appendf(dst, `{"figure":%s,"title":%s,"lanes":[`, quoted(f.Name), quoted(f.Title))
	for i, g := range grids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = fmt.Appendf(dst, `{"lane":%s,"title":%s,`, quoted(g.Lane), quoted(g.Title))
		if g.Step >= 0 {
			dst = fmt.Appendf(dst, `"step":%d,`, g.Step)
		}
		names, _ := json.Marshal(g.Columns) // strings
		dst = fmt.Appendf(dst, `"columns":%s,"rows":[`, names)
		for j, row := range g.Rows {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, '[')
			for k, v := range row {
				if k > 0 {
					dst = append(dst, ',')
				}
				dst = appendValue(dst, v)
			}
			dst = append(dst, ']')
		}
		dst = append(dst, `]}`...)
	}
	return append(dst, "]}\n"...)
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return append(dst, quoted(v)...)
	case float32:
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			return append(dst, "null"...)
		}
	}
	return appendCell(dst, v)
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string
	return string(b)
}
