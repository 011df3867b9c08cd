package report

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg/vgsvg"
)

var (
	styleAttribute = regexp.MustCompile(`\s*style="([^"]*)"`)
	svgHead        = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
)

// saveSVG writes what vgsvg drew with four changes: sizes in pixels; a title and
// a description; presentation attributes in place of style=, which a page's
// content security policy without inline styles refuses; and the heatmaps.
func (s *sheet) saveSVG(w io.Writer, canvas *vgsvg.Canvas, title, summary string) error {
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return err
	}
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %[1]g %[2]g" role="img">
<title>%s</title>
<desc>%s</desc>`, float64(s.w), float64(s.h), escaped(title), escaped(summary))
	out := svgHead.ReplaceAllLiteral(b.Bytes(), []byte(head))
	out = styleAttribute.ReplaceAllFunc(out, func(m []byte) []byte {
		return presentation(string(styleAttribute.FindSubmatch(m)[1]))
	})
	tail := bytes.LastIndex(out, []byte("</svg>"))
	if _, err := w.Write(out[:tail]); err != nil {
		return err
	}
	for _, m := range s.maps {
		if _, err := io.WriteString(w, m.svg()); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</svg>\n")
	return err
}

// presentation turns "fill:none;stroke:#0072B2" into attributes. Properties
// that say what holds anyway are left out.
func presentation(declarations string) []byte {
	var b bytes.Buffer
	for d := range strings.SplitSeq(declarations, ";") {
		name, value, _ := strings.Cut(d, ":")
		switch {
		case name == "font-family":
			value += ", Arial, Helvetica, sans-serif"
		case value == "normal":
			continue
		}
		fmt.Fprintf(&b, ` %s="%s"`, name, value)
	}
	return b.Bytes()
}

// mostSquares is how many elements a heatmap has at most that is written as
// vectors; above, a picture inside the SVG takes a quarter of the bytes.
const mostSquares = 64 * 64

func (m placed) svg() string {
	if m.img.Rect.Dx()*m.img.Rect.Dy() > mostSquares {
		return m.embedded()
	}
	return m.squares()
}

// embedded writes the heatmap as a PNG with one pixel an element, which viewers
// are asked not to smooth.
func (m placed) embedded() string {
	var b bytes.Buffer
	if err := png.Encode(&b, m.img); err != nil {
		panic(err) // into memory, of a valid size
	}
	return fmt.Sprintf("<image x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" image-rendering=\"pixelated\" href=\"data:image/png;base64,%s\"/>\n",
		m.x, m.y, m.cell*float64(m.img.Rect.Dx()), m.cell*float64(m.img.Rect.Dy()), base64.StdEncoding.EncodeToString(b.Bytes()))
}

// squares writes the heatmap as unit squares. As vectors they are sharp at every
// size, and no viewer can smooth them.
func (m placed) squares() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<g shape-rendering=\"crispEdges\" transform=\"translate(%g %g) scale(%g)\">\n", m.x, m.y, m.cell)
	for _, p := range squares(m.img) {
		fmt.Fprintf(&b, "<path fill=\"%s\" d=\"%s\"/>\n", p.Fill, p.D)
	}
	b.WriteString("</g>\n")
	return b.String()
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder cannot fail
	return b.String()
}
