package report

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A curve is a line of a lane with its values.
type curve struct {
	Line
	lane    int       // number of its band, which gives it width, colour and points
	points  []point   // of a band the medians
	extents []extent  // of a band
	single  [][]point // the seeds of a band, where they are drawn too
}

// mark draws a reference value: a dotted line with its name at that end and on
// that side where the fewest points of curves lie under it. It returns where that is.
func (s *sheet) mark(name string, area vg.Rectangle, h vg.Length, drawn []vg.Point) vg.Rectangle {
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
	return vg.Rectangle{Min: best, Max: vg.Point{X: best.X + width, Y: best.Y + textSize}}
}

// stretches takes the points of a line to the sheet, apart where a value is missing.
func stretches(points []point, x, y axis, area vg.Rectangle) [][]vg.Point {
	width := area.Max.X - area.Min.X
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
	return runs
}

// shade fills the band of a curve, from the least to the largest, with an edge that
// shows without the tint; single seeds are lines in its place.
func (s *sheet) shade(c curve, x, y axis, area vg.Rectangle) {
	ink := color.NRGBAModel.Convert(s.ink(c.Line, c.lane).line).(color.NRGBA)
	edge := draw.LineStyle{Color: ink, Width: 0.5}
	if c.Dash {
		edge.Dashes = []vg.Length{4, 2}
	}
	width := area.Max.X - area.Min.X
	tint := ink
	tint.A = bandAlpha
	for _, b := range bandRuns(thinned(c.extents, int(width)), x, y, area) {
		s.c.FillPolygon(tint, slices.Concat(b.upper, reversed(b.lower)))
		if c.single == nil {
			s.c.StrokeLines(edge, b.upper, b.lower)
		}
	}
	for _, points := range c.single {
		s.c.StrokeLines(edge, stretches(thin(points, int(width)), x, y, area)...)
	}
}

// A bandRun is a stretch of a band without a gap: its edges on the sheet.
type bandRun struct{ lower, upper []vg.Point }

// bandRuns takes a band to the sheet, apart where nothing of it can be drawn.
func bandRuns(extents []extent, x, y axis, area vg.Rectangle) []bandRun {
	width := area.Max.X - area.Min.X
	var runs []bandRun
	broken := true
	for _, p := range extents {
		if p.seeds == 0 || y.log() && p.median < y.min {
			broken = true
			continue
		}
		if broken {
			runs, broken = append(runs, bandRun{}), false
		}
		at, b := area.Min.X+vg.Length(x.at(p.step))*width, &runs[len(runs)-1]
		b.lower = append(b.lower, vg.Point{X: at, Y: scaled(y, p.least, area)})
		b.upper = append(b.upper, vg.Point{X: at, Y: scaled(y, p.largest, area)})
	}
	return runs
}

// bandAlpha is how much of the line's colour a band has, of 255: two that lie on each
// other can be told from one.
const bandAlpha = 46

func reversed(points []vg.Point) []vg.Point {
	out := slices.Clone(points)
	slices.Reverse(out)
	return out
}

// thinned keeps of a band what thin would keep of its edges and its middle.
func thinned(extents []extent, n int) []extent {
	if len(extents) <= 4*n {
		return extents
	}
	kept := map[float64]bool{}
	for _, value := range []func(extent) float64{
		func(s extent) float64 { return s.least }, func(s extent) float64 { return s.median }, func(s extent) float64 { return s.largest },
	} {
		points := make([]point, len(extents))
		for i, s := range extents {
			points[i] = point{s.step, value(s)}
		}
		for _, p := range thin(points, n) {
			kept[p.step] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(extents), func(s extent) bool { return !kept[s.step] })
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
	points := thin(c.points, int(area.Max.X-area.Min.X))
	runs := stretches(points, x, y, area)
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
