package data

import (
	"math"

	"gradlab/internal/engine/random"
)

// A recipe is all the randomness of one view: what is done, and how much. Every
// number is drawn whether it is needed or not, so that changing the strength of
// one operation leaves the dice of the others as they fell.
type recipe struct {
	flip bool

	jitter         bool
	order          uint32     // which of the 24 orders of the four changes
	change         [3]float32 // factors of brightness, contrast, saturation
	hue            float32    // shift in turns
	grey           bool
	sigma          float64 // of the blur in pixels; 0 is none
	erase          bool
	eraseW, eraseH float64 // size and corner of the rectangle, in parts of the image
	eraseX, eraseY float64

	crop box
}

// A box is a part of an image, in parts of its width and height.
type box struct{ left, top, width, height float64 }

// cook draws a recipe at the given strengths.
func cook(a *Augment, r *random.Source) recipe {
	var c recipe
	c.flip = r.Float64() < a.Flip/2

	c.jitter = r.Float64() < 0.8 && a.Jitter > 0
	c.order = uint32(r.Intn(24))
	for i := range c.change {
		c.change[i] = float32(1 + spread(r, float64(0.4*a.Jitter)))
	}
	c.hue = float32(spread(r, float64(0.1*a.Jitter)))
	c.grey = r.Float64() < float64(0.2*a.Grey)

	blur, sigma := r.Float64() < 0.5, r.Float64()
	if blur && a.Blur > 0 {
		c.sigma = 0.1 + float64(float64(1.9*a.Blur)*sigma)
	}

	c.erase = r.Float64() < 0.5 && a.Erase > 0
	area, aspect, x, y := r.Float64(), spread(r, math.Ln2), r.Float64(), r.Float64()
	if c.erase {
		c.eraseW, c.eraseH = sides(float64(a.Erase*(0.02+float64(0.31*area))), aspect)
		c.eraseX, c.eraseY = float64((1-c.eraseW)*x), float64((1-c.eraseH)*y)
	}

	c.crop = cropBox(a.Crop, r) // last, since it takes a varying number of draws
	return c
}

// spread draws a uniform number in [-w, w).
func spread(r *random.Source, w float64) float64 { return float64((2*r.Float64() - 1) * w) }

// cropBox draws a box of 1-0.8s to all of the area and an aspect of 3/4 to 4/3
// to the power s, its logarithm uniform, where it fits into the image; after ten
// boxes that do not fit, the whole image.
func cropBox(s float64, r *random.Source) box {
	const logAspect = 0.28768207245178092744 // log 4/3
	for range 10 {
		area := 1 - float64(float64(0.8*s)*r.Float64())
		w, h := sides(area, spread(r, float64(logAspect*s)))
		x, y := r.Float64(), r.Float64()
		if w <= 1 && h <= 1 {
			return box{left: float64((1 - w) * x), top: float64((1 - h) * y), width: w, height: h}
		}
	}
	return box{width: 1, height: 1}
}

// sides returns width and height of a rectangle of that area and log(width/height).
func sides(area, logAspect float64) (w, h float64) {
	aspect := exp(logAspect)
	return math.Sqrt(float64(area * aspect)), math.Sqrt(area / aspect)
}

// exp is e to the x for |x| < 50 or so: Taylor's series of x/64 to the 64th
// power, in additions and products that every machine rounds alike, which
// math.Exp does not promise. Its relative error is below 1e-12.
func exp(x float64) float64 {
	x /= 64
	y := 0.0
	for _, c := range inverseFactorials {
		y = float64(y*x) + c
	}
	for range 6 {
		y = float64(y * y)
	}
	return y
}

// inverseFactorials are 1/15! to 1/0!.
var inverseFactorials = func() (c [16]float64) {
	f := 1.0 // exact up to 18!
	for k := range c {
		f *= float64(max(k, 1))
		c[len(c)-1-k] = 1 / f
	}
	return c
}()
