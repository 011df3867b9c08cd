// Package palette holds the colours of every picture, for the server's figures
// and for the browser alike: the signal colours of lines, two themes, a
// diverging map for correlations and a sequential one.
//
// Colour never speaks alone: a positive line is solid, a negative one dashed,
// and each carries its name at its end. The signal colours are those of Okabe
// and Ito (Color Universal Design, 2008), told apart with the common colour
// vision deficiencies, and each has a contrast of 3:1 at least on the paper of
// both themes (WCAG 2.2, 1.4.11). Text in a signal colour needs 4.5:1 (1.4.3)
// and therefore has its own, a little darker or lighter tone.
//
// `go generate` writes the same values as a module and a style sheet for the
// browser; a test fails where the committed files differ.
package palette

import "fmt"

//go:generate go run generate.go ../../static/src

// An RGB is a colour in sRGB, 8 bits a channel.
type RGB struct{ R, G, B uint8 }

// Hex returns the colour as in a style sheet: "#0072B2".
func (c RGB) Hex() string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// RGBA makes an RGB an opaque color.Color.
func (c RGB) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 0x101, uint32(c.G) * 0x101, uint32(c.B) * 0x101, 0xffff
}

// The signal colours. Every picture gives them the same meaning.
var (
	Positive = RGB{0x00, 0x72, 0xB2} // pulls: solid
	Negative = RGB{0xD5, 0x5E, 0x00} // pushes: dashed
	Third    = RGB{0x00, 0x9E, 0x73}
	Fourth   = RGB{0xCC, 0x79, 0xA7}
)

// A Signal is a signal colour with its name in the style sheet.
type Signal struct {
	Name  string
	Color RGB
}

// Signals lists the signal colours in their order.
func Signals() []Signal {
	return []Signal{{"positive", Positive}, {"negative", Negative}, {"third", Third}, {"fourth", Fourth}}
}

// A Theme is the paper and the inks of a page or a figure.
type Theme struct {
	Name     string
	Paper    RGB // background
	Ink      RGB // text, lines without a sign
	Muted    RGB // secondary text, 4.5:1 on the paper
	Mark     RGB // reference marks and whatever must still be seen, 3:1 on the paper
	Hairline RGB // grid and borders, decoration only
}

// The two themes.
var (
	Light = Theme{"light", RGB{0xFF, 0xFF, 0xFF}, RGB{0x1A, 0x1C, 0x20}, RGB{0x5B, 0x60, 0x6B}, RGB{0x80, 0x85, 0x8F}, RGB{0xE4, 0xE4, 0xE0}}
	Dark  = Theme{"dark", RGB{0x12, 0x12, 0x12}, RGB{0xEC, 0xEC, 0xEA}, RGB{0xA3, 0xA7, 0xB0}, RGB{0x80, 0x85, 0x8F}, RGB{0x30, 0x31, 0x34}}
)

// Text returns the tone of a signal colour that is legible as text on the
// theme's paper: of the same hue, as close as 4.5:1 allows.
func (t Theme) Text(signal RGB) RGB {
	direction := -1.0
	if luminance(t.Paper) < 0.5 {
		direction = 1
	}
	l := toLab(signal)
	for c := signal; ; c = l.rgb() {
		if Contrast(c, t.Paper) >= 4.6 { // a little above 4.5, so that rounding in a browser cannot fall below
			return c
		}
		l.L += direction
	}
}
