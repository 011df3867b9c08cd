package report

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// A Path is all elements of one colour in a heatmap: unit squares, as the
// attributes of an SVG path.
type Path struct{ Fill, D string }

// Cells returns a frame in the diverging map, for an SVG that somebody else
// writes and whose viewBox is as wide and high as the frame, and a sentence about
// what is off its diagonal.
func Cells(f record.Frame) ([]Path, string) { return squares(cells(f, 1)), offDiagonal(f) }

// squares returns an image's pixels as unit squares, all of one colour in one
// path and neighbours in a row as one, sorted by colour.
func squares(img *image.Paletted) []Path {
	paths := map[string]*strings.Builder{}
	for y := range img.Rect.Dy() {
		for x := 0; x < img.Rect.Dx(); {
			run, c := 1, img.ColorIndexAt(x, y)
			for x+run < img.Rect.Dx() && img.ColorIndexAt(x+run, y) == c {
				run++
			}
			hex := palette.Diverging[c].Hex()
			if paths[hex] == nil {
				paths[hex] = new(strings.Builder)
			}
			fmt.Fprintf(paths[hex], "M%d %dh%dv1h-%dz", x, y, run, run)
			x += run
		}
	}
	list := make([]Path, 0, len(paths))
	for hex, d := range paths {
		list = append(list, Path{hex, d.String()})
	}
	slices.SortFunc(list, func(a, b Path) int { return strings.Compare(a.Fill, b.Fill) })
	return list
}
