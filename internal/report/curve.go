package report

import (
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A curve is a line of a lane with its values.
type curve struct {
	Line
	lane   int
	points []point
}

// mark draws a reference value: a dotted line with its name at that end and on
// that side where the fewest points of curves lie under it.
func (s *sheet) mark(name string, area vg.Rectangle, h vg.Length, drawn []vg.Point) {
	s.rule(s.theme.Mark, 1, []vg.Length{1, 3}, area.Min.X, h, area.Max.X, h)
	sty := style(textSize-1, false, s.theme.Muted, text.XLeft, text.YBottom)
	width := sty.Width(name)
	var best vg.Point
	fewest := -1
	for _, x := range []vg.Length{area.Max.X - width - 2, area.Min.X + 4} {
		for _, y := range []vg.Length{h + 2, h - textSize - 3} {
			if y < area.Min.Y || y+textSize > area.Max.Y+6 {
				continue
			}
			under := 0
			for _, p := range drawn {
				if x-4 < p.X && p.X < x+width+4 && y-3 < p.Y && p.Y < y+textSize+2 {
					under++
				}
			}
			if fewest < 0 || under < fewest {
				best, fewest = vg.Point{X: x, Y: y}, under
			}
		}
	}
	s.write(sty, best.X, best.Y, name)
}

// curve draws a line, interrupted where a value is missing, with the lane's
// points where there are several lanes, and with dots where it has few values. It
// returns where the line went.
func (s *sheet) curve(c curve, several bool, x, y axis, area vg.Rectangle) []vg.Point {
	k := s.ink(c.Line, c.lane)
	sty := draw.LineStyle{Color: k.line, Width: laneWidths[c.lane%len(laneWidths)]}
	if c.Dash {
		sty.Dashes = []vg.Length{6, 3}
	}
	width := area.Max.X - area.Min.X
	points := thin(c.points, int(width))
	var runs [][]vg.Point
	broken := true
	for _, p := range points {
		if math.IsNaN(p.value) || y.log() && p.value < y.min {
			broken = true
			continue
		}
		if broken {
			runs, broken = append(runs, nil), false
		}
		at := vg.Point{X: area.Min.X + vg.Length(x.at(p.step))*width, Y: scaled(y, p.value, area)}
		runs[len(runs)-1] = append(runs[len(runs)-1], at)
	}
	s.c.StrokeLines(sty, runs...)

	glyph, every, n := draw.GlyphDrawer(draw.CircleGlyph{}), 1, 0
	if several && c.lane > 0 {
		glyph, every = laneGlyphs[c.lane%len(laneGlyphs)], max(1, len(points)/8)
		n = every * c.lane / 4 // so that points of lanes that lie on each other do not
	} else if len(points) > 40 {
		return slices.Concat(runs...)
	}
	for _, run := range runs {
		for _, at := range run {
			if n%every == 0 {
				s.c.DrawGlyphNoClip(draw.GlyphStyle{Color: k.line, Radius: 2.5, Shape: glyph}, at)
			}
			n++
		}
	}
	return slices.Concat(runs...)
}
