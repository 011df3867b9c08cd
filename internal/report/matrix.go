package report

import (
	"fmt"
	"strings"
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
	Ended  bool // no more will come
}

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
	Value                  float64 // the median
	Median, Least, Largest string  // as people read them
	Seeds                  int
}

// End returns that of the cell's first line.
func (m Matrix) End(c MatrixCell) (End, bool) {
	s, ok := band{lanes: c.Lanes}.end(m.panel().Lines[0])
	if !ok {
		return End{}, false
	}
	return End{int(s.step), s.median, number(s.median), number(s.least), number(s.largest), s.seeds}, true
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
