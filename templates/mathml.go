package templates

import "html"

//go:generate go tool templ generate
//go:generate go run generate.go

// MathML returns a formula as MathML. Every formula of the catalogue is in the
// generated table (a test says which is not); anything else is shown as it is.
func MathML(tex string) string {
	if m, ok := formulas[tex]; ok {
		return m
	}
	return "<code>" + html.EscapeString(tex) + "</code>"
}
