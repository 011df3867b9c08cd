package report

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// The layout of heatmaps, in CSS pixels: lanes side by side.
const (
	mapSide   = 320 // at most
	mapLeast  = 250 // room for the words
	mapLeft   = 16
	mapTop    = 52
	mapBottom = 64
)

// heatmaps lays out the latest frame of each lane.
func heatmaps(f Figure, format Format, theme palette.Theme, lanes []Lane) *sheet {
	side := mapLeast
	for _, l := range lanes {
		if frame, _, ok := l.latest(f.Frame); ok {
			side = max(side, int(math.Ceil(cellSide(frame)*float64(max(frame.Rows, frame.Cols)))))
		}
	}
	n := max(1, len(lanes))
	s := newSheet(vg.Length(n*(side+mapLeft)+mapLeft), vg.Length(mapTop+side+mapBottom), format, theme)
	if len(lanes) == 0 {
		s.heading(mapLeft, s.h-24, f.Title, "no records yet")
	}
	for i, l := range lanes {
		s.heatmap(f, l, vg.Length(mapLeft+i*(side+mapLeft)), lanePrefix(lanes, i))
	}
	return s
}

// cellSide is the side of an element: a whole number of a PNG's pixels, so that
// none is cut.
func cellSide(f record.Frame) float64 {
	return max(1, math.Floor(mapSide*pixels/float64(max(f.Rows, f.Cols, 1)))) / pixels
}

// heatmap draws one lane's frame with its left edge at x.
func (s *sheet) heatmap(f Figure, l Lane, x vg.Length, prefix string) {
	title := f.Title
	if prefix != "" {
		title = prefix + l.Title
	}
	s.heading(x, s.h-24, title, "")
	quiet := style(textSize, false, s.theme.Muted, text.XLeft, text.YBottom)
	frame, step, ok := l.latest(f.Frame)
	if !ok || frame.Rows == 0 || frame.Cols == 0 {
		s.write(quiet, x, s.h-42, "none measured so far")
		return
	}
	words := wordsOf(f.Frame)
	s.write(quiet, x, s.h-42, words.caption(frame, step))
	cell := cellSide(frame)
	s.maps = append(s.maps, placed{cells(frame, words.end(frame)), float64(x), mapTop, cell})
	below := s.h - mapTop - vg.Length(cell)*vg.Length(frame.Rows)
	s.write(quiet, x, below-20, words.sentence(frame))
	s.scale(x, below-38, number(float64(words.end(frame))))
}

// scale draws the legend of the diverging map, from -end to end.
func (s *sheet) scale(x, y vg.Length, end string) {
	const n, rows, cell = 85, 4, 2         // every third entry, the middle one among them
	left := x + 12 + 8*vg.Length(len(end)) // of the bar
	bar := image.NewPaletted(image.Rect(0, 0, n, rows), diverging)
	for i := range n {
		for row := range rows {
			bar.SetColorIndex(i, row, uint8(2+3*i))
		}
	}
	s.maps = append(s.maps, placed{bar, float64(left), float64(s.h-y) - rows*cell/2, cell})
	s.write(style(textSize, false, s.theme.Muted, text.XLeft, text.YCenter), x, y, "−"+end)
	s.write(style(textSize, false, s.theme.Muted, text.XLeft, text.YCenter), left+n*cell+6, y, end)
}

// diverging is the map as a picture's palette.
var diverging = func() color.Palette {
	p := make(color.Palette, len(palette.Diverging))
	for i, c := range palette.Diverging {
		p[i] = color.RGBA{c.R, c.G, c.B, 255}
	}
	return p
}()

// cells colours a frame, one pixel an element; end is the value of the last colour.
func cells(f record.Frame, end float32) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, f.Cols, f.Rows), diverging)
	for i := range f.Rows {
		for j := range f.Cols {
			img.SetColorIndex(j, i, uint8(palette.DivergingAt(float64(f.At(i, j)/end))))
		}
	}
	return img
}
