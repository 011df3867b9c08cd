package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
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

// svg writes the heatmap as unit squares, all of one colour in one path. As
// vectors they are sharp at every size, and no viewer can smooth them.
func (m placed) svg() string {
	paths := map[string]*strings.Builder{}
	for y := range m.img.Rect.Dy() {
		for x := 0; x < m.img.Rect.Dx(); {
			run, c := 1, m.img.RGBAAt(x, y)
			for x+run < m.img.Rect.Dx() && m.img.RGBAAt(x+run, y) == c {
				run++
			}
			hex := fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)
			if paths[hex] == nil {
				paths[hex] = new(strings.Builder)
			}
			fmt.Fprintf(paths[hex], "M%d %dh%dv1h-%dz", x, y, run, run)
			x += run
		}
	}
	colors := make([]string, 0, len(paths))
	for hex := range paths {
		colors = append(colors, hex)
	}
	slices.Sort(colors)
	var b strings.Builder
	fmt.Fprintf(&b, "<g shape-rendering=\"crispEdges\" transform=\"translate(%g %g) scale(%g)\">\n", m.x, m.y, m.cell)
	for _, hex := range colors {
		fmt.Fprintf(&b, "<path fill=\"%s\" d=\"%s\"/>\n", hex, paths[hex])
	}
	b.WriteString("</g>\n")
	return b.String()
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder cannot fail
	return b.String()
}
