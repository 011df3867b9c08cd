package report

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/palette"
)

// The layout of labelled heatmaps, in CSS pixels: lanes one below the other.
const (
	cellWidth  = 34 // room for "−0.97"
	namesWidth = 200
	tableTop   = 62
)

// tables lays out the latest frame of each lane as a table: a name at each row,
// its number at each column, the value in each cell.
func tables(f Figure, format Format, theme palette.Theme, lanes []Lane) *sheet {
	rows, height := 8, vg.Length(0)
	for _, l := range lanes {
		if frame, _, ok := l.latest(f.Frame); ok {
			rows = max(rows, frame.Cols)
		}
		height += l.tableHeight(f)
	}
	s := newSheet(vg.Length(mapLeft+namesWidth+rows*cellWidth+mapLeft), max(height, tableTop)+mapLeft, format, theme)
	if len(lanes) == 0 {
		s.heading(mapLeft, s.h-24, f.Title, "no records yet")
	}
	top := s.h
	for i, l := range lanes {
		s.table(f, l, top, lanePrefix(lanes, i))
		top -= l.tableHeight(f)
	}
	return s
}

func (l Lane) tableHeight(f Figure) vg.Length {
	frame, _, _ := l.latest(f.Frame)
	return tableTop + vg.Length(frame.Rows)*cellWidth
}

// table draws one lane's frame below top.
func (s *sheet) table(f Figure, l Lane, top vg.Length, prefix string) {
	title := f.Title
	if prefix != "" {
		title = prefix + l.Title
	}
	s.heading(mapLeft, top-24, title, "cosine of the gradients")
	quiet := style(textSize, false, s.theme.Muted, text.XLeft, text.YBottom)
	frame, step, ok := l.latest(f.Frame)
	if !ok || frame.Rows == 0 {
		s.write(quiet, mapLeft, top-42, "none measured so far")
		return
	}
	s.write(quiet, mapLeft, top-42, fmt.Sprintf("step %d", step))
	names, left := l.labels(f.Frame), vg.Length(mapLeft+namesWidth)
	for i := range frame.Rows {
		low := top - tableTop - vg.Length(i+1)*cellWidth
		middle := low + cellWidth/2
		s.write(style(textSize, false, s.theme.Ink, text.XLeft, text.YCenter), mapLeft, middle, strconv.Itoa(i+1)+"  "+names[i])
		s.write(style(textSize, false, s.theme.Muted, text.XCenter, text.YBottom), left+(vg.Length(i)+0.5)*cellWidth, top-tableTop+5, strconv.Itoa(i+1))
		for j := range frame.Cols {
			v := float64(frame.At(i, j))
			paper, x := palette.Diverging[palette.DivergingAt(v)], left+vg.Length(j)*cellWidth
			s.c.SetColor(paper)
			s.c.Fill(vg.Rectangle{Min: vg.Point{X: x, Y: low}, Max: vg.Point{X: x + cellWidth, Y: low + cellWidth}}.Path())
			s.write(style(textSize, false, inkOn(paper), text.XCenter, text.YCenter), x+cellWidth/2, middle, cosine(v))
		}
	}
}

// inkOn is black or white, whichever stands out more on a colour of the map.
func inkOn(paper palette.RGB) palette.RGB {
	black, white := palette.RGB{}, palette.RGB{R: 255, G: 255, B: 255}
	if palette.Contrast(paper, black) > palette.Contrast(paper, white) {
		return black
	}
	return white
}

// cosine prints a cosine for a cell: two digits, a true minus sign.
func cosine(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	if v < 0 && s != "0.00" {
		return "−" + s
	}
	return s
}

// labels names the rows of a lane's latest frame, by their numbers where nobody
// has named them.
func (l Lane) labels(name string) []string {
	frame, step, _ := l.latest(name)
	about, _ := l.Schema.Matrix(name, step)
	names := about.Labels
	for i := len(names); i < frame.Rows; i++ {
		names = append(names[:i:i], fmt.Sprintf("row %d", i+1))
	}
	return names
}

// extremes says in words which rows of a labelled frame are most and least alike.
func (l Lane) extremes(name string) string {
	frame, _, _ := l.latest(name)
	names := l.labels(name)
	if frame.Rows < 2 {
		return "only one gradient"
	}
	most, least := [2]int{1, 0}, [2]int{1, 0}
	for i := range frame.Rows {
		for j := range i {
			if frame.At(i, j) > frame.At(most[0], most[1]) {
				most = [2]int{i, j}
			}
			if frame.At(i, j) < frame.At(least[0], least[1]) {
				least = [2]int{i, j}
			}
		}
	}
	pair := func(at [2]int) string {
		return fmt.Sprintf("%s and %s, cosine %s", names[at[1]], names[at[0]], cosine(float64(frame.At(at[0], at[1]))))
	}
	return "most alike are " + pair(most) + "; least alike " + pair(least)
}
