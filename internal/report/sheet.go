package report

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"gradlab/internal/palette"
)

// pixels is how many pixels of a PNG one unit of a figure is wide. Figures are
// laid out in CSS pixels and stay sharp on dense screens.
const pixels = 2

// A sheet is the paper of one figure. Its unit is the CSS pixel, its origin, as
// everywhere in gonum/plot, the left lower corner.
type sheet struct {
	w, h   vg.Length
	theme  palette.Theme
	canvas vg.Canvas // a *vgsvg.Canvas or a *vgimg.Canvas
	c      vgdraw.Canvas
	maps   []placed
	each   bool // single seeds are drawn too
}

// A placed heatmap is an image, one pixel a cell, with its place: its left upper
// corner from the sheet's left upper corner, and the side of a cell. Heatmaps
// are set in last and by hand: a canvas would smooth them.
type placed struct {
	img        *image.Paletted
	x, y, cell float64
}

func newSheet(w, h vg.Length, format Format, theme palette.Theme) *sheet {
	s := &sheet{w: w, h: h, theme: theme}
	if format == SVG {
		s.canvas = vgsvg.New(w, h)
	} else {
		s.canvas = vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(72*pixels))
	}
	s.c = vgdraw.NewCanvas(s.canvas, w, h)
	s.c.SetColor(theme.Paper)
	s.c.Fill(s.c.Rectangle.Path())
	return s
}

// Sizes of text.
const (
	titleSize = 13
	textSize  = 11
)

// fonts holds Liberation Sans; gonum's default cache would do, but is anybody's to change.
var fonts = text.Plain{Fonts: font.NewCache(liberation.Collection())}

func style(size vg.Length, bold bool, ink color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: ink, Font: f, XAlign: x, YAlign: y, Handler: fonts}
}

// write puts text at a point and returns the x of its end where it is aligned left.
func (s *sheet) write(sty text.Style, x, y vg.Length, txt string) vg.Length {
	s.c.FillText(sty, vg.Point{X: x, Y: y}, txt)
	return x + sty.Width(txt)
}

// heading writes a bold title and, in a quieter ink, what belongs to it.
func (s *sheet) heading(x, y vg.Length, title, remark string) {
	end := s.write(style(titleSize, true, s.theme.Ink, text.XLeft, text.YBottom), x, y, title)
	s.write(style(textSize, false, s.theme.Muted, text.XLeft, text.YBottom), end+8, y, remark)
}

// rule draws a straight line.
func (s *sheet) rule(ink color.Color, width vg.Length, dashes []vg.Length, x0, y0, x1, y1 vg.Length) {
	s.c.StrokeLine2(vgdraw.LineStyle{Color: ink, Width: width, Dashes: dashes}, x0, y0, x1, y1)
}

// save writes the figure. Title and summary are for readers who do not see the
// picture; a PNG has no place for them.
func (s *sheet) save(w io.Writer, title, summary string) error {
	if c, ok := s.canvas.(*vgsvg.Canvas); ok {
		return s.saveSVG(w, c, title, summary)
	}
	img := s.canvas.(*vgimg.Canvas).Image()
	for _, m := range s.maps {
		m.paint(img)
	}
	return png.Encode(w, img)
}

// paint sets every pixel of each cell to the cell's colour.
func (m placed) paint(dst draw.Image) {
	side := int(m.cell * pixels)
	x, y := int(m.x*pixels), int(m.y*pixels)
	for row := range m.img.Rect.Dy() {
		for col := range m.img.Rect.Dx() {
			cell := image.Rect(x+col*side, y+row*side, x+(col+1)*side, y+(row+1)*side)
			draw.Draw(dst, cell, image.NewUniform(m.img.At(col, row)), image.Point{}, draw.Src)
		}
	}
}
