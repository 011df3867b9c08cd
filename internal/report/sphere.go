package report

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// The layout of spheres, in CSS pixels: lanes side by side, seen from one fixed
// angle. The browser's twins are spherelayout.js, where the reader turns the
// sphere, and projection.js, where it begins at this angle.
const (
	ballRadius = 150
	ballSide   = 350 // with room for arrows that leave the ball
	ballTop    = 56
	ballBottom = 62

	sphereTurn = math.Pi / 6
	sphereTilt = math.Pi / 9

	longArrow = 0.4 // share of the radius: one arrow in ten is longer
)

// A globe is what the frames of one step say about the sphere.
type globe struct {
	step   int
	points record.Frame
	arrows [2]record.Frame // positive, negative
	length record.Frame    // roots of the lengths in all channels
	unit   float64         // length that one radius stands for; 0: no arrows
}

// globe returns the lane's latest frames of the sphere.
func (l Lane) globe() (g globe, ok bool) {
	all := []struct {
		name string
		into *record.Frame
	}{{"sphere", &g.points}, {"sphere_positive", &g.arrows[0]}, {"sphere_negative", &g.arrows[1]}, {"sphere_length", &g.length}}
	for i, f := range all {
		frame, step, found := l.latest(f.name)
		if !found || frame.Rows == 0 || i > 0 && (step != g.step || frame.Rows != g.points.Rows) {
			return globe{}, false
		}
		*f.into, g.step = frame, step
	}
	var lengths []float64
	for _, f := range g.arrows {
		for i := range f.Rows {
			if n := length(vector(f, i)); n > 0 {
				lengths = append(lengths, n)
			}
		}
	}
	if slices.Sort(lengths); len(lengths) > 0 {
		g.unit = roundStep(lengths[len(lengths)*9/10] / longArrow)
	}
	return g, true
}

// caption says which axes these are.
func (g globe) caption() string {
	if g.points.Of <= 3 {
		return fmt.Sprintf("all %d channels, exact, step %d", g.points.Of, g.step)
	}
	return fmt.Sprintf("3 leading directions of the first outputs, of %d, step %d", g.points.Of, g.step)
}

// sentence sums up the arrows, and how much of the outputs the picture holds.
func (g globe) sentence() string {
	var mean [2]float64
	shown, n := 0.0, float64(g.points.Rows)
	for i := range g.points.Rows {
		for part := range mean {
			root := float64(g.length.At(i, 2*part))
			mean[part] += root * root / n
		}
		shown += math.Pow(length(vector(g.points, i)), 2) / n
	}
	s := fmt.Sprintf("mean arrow %s and %s", number(mean[0]), number(mean[1]))
	if g.points.Of > 3 {
		s += fmt.Sprintf("; %.2g\u00a0%% of the length² shown", 100*shown)
	}
	return s
}

// spheres lays out the latest sphere of each lane.
func spheres(f Figure, format Format, theme palette.Theme, lanes []Lane) *sheet {
	n := max(1, len(lanes))
	s := newSheet(vg.Length(n*(ballSide+mapLeft)+mapLeft), ballTop+ballSide+ballBottom, format, theme)
	if len(lanes) == 0 {
		s.heading(mapLeft, s.h-24, f.Title, "no records yet")
	}
	for i, l := range lanes {
		x, title := vg.Length(mapLeft+i*(ballSide+mapLeft)), f.Title
		if prefix := lanePrefix(lanes, i); prefix != "" {
			title = prefix + l.Title
		}
		s.heading(x, s.h-24, title, "")
		quiet := style(textSize, false, theme.Muted, text.XLeft, text.YBottom)
		g, ok := l.globe()
		if !ok {
			s.write(quiet, x, s.h-42, "none measured so far")
			continue
		}
		s.write(quiet, x, s.h-42, g.caption())
		s.globe(g, x+ballSide/2, s.h-ballTop-ballSide/2)
		s.write(quiet, x, 20, g.sentence())
		s.key(g, x, ballBottom-20)
	}
	return s
}

// seen is what the viewer sees of a vector: how far it goes to the right, up, and
// towards him.
func seen(v [3]float64) (right, up, near float64) {
	sin, cos := math.Sincos(sphereTurn)
	high, deep := math.Sincos(sphereTilt)
	right, near = cos*v[1]-sin*v[0], cos*v[0]+sin*v[1]
	return right, deep*v[2] - high*near, deep*near + high*v[2]
}

// globe draws ball, arrows and points around a middle.
func (s *sheet) globe(g globe, x, y vg.Length) {
	at := func(v [3]float64) (vg.Point, float64) {
		right, up, near := seen(v)
		return vg.Point{X: x + ballRadius*vg.Length(right), Y: y + ballRadius*vg.Length(up)}, near
	}
	s.net(at)
	order := make([]int, g.points.Rows)
	for i := range order {
		order[i] = i
	}
	depth := func(i int) float64 { _, near := at(vector(g.points, i)); return near }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(depth(i), depth(j)) })
	for _, i := range order {
		v := vector(g.points, i)
		from, near := at(v)
		for part, sign := range []palette.RGB{palette.Positive, palette.Negative} {
			a := vector(g.arrows[part], i)
			if length(a) == 0 {
				continue
			}
			for k := range a {
				a[k] = v[k] + a[k]/g.unit
			}
			to, _ := at(a)
			s.arrow(s.veiled(sign, near), part == 1, from, to)
		}
		s.dot(s.veiled(s.theme.Ink, near), i < g.points.Rows/2, from)
	}
}

// veiled is a colour as it looks behind the ball's middle: nearer to the paper.
func (s *sheet) veiled(c palette.RGB, near float64) color.Color {
	part := 0.3 + 0.7*max(0, min(1, (near+0.35)/0.7))
	mix := func(ink, paper uint8) uint8 { return uint8(math.Round(part*float64(ink) + (1-part)*float64(paper))) }
	return palette.RGB{R: mix(c.R, s.theme.Paper.R), G: mix(c.G, s.theme.Paper.G), B: mix(c.B, s.theme.Paper.B)}
}

// net draws the outline, and meridians and parallels every 30 degrees: those behind
// first.
func (s *sheet) net(at func([3]float64) (vg.Point, float64)) {
	const n = 72
	curves := make([][][3]float64, 11)
	for k := range n + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / n)
		for m := range 6 { // meridians
			e, c := math.Sincos(float64(m) * math.Pi / 6)
			curves[m] = append(curves[m], [3]float64{cos * c, cos * e, sin})
		}
		for p := range 5 {
			e, c := math.Sincos(float64(p-2) * math.Pi / 6)
			curves[6+p] = append(curves[6+p], [3]float64{c * cos, c * sin, e})
		}
	}
	for _, front := range []bool{false, true} {
		line := vgdraw.LineStyle{Color: s.veiled(s.theme.Hairline, -1), Width: 0.75}
		if front {
			line.Color = s.theme.Hairline
		}
		for _, curve := range curves {
			var run []vg.Point
			for _, v := range curve {
				p, near := at(v)
				if near >= 0 == front {
					run = append(run, p)
					continue
				}
				if len(run) > 1 {
					s.c.StrokeLines(line, run)
				}
				run = nil
			}
			if len(run) > 1 {
				s.c.StrokeLines(line, run)
			}
		}
	}
	middle, _ := at([3]float64{})
	s.ring(s.theme.Mark, middle, ballRadius, 1)
}

func (s *sheet) ring(ink color.Color, at vg.Point, r, width vg.Length) {
	s.c.SetColor(ink)
	s.c.SetLineWidth(width)
	s.c.SetLineDash(nil, 0)
	s.c.Stroke(around(at, r))
}

// dot is filled for the first view, and a ring for the second.
func (s *sheet) dot(ink color.Color, filled bool, at vg.Point) {
	if !filled {
		s.ring(ink, at, 2.6, 1.2)
		return
	}
	s.c.SetColor(ink)
	s.c.Fill(around(at, 3))
}

func around(at vg.Point, r vg.Length) vg.Path {
	var p vg.Path
	p.Move(vg.Point{X: at.X + r, Y: at.Y})
	p.Arc(at, r, 0, 2*math.Pi)
	p.Close()
	return p
}

// arrow is solid with a filled head, or dashed with an open one.
func (s *sheet) arrow(ink color.Color, negative bool, from, to vg.Point) {
	dx, dy := to.X-from.X, to.Y-from.Y
	long := vg.Length(math.Hypot(float64(dx), float64(dy)))
	if long < 1 {
		return
	}
	head := min(6, 0.6*long)
	ux, uy := dx/long, dy/long
	base := vg.Point{X: to.X - head*ux, Y: to.Y - head*uy}
	shaft := vgdraw.LineStyle{Color: ink, Width: 1.5}
	if negative {
		shaft.Dashes = []vg.Length{4, 3}
	}
	s.c.StrokeLine2(shaft, from.X, from.Y, base.X, base.Y)
	wing := 0.45 * head
	tip := []vg.Point{to, {X: base.X - wing*uy, Y: base.Y + wing*ux}, {X: base.X + wing*uy, Y: base.Y - wing*ux}, to}
	if !negative {
		s.c.FillPolygon(ink, tip)
	}
	s.c.StrokeLines(vgdraw.LineStyle{Color: ink, Width: 1}, tip)
}

// key draws what the marks mean, and what length the arrows have.
func (s *sheet) key(g globe, x, y vg.Length) {
	label := style(textSize, false, s.theme.Muted, text.XLeft, text.YCenter)
	s.dot(s.theme.Ink, true, vg.Point{X: x + 3, Y: y})
	x = s.write(label, x+10, y, "first view") + 12
	s.dot(s.theme.Ink, false, vg.Point{X: x + 3, Y: y})
	x = s.write(label, x+10, y, "second") + 12
	for part, name := range []string{"positive", "negative"} {
		s.arrow([]palette.RGB{palette.Positive, palette.Negative}[part], part == 1, vg.Point{X: x, Y: y}, vg.Point{X: x + 24, Y: y})
		x = s.write(label, x+28, y, name) + 12
	}
	if g.unit > 0 {
		s.write(label, x, y, "radius = "+number(g.unit))
	}
}

// vector is row i of a frame of three columns.
func vector(f record.Frame, i int) [3]float64 {
	return [3]float64{float64(f.At(i, 0)), float64(f.At(i, 1)), float64(f.At(i, 2))}
}

func length(v [3]float64) float64 { return math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2]) }
