package data

import (
	"math"

	"gradlab/internal/engine/random"
)

var shapesInfo = Info{
	Name:  "shapes",
	Title: "Coloured shapes",
	Doc: "Drawn by the program, 32 x 32 pixels in colour, 4,000 train and 1,000 held out. The class is the shape: disc, ring, square, " +
		"triangle, cross or star. All else is chosen independently of it: one of eight colours and its lightness, a duller " +
		"background, the radius (6 to 12 pixels), the angle and the place. What a method keeps of these factors is what its views leave it.",
	H: 32, W: 32, C: 3,
	Train:    shapesTrain,
	PixelKNN: 0.304, PixelLinear: 0.262,
	Defaults: map[string]string{"augment.crop": "0.5"},
	Licence:  "Apache-2.0, as the program",
	Credit:   "Drawn by the program.",
	open:     openShapes,
}

const (
	shapesTrain = 4000
	shapesTest  = 1000
	shapesSeed  = 1 // one set for everybody, whatever a run's seed
)

func openShapes(info Info, _ string) (*Set, error) {
	classes := make([]string, len(outlines))
	for i, o := range outlines {
		classes[i] = o.name
	}
	train := drawShapes(info, shapesTrain, random.Named("shapes/train"))
	test := drawShapes(info, shapesTest, random.Named("shapes/test"))
	return newSet(info, classes, train, test), nil
}

// drawShapes draws n images; the shapes take turns, so classes are balanced to one.
func drawShapes(info Info, n int, stream random.Stream) *Images {
	size := info.H * info.W * info.C
	im := &Images{N: n, H: info.H, W: info.W, C: info.C, Pixels: make([]uint8, n*size), Labels: make([]uint8, n)}
	for i := range n {
		r := random.New(shapesSeed, stream, 0, i)
		class := i % len(outlines)
		im.Labels[i] = uint8(class)
		drawShape(im.Pixels[i*size:(i+1)*size], info.W, outlines[class].outside, &r)
	}
	return im
}

// drawShape fills a side x side x 3 image with one shape on its background. A
// pixel's coverage is how far its centre lies inside the outline, cut to 0..1
// pixel, which is what smooths the edge.
func drawShape(dst []uint8, side int, outside outline, r *random.Source) {
	ink, paper := drawColours(r)
	radius := 6 + float64(6*r.Float64())
	cx := radius + float64((float64(side)-2*radius)*r.Float64())
	cy := radius + float64((float64(side)-2*radius)*r.Float64())
	cos, sin := angle(r)
	for y := range side {
		for x := range side {
			dx, dy := float64(x)+0.5-cx, float64(y)+0.5-cy
			u := float64(cos*dx) + float64(sin*dy)
			v := float64(cos*dy) - float64(sin*dx)
			cover := 0.5 - float64(radius*outside(u/radius, v/radius))
			cover = min(max(cover, 0), 1)
			p := dst[(y*side+x)*3:]
			for c := range 3 {
				p[c] = uint8(paper[c] + float64(cover*(ink[c]-paper[c])) + 0.5)
			}
		}
	}
}

// hues are eight colours at equal distances round the colour circle, 0..1.
var hues = [8][3]float64{
	{1, 0, 0}, {1, 0.75, 0}, {0.5, 1, 0}, {0, 1, 0.25}, {0, 1, 1}, {0, 0.25, 1}, {0.5, 0, 1}, {1, 0, 0.75},
}

// drawColours draws the colour of the shape, bright, and that of the background,
// of any hue, dull and darker.
func drawColours(r *random.Source) (ink, paper [3]float64) {
	hue, light := hues[r.Intn(len(hues))], 160+float64(90*r.Float64())
	back, dark := hues[r.Intn(len(hues))], 40+float64(80*r.Float64())
	for c := range 3 {
		ink[c] = light * (0.15 + float64(0.85*hue[c]))
		paper[c] = dark * (0.6 + float64(0.4*back[c]))
	}
	return ink, paper
}

// angle draws a uniform direction as its cosine and sine: a uniform point of the
// disc, brought to length 1. (math.Sin is not the same to the last bit on every machine.)
func angle(r *random.Source) (cos, sin float64) {
	for {
		x, y := 2*r.Float64()-1, 2*r.Float64()-1
		if d := float64(x*x) + float64(y*y); d > 0.01 && d <= 1 {
			length := math.Sqrt(d)
			return x / length, y / length
		}
	}
}
