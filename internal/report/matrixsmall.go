package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

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
