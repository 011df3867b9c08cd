package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/palette"
)

// A Matrix is small multiples: one panel drawn for each cell of a table, all on the same
// axes, so that cells compare by eye. Its cells are the points of a sweep, and
// what they hold is drawn as a band.
type Matrix struct {
	Figure  Figure // of one panel
	Keys    []string
	Columns []string       // names of the columns: "3"
	Rows    []string       // of the rows: "lambda=0"; one empty name where there is one row
	Cells   [][]MatrixCell // by row and column
}

// A MatrixCell is a point of a sweep: its lanes differ in the seed only. Without records it stays
// empty.
type MatrixCell struct {
	Name   string   // "projector.depth=3 lambda=0"
	Values []string // of Matrix.Keys
	Lanes  []Lane
}

// The layout of small multiples, in CSS pixels. A page draws each cell by itself, in a
// box of SmallWidth x SmallHeight.
const (
	SmallWidth, SmallHeight = 168, 96
	smallHead               = 18 // name of the row and the column
	smallText               = 11 // of a page's labels
	smallGap                = 12
	matrixTop               = 58  // title, legend
	matrixWidth             = 600 // at least, for the legend
	matrixBottom            = 26  // ticks of the steps
)

func (m Matrix) panel() Panel { return m.Figure.Panels[0] }

// axes are those of all cells.
func (m Matrix) axes() (x, y axis) {
	var lanes []Lane
	values := append([]float64(nil), m.panel().Within...)
	for _, row := range m.Cells {
		for _, c := range row {
			lanes = append(lanes, c.Lanes...)
			b := band{lanes: c.Lanes}
			for _, line := range m.panel().Lines {
				extents := b.extents(line)
				if line.Note != "" && zero(medians(extents)) {
					continue
				}
				for _, s := range extents {
					values = append(values, s.least, s.largest)
				}
			}
		}
	}
	for _, mark := range m.panel().marks(lanes) {
		values = append(values, float64(mark.Value))
	}
	return newSteps(lanes), newAxis(values, m.panel().Log)
}

// curves are what a cell draws, without lines that are zero throughout and say so.
func (m Matrix) curves(c MatrixCell) []curve {
	var list []curve
	b := band{lanes: c.Lanes}
	for _, line := range m.panel().Lines {
		extents := b.extents(line)
		points := medians(extents)
		if _, ok := last(points); !ok || line.Note != "" && zero(points) {
			continue
		}
		k := curve{Line: line, points: points}
		if b.several() {
			k.extents = extents
			if m.Figure.Each {
				k.single = b.single(line)
			}
		}
		list = append(list, k)
	}
	return list
}

// Draw writes the whole table as a picture, or the numbers that it shows.
func (m Matrix) Draw(w io.Writer, format Format, theme palette.Theme) error {
	switch format {
	case CSV:
		_, err := w.Write(AppendCSV(nil, m.grids()))
		return err
	case JSON:
		_, err := w.Write(AppendJSON(nil, m.Figure, m.grids()))
		return err
	case SVG, PNG:
	default:
		return fmt.Errorf("%w: %s.%s", ErrUnknown, m.Figure.Name, format)
	}
	p := m.panel()
	x, y := m.axes()
	cellW, cellH := vg.Length(SmallWidth+smallGap), vg.Length(SmallHeight+smallHead+smallGap)
	s := newSheet(max(marginLeft+vg.Length(len(m.Columns))*cellW+smallGap, matrixWidth), matrixTop+vg.Length(len(m.Rows))*cellH+matrixBottom, format, theme)
	s.each = m.Figure.Each
	s.heading(marginLeft, s.h-24, p.Title, p.Unit)
	s.write(style(textSize, false, theme.Muted, text.XLeft, text.YBottom), marginLeft, s.h-42, m.legend())
	for i, row := range m.Cells {
		for j, c := range row {
			left, top := marginLeft+vg.Length(j)*cellW, s.h-matrixTop-vg.Length(i)*cellH
			area := vg.Rectangle{Min: vg.Point{X: left, Y: top - smallHead - SmallHeight}, Max: vg.Point{X: left + SmallWidth, Y: top - smallHead}}
			sty := style(textSize, true, theme.Ink, text.XLeft, text.YBottom)
			s.write(sty, left, area.Max.Y+4, shortened(sty, m.cellName(i, j), SmallWidth))
			s.small(m.curves(c), x, y, area, i == len(m.Rows)-1, j == 0)
		}
	}
	return s.save(w, m.Title(), m.Summary())
}

// cellName stands over a cell: what tells its row, and what its column.
func (m Matrix) cellName(i, j int) string {
	return strings.Join(nonEmpty(m.Rows[i], m.Columns[j]), " · ")
}

func nonEmpty(words ...string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// small draws one cell; ticks have labels at the left of the first column and below the last row.
func (s *sheet) small(curves []curve, x, y axis, area vg.Rectangle, below, left bool) {
	muted := s.theme.Muted
	for _, t := range y.ticks {
		h := scaled(y, t.Value, area)
		s.rule(s.theme.Hairline, 1, nil, area.Min.X, h, area.Max.X, h)
		if left {
			s.write(style(textSize-1, false, muted, text.XRight, text.YCenter), area.Min.X-6, h, t.Label)
		}
	}
	s.rule(s.theme.Mark, 1, nil, area.Min.X, area.Min.Y, area.Max.X, area.Min.Y)
	for _, t := range x.ticks {
		at := area.Min.X + vg.Length(x.at(t.Value))*(area.Max.X-area.Min.X)
		s.rule(s.theme.Mark, 1, nil, at, area.Min.Y-3, at, area.Min.Y)
		if below && t.Label != "" {
			s.write(style(textSize-1, false, muted, text.XCenter, text.YTop), at, area.Min.Y-5, t.Label)
		}
	}
	if len(curves) == 0 {
		s.write(style(textSize, false, muted, text.XCenter, text.YCenter), (area.Min.X+area.Max.X)/2, (area.Min.Y+area.Max.Y)/2, "nothing measured")
	}
	for _, c := range curves {
		s.shade(c, x, y, area)
	}
	for i := len(curves) - 1; i >= 0; i-- {
		s.curve(curves[i], false, x, y, area)
	}
}

// legend says what lines and bands are.
func (m Matrix) legend() string {
	var all []band
	for _, row := range m.Cells {
		for _, c := range row {
			all = append(all, band{lanes: c.Lanes})
		}
	}
	words := []string{"the same axes in every cell"}
	var names []string
	for _, l := range m.panel().Lines {
		if l.Label != "" {
			names = append(names, l.Label+map[bool]string{true: " dashed"}[l.Dash])
		}
	}
	return strings.Join(append(nonEmpty(strings.Join(names, ", "), legend(all)), words...), "; ")
}

// Title names the whole: "Loss, projector.depth × lambda".
func (m Matrix) Title() string {
	return strings.Join(nonEmpty(m.panel().Title, strings.Join(m.Keys, " × ")), ", ")
}

// Summary says of each cell what its text alternative says.
func (m Matrix) Summary() string {
	var parts []string
	for _, row := range m.Cells {
		for _, c := range row {
			parts = append(parts, strings.Join(nonEmpty(c.Name, m.Sentence(c)), ": ")+".")
		}
	}
	return strings.Join(parts, " ")
}

// Sentence says of a cell where its lines end: "positive 0.31 at step 299, where 5 seeds go from
// 0.28 to 0.35".
func (m Matrix) Sentence(c MatrixCell) string {
	b := band{lanes: c.Lanes}
	var parts []string
	for _, line := range m.panel().Lines {
		s, ok := b.end(line)
		if !ok {
			continue
		}
		if line.Note != "" && zero(medians(b.extents(line))) {
			parts = append(parts, line.Note)
			continue
		}
		text := strings.Join(nonEmpty(line.Label, number(s.median)), " ") + fmt.Sprintf(" at %s %.0f", m.panel().along(), s.step)
		if b.several() {
			text += fmt.Sprintf(", where %d seeds go from %s to %s", s.seeds, number(s.least), number(s.largest))
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return "nothing measured"
	}
	return strings.Join(parts, "; ")
}

// An End is what a line of a cell is at, in the last step at which a seed has measured it.
type End struct {
	Step                   int
	Median, Least, Largest string // as people read them
	Seeds                  int
}

// End returns that of the cell's first line.
func (m Matrix) End(c MatrixCell) (End, bool) {
	s, ok := band{lanes: c.Lanes}.end(m.panel().Lines[0])
	if !ok {
		return End{}, false
	}
	return End{int(s.step), number(s.median), number(s.least), number(s.largest), s.seeds}, true
}

// grids are the numbers of all cells: the point's settings, and then what a band has.
func (m Matrix) grids() []Grid {
	var list []Grid
	for _, row := range m.Cells {
		for _, c := range row {
			g := band{lanes: c.Lanes}.spreadGrid(m.Figure)
			g.Lane, g.Title = c.Name, m.panel().Title
			g.Columns = append(append([]string(nil), m.Keys...), g.Columns...)
			for i, values := range g.Rows {
				var settings []any
				for _, v := range c.Values {
					settings = append(settings, v)
				}
				g.Rows[i] = append(settings, values...)
			}
			list = append(list, g)
		}
	}
	return list
}

// A Small is one cell as paths for an SVG in a page, in a box of SmallWidth x SmallHeight
// with its origin at the left upper corner. Colours are the page's.
type Small struct {
	Lines []SmallLine
	Grid  string // the hairlines at the ticks
}

// A SmallLine is one line of a cell. Bands are closed outlines, the others are open.
type SmallLine struct {
	Line   Line
	Middle string   // the median
	Band   string   // from the least to the largest
	Edges  []string // of the band, or single seeds in their place
}

// A SmallTick is a label of the axis that all cells share, with the height of its text in the
// box: above its hairline, or below where there is no room.
type SmallTick struct {
	Y     string
	Label string
}

// Smalls returns all cells as paths, and the labels of the axis.
func (m Matrix) Smalls() (cells [][]Small, ticks []SmallTick, steps string) {
	x, y := m.axes()
	for _, row := range m.Cells {
		var list []Small
		for _, c := range row {
			list = append(list, m.small(c, x, y))
		}
		cells = append(cells, list)
	}
	for _, t := range y.ticks {
		at := flip(scaled(y, t.Value, smallArea)) - 2
		if at < smallText {
			at += smallText + 2
		}
		ticks = append(ticks, SmallTick{coordinate(float64(at)), t.Label})
	}
	return cells, ticks, fmt.Sprintf("%s 0 to %.0f", m.panel().along(), x.max)
}

// smallArea has room for the width of a line at its edges.
var smallArea = vg.Rectangle{Min: vg.Point{X: 1, Y: 2}, Max: vg.Point{X: SmallWidth - 1, Y: SmallHeight - 2}}

// flip turns a height from below into one from above.
func flip(y vg.Length) vg.Length { return SmallHeight - y }

func (m Matrix) small(c MatrixCell, x, y axis) Small {
	var s Small
	for _, t := range y.ticks {
		s.Grid += fmt.Sprintf("M0 %sH%d", coordinate(float64(flip(scaled(y, t.Value, smallArea)))), SmallWidth)
	}
	width := smallArea.Max.X - smallArea.Min.X
	for _, k := range m.curves(c) {
		line := SmallLine{Line: k.Line, Middle: pathOf(stretches(thin(k.points, int(width)), x, y, smallArea))}
		if len(c.Lanes) > 1 {
			for _, b := range bandRuns(thinned(k.extents, int(width)), x, y, smallArea) {
				line.Band += pathOf([][]vg.Point{append(append([]vg.Point(nil), b.upper...), reversed(b.lower)...)}) + "Z"
				if k.single == nil {
					line.Edges = append(line.Edges, pathOf([][]vg.Point{b.upper, b.lower}))
				}
			}
			for _, points := range k.single {
				line.Edges = append(line.Edges, pathOf(stretches(thin(points, int(width)), x, y, smallArea)))
			}
		}
		s.Lines = append(s.Lines, line)
	}
	return s
}

// pathOf writes stretches of a line as the data of an SVG path.
func pathOf(runs [][]vg.Point) string {
	var b strings.Builder
	for _, run := range runs {
		for i, p := range run {
			b.WriteByte("ML"[min(i, 1)])
			b.WriteString(coordinate(float64(p.X)) + " " + coordinate(float64(flip(p.Y))))
		}
	}
	return b.String()
}

// coordinate prints a tenth of a pixel, which nobody sees.
func coordinate(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}
