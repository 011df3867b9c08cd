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
	area := float64(a.Erase * (0.02 + float64(0.31*r.Float64())))
	c.eraseW, c.eraseH = sides(area, spread(r, math.Ln2))
	c.eraseX, c.eraseY = float64((1-c.eraseW)*r.Float64()), float64((1-c.eraseH)*r.Float64())

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
	y, term := 1.0, 1.0
	x /= 64
	for k := 1; k < 16; k++ {
		term = float64(term*x) / float64(k)
		y += term
	}
	for range 6 {
		y = float64(y * y)
	}
	return y
}

// An artist draws views. It owns the buffers for one view and belongs to one goroutine.
type artist struct {
	augment Augment
	h, w, c int
	set     *Set

	row    []float32 // one row of the crop, W x C
	left   []int     // for each column of the view, where its left source pixel starts in row
	right  []int
	mix    []float32 // weight of the right one
	canvas []float32 // H x W x C, for the blur's second pass
}

func newArtist(set *Set, a Augment) artist {
	return artist{
		augment: a, h: set.H, w: set.W, c: set.C, set: set,
		row:  make([]float32, set.W*set.C),
		left: make([]int, set.W), right: make([]int, set.W), mix: make([]float32, set.W),
		canvas: make([]float32, set.H*set.W*set.C),
	}
}

// draw makes one view: crop and flip, jitter, grey, blur on the scale 0..255 of
// a byte, in the order of SimCLR and torchvision, then the scale of the set, then erase.
func (a *artist) draw(dst []float32, src []uint8, r *random.Source) {
	c := cook(&a.augment, r)
	a.crop(dst, src, c.crop, c.flip)
	if c.jitter {
		a.jitter(dst, &c)
	}
	if c.grey && a.c == 3 {
		blend(dst, 0)
	}
	if c.sigma > 0 {
		a.blur(dst, c.sigma)
	}
	a.normalize(dst)
	if c.erase {
		a.erase(dst, &c)
	}
}

// normalize brings each channel from the scale of a byte to that of the set.
func (a *artist) normalize(dst []float32) {
	if a.c == 1 {
		scale, shift := a.set.scale(0)
		for i, v := range dst {
			dst[i] = float32(v*scale) + shift
		}
		return
	}
	s0, t0 := a.set.scale(0)
	s1, t1 := a.set.scale(1)
	s2, t2 := a.set.scale(2)
	for i := 0; i+3 <= len(dst); i += 3 {
		p := dst[i : i+3 : i+3]
		p[0], p[1], p[2] = float32(p[0]*s0)+t0, float32(p[1]*s1)+t1, float32(p[2]*s2)+t2
	}
}

// erase sets a rectangle to the mean colour, which is 0 after normalize.
func (a *artist) erase(dst []float32, c *recipe) {
	x0, x1 := pixels(c.eraseX, c.eraseW, a.w)
	y0, y1 := pixels(c.eraseY, c.eraseH, a.h)
	for y := y0; y < y1; y++ {
		clear(dst[(y*a.w+x0)*a.c : (y*a.w+x1)*a.c])
	}
}

// pixels returns the range of pixels nearest to [at, at+size] in parts of n pixels.
func pixels(at, size float64, n int) (from, to int) {
	from = int(float64(at*float64(n)) + 0.5)
	to = int(float64((at+size)*float64(n)) + 0.5)
	return min(from, n), min(to, n)
}
