package report

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/palette"
)

// The layout of small multiples, in CSS pixels. A page draws each cell by itself, in a
// box of SmallWidth x SmallHeight.
const (
	SmallWidth, SmallHeight = 168, 96
	smallHead               = 20 // name of the row and the column
	smallText               = 11 // of a page's labels
	smallGap                = 12
	matrixTop               = 76  // title, legend
	matrixWidth             = 600 // at least, for the legend
	matrixBottom            = 26  // ticks of the steps
)

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
	shading := m.Shading()
	cellW, cellH := vg.Length(SmallWidth+smallGap), vg.Length(SmallHeight+smallHead+smallGap)
	s := newSheet(max(marginLeft+vg.Length(len(m.Columns))*cellW+smallGap, matrixWidth), matrixTop+vg.Length(len(m.Rows))*cellH+matrixBottom, format, theme)
	s.each = m.Figure.Each
	s.heading(marginLeft, s.h-24, p.Title, p.Unit)
	quiet := style(textSize, false, theme.Muted, text.XLeft, text.YBottom)
	s.write(quiet, marginLeft, s.h-42, m.legend())
	if shading.Tells() {
		s.write(quiet, marginLeft, s.h-58, fmt.Sprintf("the stripe above a cell says where it ends: dark %s, light %s", shading.Least, shading.Largest))
	}
	for i, row := range m.Cells {
		for j, c := range row {
			left, top := marginLeft+vg.Length(j)*cellW, s.h-matrixTop-vg.Length(i)*cellH
			area := vg.Rectangle{Min: vg.Point{X: left, Y: top - smallHead - SmallHeight}, Max: vg.Point{X: left + SmallWidth, Y: top - smallHead}}
			sty := style(textSize, true, theme.Ink, text.XLeft, text.YBottom)
			s.write(sty, left, area.Max.Y+7, shortened(sty, m.cellName(i, j), SmallWidth))
			if e, ok := m.End(c); ok {
				if colour, ok := shading.Of(c, e); ok {
					s.rule(colour, 4, nil, area.Min.X, area.Max.Y+2, area.Max.X, area.Max.Y+2)
				}
			}
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
