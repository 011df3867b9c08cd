package report

import (
	"bytes"
	"image/png"
	"testing"
)

// Every pixel of a sprite is its image's byte, in grey and in colours.
func TestSprite(t *testing.T) {
	for _, channels := range []int{1, 3} {
		s := Sprite{H: 2, W: 3, C: channels, Across: 2, Images: make([][]uint8, 3)}
		for i := range s.Images {
			for k := range s.H * s.W * s.C {
				s.Images[i] = append(s.Images[i], uint8(40*i+7*k+1))
			}
		}
		var b bytes.Buffer
		if err := s.WritePNG(&b); err != nil {
			t.Fatal(err)
		}
		grid, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if size := grid.Bounds().Size(); size.X != 6 || size.Y != 4 {
			t.Fatalf("%d channels: %v", channels, size)
		}
		for i, pixels := range s.Images {
			for k := range s.H * s.W {
				r, g, b, _ := grid.At(i%2*s.W+k%s.W, i/2*s.H+k/s.W).RGBA()
				for c, v := range []uint32{r, g, b} {
					if want := pixels[k*s.C+c%s.C]; uint8(v>>8) != want {
						t.Errorf("%d channels: image %d, pixel %d, channel %d: %d, want %d", channels, i, k, c, v>>8, want)
					}
				}
			}
		}
	}
}
