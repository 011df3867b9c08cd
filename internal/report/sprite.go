package report

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
)

// A Sprite is images of one size in a grid, as one picture: from left to right,
// then down. A place that is nil stays empty.
type Sprite struct {
	H, W, C int // of each image; C is 1 for grey and 3 for colours
	Across  int // images in a row of the grid
	Images  [][]uint8
}

// WritePNG writes the grid, a pixel a pixel.
func (s Sprite) WritePNG(w io.Writer) error {
	size := image.Rect(0, 0, s.W*s.Across, s.H*((len(s.Images)+s.Across-1)/s.Across))
	var grid draw.Image
	switch s.C {
	case 1:
		grid = image.NewGray(size)
	case 3:
		grid = image.NewRGBA(size)
	default:
		panic(fmt.Sprintf("report: images of %d channels", s.C))
	}
	for i, pixels := range s.Images {
		if pixels == nil {
			continue
		}
		left, top := i%s.Across*s.W, i/s.Across*s.H
		for k := range s.H * s.W {
			p := pixels[k*s.C : (k+1)*s.C]
			var c color.Color = color.Gray{Y: p[0]}
			if s.C == 3 {
				c = color.RGBA{R: p[0], G: p[1], B: p[2], A: 255}
			}
			grid.Set(left+k%s.W, top+k/s.W, c)
		}
	}
	return png.Encode(w, grid)
}
