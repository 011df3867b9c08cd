package report

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"gradlab/internal/palette"
)

// The layout of line charts, in CSS pixels.
const (
	singleWidth, singleHeight = 720, 290 // a figure of one panel
	tileWidth, tileHeight     = 390, 190 // a panel among several, in two columns
	headerTop                 = 10       // above the names of the lanes, where there are several
	headerRow                 = 16       // height of these, and of what says that lines are medians
	marginLeft                = 46       // tick labels
	marginTop                 = 34       // title
	marginBottom              = 30       // tick labels
	mostAbout                 = 3        // lines of what is said of a lane that is alone
	labelGap                  = 13       // least distance of the middles of two labels
)

// An ink is a colour for a line and the tone of it that is legible as text.
type ink struct{ line, text color.Color }

// lane styles: without a sign a lane has a colour of its own; all its lines share width and points.
var laneWidths = [...]vg.Length{1.75, 1.5, 1.25, 1.25, 1, 1}
var laneGlyphs = [...]draw.GlyphDrawer{nil, draw.RingGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.PlusGlyph{}, draw.CrossGlyph{}}

// ink returns the colour of a line of lane number i.
func (s *sheet) ink(l Line, i int) ink {
	switch {
	case l.Sign != nil:
		return ink{*l.Sign, s.theme.Text(*l.Sign)}
	case i%3 == 1:
		return ink{palette.Third, s.theme.Text(palette.Third)}
	case i%3 == 2:
		return ink{palette.Fourth, s.theme.Text(palette.Fourth)}
	default:
		return ink{s.theme.Ink, s.theme.Ink}
	}
}

// charts lays out a figure of line charts.
func charts(f Figure, format Format, theme palette.Theme, lanes []Lane) *sheet {
	w, h, columns := vg.Length(singleWidth), vg.Length(singleHeight), 1
	if len(f.Panels) > 1 {
		w, h, columns = tileWidth, tileHeight, 2
	}
	header := headerHeight(bands(lanes), vg.Length(columns)*w)
	rows := (len(f.Panels) + columns - 1) / columns
	s := newSheet(vg.Length(columns)*w, header+vg.Length(rows)*h, format, theme)
	s.each = f.Each
	s.header(bands(lanes), marginLeft, s.h-header)
	steps := newSteps(lanes)
	for i, p := range f.Panels {
		x, y := vg.Length(i%columns)*w, s.h-header-vg.Length(i/columns+1)*h
		s.chart(p, lanes, steps, vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + w, Y: y + h}})
	}
	return s
}

// headerHeight is what the names of lanes need on a sheet of that width, and the legend of their bands.
func headerHeight(all []band, width vg.Length) vg.Length {
	rows := len(about(all, width))
	if named(all) {
		rows++
	}
	if legend(all) != "" {
		rows++
	}
	if rows == 0 {
		return 0
	}
	return headerTop + headerRow*vg.Length(rows)
}

// named says whether the lanes have their names above the charts: several have, and one of
// which there is more to say than what it is.
func named(all []band) bool { return len(all) > 1 || len(all) == 1 && len(all[0].about) > 0 }

// about is what there is to say of a lane that is alone, in lines.
func about(all []band, width vg.Length) []string {
	if len(all) != 1 {
		return nil
	}
	return wrapped(style(textSize, false, nil, text.XLeft, text.YBottom), all[0].about, width-2*marginLeft, mostAbout)
}

// header names the lanes above y, each with the points that its lines carry, and says
// what bands are.
func (s *sheet) header(all []band, x, y vg.Length) {
	quiet := style(textSize, false, s.theme.Muted, text.XLeft, text.YBottom)
	lines := about(all, s.w)
	if words := legend(all); words != "" {
		lines = append(lines, words)
	}
	if named(all) {
		s.names(all, x, y+2+headerRow*vg.Length(len(lines)))
	}
	for i, line := range lines {
		s.write(quiet, x, y+2+headerRow*vg.Length(len(lines)-1-i), line)
	}
}

// names writes what lanes are called at a height, and what tells one from the others where there is room.
func (s *sheet) names(all []band, x, y vg.Length) {
	quiet := style(textSize, false, s.theme.Muted, text.XLeft, text.YBottom)
	for i, b := range all {
		k := s.ink(Line{}, i)
		end := x + (s.w-x)/vg.Length(len(all)-i) // the others share what is left
		if g := laneGlyphs[i%len(laneGlyphs)]; g != nil {
			s.c.DrawGlyph(draw.GlyphStyle{Color: k.line, Radius: 3.5, Shape: g}, vg.Point{X: x + 4, Y: y + 6})
			x += 13
		}
		if len(all) > 1 {
			x = s.write(style(textSize, true, k.text, text.XLeft, text.YBottom), x, y, b.letter) + 5
		}
		x = s.write(style(textSize, false, k.text, text.XLeft, text.YBottom), x, y, b.title)
		if len(all) > 1 && len(b.about) > 0 {
			x = s.write(quiet, x+5, y, shortened(quiet, strings.Join(b.about, ", "), end-x-25))
		}
		x += 20
	}
}

// newSteps is the horizontal axis of all panels: from 0 to the last step recorded in any lane.
func newSteps(lanes []Lane) axis {
	end := 1.0
	for _, l := range lanes {
		if n := len(l.Steps); n > 0 {
			end = max(end, float64(l.Steps[n-1].Step))
		}
	}
	a := newAxis([]float64{0, end}, false)
	whole := a.ticks[:0]
	for _, t := range a.ticks {
		if t.Value == math.Trunc(t.Value) {
			whole = append(whole, t)
		}
	}
	a.ticks = whole
	return a
}

// chart draws one panel into r.
func (s *sheet) chart(p Panel, lanes []Lane, steps axis, r vg.Rectangle) {
	s.heading(r.Min.X+marginLeft, r.Max.Y-24, p.Title, p.Unit)

	var curves []curve
	var labels []label
	measured := false
	values := append([]float64(nil), p.Within...)
	marks := p.marks(lanes)
	for _, m := range marks {
		values = append(values, float64(m.Value))
	}
	all := bands(lanes)
	for i, b := range all {
		for _, line := range p.Lines {
			c := curve{Line: line, lane: i, points: b.points(line)}
			if _, ok := last(c.points); !ok {
				continue
			}
			measured = true
			if line.Note != "" && zero(c.points) {
				labels = append(labels, label{text: prefixOf(all, i) + line.Note, ink: s.ink(line, i)})
				continue
			}
			if b.several() {
				c.extents = b.extents(line)
				if s.each {
					c.single = b.single(line)
				}
			}
			curves = append(curves, c)
			for _, pt := range c.points {
				values = append(values, pt.value)
			}
			for _, sp := range c.extents {
				values = append(values, sp.least, sp.largest)
			}
		}
	}
	y := newAxis(values, p.Log)
	for _, c := range curves {
		if end, ok := last(c.points); ok {
			txt := strings.TrimSpace(c.Label + " " + number(end.value))
			labels = append(labels, label{text: prefixOf(all, c.lane) + txt, ink: s.ink(c.Line, c.lane), at: end.value, placed: true})
		}
	}

	right := vg.Length(46)
	for _, l := range labels {
		right = max(right, style(textSize, true, nil, text.XLeft, text.YCenter).Width(l.text)+14)
	}
	right = min(right, (r.Max.X-r.Min.X)/2)
	area := vg.Rectangle{
		Min: vg.Point{X: r.Min.X + marginLeft, Y: r.Min.Y + marginBottom},
		Max: vg.Point{X: r.Max.X - right, Y: r.Max.Y - marginTop},
	}
	s.axes(steps, y, area, p.along())
	if !measured {
		s.write(style(textSize, false, s.theme.Muted, text.XCenter, text.YCenter),
			(area.Min.X+area.Max.X)/2, (area.Min.Y+area.Max.Y)/2, absent(p, lanes))
		return
	}
	happened := p.happenings(all)
	s.hairlines(happened, steps, area)
	for _, c := range curves {
		s.shade(c, steps, y, area)
	}
	var drawn []vg.Point
	for i := len(curves) - 1; i >= 0; i-- { // the first line, which matters most, lies on top
		drawn = append(drawn, s.curve(curves[i], len(all) > 1, steps, y, area)...)
	}
	var heights []vg.Length
	var names []vg.Rectangle
	for _, m := range marks {
		h := scaled(y, float64(m.Value), area)
		heights, names = append(heights, h), append(names, s.mark(m.Label, area, h, drawn))
	}
	s.beside(happened, curves, heights, names, steps, y, area)
	for i := range labels {
		labels[i].y = area.Min.Y
		if labels[i].placed {
			labels[i].y = scaled(y, labels[i].at, area)
		}
	}
	spread(labels, area.Min.Y, area.Max.Y, labelGap)
	for _, l := range labels {
		s.write(style(textSize, true, l.ink.text, text.XLeft, text.YCenter), area.Max.X+8, l.y, l.text)
	}
}

func lanePrefix(lanes []Lane, i int) string {
	if len(lanes) < 2 {
		return ""
	}
	return lanes[i].Letter + " "
}

// prefixOf is what the names of a band's lines begin with, where there are several.
func prefixOf(all []band, i int) string {
	if len(all) < 2 {
		return ""
	}
	return all[i].letter + " "
}

// absent says why a panel is empty.
func absent(p Panel, lanes []Lane) string {
	records, declared := false, false
	for _, l := range lanes {
		records = records || len(l.Steps) > 0
		for _, line := range p.Lines {
			declared = declared || l.Schema.Index(line.Field) >= 0
		}
	}
	switch {
	case !records:
		return "no records yet"
	case !declared:
		return "not measured in this run"
	default:
		return "nothing measured so far"
	}
}

// scaled is the height of a value, kept within the area.
func scaled(y axis, v float64, area vg.Rectangle) vg.Length {
	f := 0.0
	if !y.log() || v > 0 {
		f = max(0, min(1, y.at(v)))
	}
	return area.Min.Y + vg.Length(f)*(area.Max.Y-area.Min.Y)
}

// axes draws hairlines at the ticks of y, the ticks' labels, and what x counts.
func (s *sheet) axes(x, y axis, area vg.Rectangle, along string) {
	for _, t := range y.ticks {
		h := scaled(y, t.Value, area)
		s.rule(s.theme.Hairline, 1, nil, area.Min.X, h, area.Max.X, h)
		s.write(style(textSize, false, s.theme.Muted, text.XRight, text.YCenter), area.Min.X-8, h, t.Label)
	}
	for _, t := range x.ticks {
		at := area.Min.X + vg.Length(x.at(t.Value))*(area.Max.X-area.Min.X)
		s.rule(s.theme.Mark, 1, nil, at, area.Min.Y-3, at, area.Min.Y)
		s.write(style(textSize, false, s.theme.Muted, text.XCenter, text.YTop), at, area.Min.Y-6, t.Label)
	}
	s.rule(s.theme.Mark, 1, nil, area.Min.X, area.Min.Y, area.Max.X, area.Min.Y)
	s.write(style(textSize, false, s.theme.Muted, text.XLeft, text.YTop), area.Max.X+16, area.Min.Y-6, along)
}
