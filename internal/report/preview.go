package report

import (
	"io"
	"slices"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/palette"
)

// A Card is the picture that a link shows where somebody posts it.
type Card struct {
	Title string   // "Barlow Twins on Fashion-MNIST"
	Facts []string // what is not a default, or what lanes differ in: "lambda 0"
	Lanes []Lane   // whose norms are drawn; without records the facts have the room
}

// The layout of a card: 1200 x 630 pixels of a PNG, as sites that show previews want them.
const (
	cardWidth, cardHeight = 1200 / pixels, 630 / pixels
	cardMargin            = 28
	cardTitle             = 24 // size of its type
	cardText              = 12
)

// DrawCard writes the card as a PNG on light paper.
func DrawCard(w io.Writer, c Card) error {
	s := newSheet(cardWidth, cardHeight, PNG, palette.Light)
	ink, muted := s.theme.Ink, s.theme.Muted
	quiet := style(cardText, false, muted, text.XLeft, text.YBottom)

	y := vg.Length(cardHeight - cardMargin - cardTitle)
	title := style(cardTitle, true, ink, text.XLeft, text.YBottom)
	if title.Width(c.Title) > cardWidth-2*cardMargin {
		title.Font.Size = cardTitle * 2 / 3
	}
	s.write(title, cardMargin, y, shortened(title, c.Title, cardWidth-2*cardMargin))
	drawn := slices.ContainsFunc(c.Lanes, func(l Lane) bool { return len(l.Steps) > 0 })
	facts, lines := quiet, 2
	if !drawn {
		facts.Font.Size, facts.Color, lines, y = 18, ink, 6, y-16
	}
	for _, line := range wrapped(facts, c.Facts, cardWidth-2*cardMargin, lines) {
		y -= facts.Font.Size * 3 / 2
		s.write(facts, cardMargin, y, line)
	}

	mark := style(cardText, true, ink, text.XLeft, text.YBottom)
	end := s.write(mark, cardMargin, cardMargin-14, "Grad")
	mark.Color = s.theme.Text(palette.Positive)
	end = s.write(mark, end, cardMargin-14, "lab")
	remark := "the positive and the negative gradient, step by step"
	if !drawn {
		remark = "not run yet: open the link and press Run"
	}
	s.write(quiet, end+10, cardMargin-14, remark)

	if drawn {
		y -= max(headerTop, headerHeight(bands(c.Lanes), cardWidth))
		s.header(bands(c.Lanes), cardMargin, y)
		norms, _ := Lookup("norms")
		s.chart(norms.Panels[0], c.Lanes, newSteps(c.Lanes), vg.Rectangle{
			Min: vg.Point{X: 0, Y: cardMargin},
			Max: vg.Point{X: cardWidth - 10, Y: y},
		})
	}
	return s.save(w, c.Title, "")
}

// shortened cuts a text that is wider than it may be.
func shortened(sty text.Style, txt string, width vg.Length) string {
	if sty.Width(txt) <= width {
		return txt
	}
	runes := []rune(txt)
	for len(runes) > 0 && sty.Width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// wrapped sets facts with a dot between them into lines of at most that width; the
// last one ends in an ellipsis where there are too many.
func wrapped(sty text.Style, facts []string, width vg.Length, most int) []string {
	var lines []string
	line := ""
	for _, f := range facts {
		longer := strings.TrimPrefix(line+"  ·  "+f, "  ·  ")
		if line != "" && sty.Width(longer) > width {
			lines, longer = append(lines, line), f
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] += "  ·  …"
	}
	for i := range lines {
		lines[i] = shortened(sty, lines[i], width)
	}
	return lines
}
