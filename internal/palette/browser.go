package palette

import (
	"fmt"
	"strings"
)

// The names of the files that [JavaScript] and [CSS] are committed as.
const (
	JavaScriptFile = "palette.gen.js"
	CSSFile        = "palette.gen.css"
)

const generated = "Code generated from internal/palette by go generate; DO NOT EDIT."

// JavaScript returns the module with the diverging map; scripts have the other colours from the style sheet.
func JavaScript() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\n", generated)
	b.WriteString(`
/** @param {string} hex six digits an entry @returns {Uint8ClampedArray} red, green, blue of each entry */
function table(hex) {
  const t = new Uint8ClampedArray(hex.length / 2);
  for (let i = 0; i < t.length; i++) t[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return t;
}

/** Blue, near-white at entry 128, red: the map of -1..1, 256 entries of three bytes. */
export const diverging = table(
`)
	writeTable(&b, Diverging)
	b.WriteString(`);

/**
 * The entry of diverging for a value; beyond -1..1 the last one, for NaN that of zero.
 * @param {number} v
 * @returns {number} 1 to 255
 */
export function divergingAt(v) {
  return Number.isNaN(v) ? 128 : 128 + Math.floor(127 * Math.max(-1, Math.min(1, v)) + 0.5);
}
`)
	return []byte(b.String())
}

// writeTable writes a table as hexadecimal digits, sixteen entries a line.
func writeTable(b *strings.Builder, table [256]RGB) {
	for i := 0; i < len(table); i += 16 {
		b.WriteString(`  "`)
		for _, c := range table[i : i+16] {
			fmt.Fprintf(b, "%02x%02x%02x", c.R, c.G, c.B)
		}
		if i+16 < len(table) {
			b.WriteString("\" +\n")
		} else {
			b.WriteString("\",\n")
		}
	}
}

// CSS returns the style sheet that declares the colours as custom properties:
// --positive and so on for lines and areas, --positive-text for words, and
// --paper, --ink, --muted, --mark, --hairline. The system's theme is followed
// unless data-theme on the root element says light or dark, or projector, which is light too;
// paper that is printed on is light.
func CSS() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "/* %s */\n\n", generated)
	b.WriteString(":root {\n  color-scheme: light dark;\n")
	for _, s := range Signals() {
		fmt.Fprintf(&b, "  --%s: %s;\n", s.Name, s.Color.Hex())
	}
	writeTheme(&b, "  ", Light)
	b.WriteString("}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root:not([data-theme=\"light\"], [data-theme=\"projector\"]) {\n")
	writeTheme(&b, "    ", Dark)
	b.WriteString("  }\n}\n\n@media screen {\n  :root[data-theme=\"dark\"] {\n    color-scheme: dark;\n")
	writeTheme(&b, "    ", Dark)
	b.WriteString("  }\n}\n\n:root:is([data-theme=\"light\"], [data-theme=\"projector\"]) {\n  color-scheme: light;\n}\n")
	return []byte(b.String())
}

func writeTheme(b *strings.Builder, indent string, t Theme) {
	for _, p := range []struct {
		name  string
		color RGB
	}{{"paper", t.Paper}, {"ink", t.Ink}, {"muted", t.Muted}, {"mark", t.Mark}, {"hairline", t.Hairline}} {
		fmt.Fprintf(b, "%s--%s: %s;\n", indent, p.name, p.color.Hex())
	}
	for _, s := range Signals() {
		fmt.Fprintf(b, "%s--%s-text: %s;\n", indent, s.Name, t.Text(s.Color).Hex())
	}
}
