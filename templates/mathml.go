package templates

import (
	"html"
	"strings"
)

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

// FormulaParts are the pieces of a gradient's TeX that the page sets apart: the
// whole, its left side with the equals sign, and the definitions behind ", \quad".
func FormulaParts(tex string) []string {
	return append([]string{tex, leftSide(tex)}, definitions(tex)...)
}

// leftSide is what stands before the first equals sign, with it.
func leftSide(tex string) string {
	left, _, ok := strings.Cut(tex, " = ")
	if !ok {
		return ""
	}
	return left + " ="
}

// definitions are the equations that explain the symbols of a formula.
func definitions(tex string) []string {
	return strings.Split(tex, `, \quad `)[1:]
}
