package data

import (
	"gradlab/internal/engine/kernel"
	"gradlab/internal/engine/random"
)

// pixels are the loops over pictures.
var pixels kernel.Pixels

// An artist draws views, one at a time. It owns the memory of a view in the
// making and belongs to one goroutine.
//
// A view passes through three forms, in float32 on the scale of a byte:
//
//   - rows as in the set, (y, x, channel), where the crop mixes whole rows;
//   - columns, (x, channel, y), where the crop mixes whole columns, and a colour
//     is three vectors side by side: the picture;
//   - rows again, where the blur sees all neighbours at fixed distances.
//
// So every step is a loop over whole vectors, and two transpositions stand
// between them. Rows and columns are padded to whole vectors; the padding of a
// column is 0 until the contrast changes, which is the only step that looks at it.
type artist struct {
	augment Augment
	set     *Set
	h, w, c int
	n, line int // numbers of a row: w*c, and that padded
	run     int // numbers of a column of one channel: h, padded

	here, there []float32 // line x run each, for the crop; rows of a view without blur
	rows, cols  mixing
	picture     []float32 // w x c x run
	margins     []float32 // the picture with maxRadius columns on both sides
	luma        []float32 // w x run

	sheet, blurred []float32 // rows with maxRadius pixels around them, and between the passes of the blur
	stride         int       // from row to row of both
	weights        [maxRadius + 1]float32

	scale, shift []float32 // of each number of a row, from the scale of a byte to the set's
}

const vector = 8 // numbers

// padded rounds n up to whole vectors.
func padded(n int) int { return (n + vector - 1) / vector * vector }

func newArtist(set *Set, augment Augment) artist {
	h, w, c := set.H, set.W, set.C
	a := artist{
		augment: augment, set: set, h: h, w: w, c: c, n: w * c, line: padded(w * c), run: padded(h),
		rows: newMixing(h), cols: newMixing(w), stride: padded((w + 2*maxRadius) * c),
	}
	a.here, a.there = make([]float32, a.line*a.run), make([]float32, a.line*a.run)
	a.margins = make([]float32, a.stride*a.run)
	a.picture = a.margins[maxRadius*c*a.run:][:a.n*a.run]
	a.luma = make([]float32, w*a.run)
	a.sheet, a.blurred = make([]float32, (a.run+2*maxRadius)*a.stride), make([]float32, h*a.stride)
	a.scale, a.shift = make([]float32, a.n), make([]float32, a.n)
	for i := range a.n {
		a.scale[i], a.shift[i] = set.scale(i % c)
	}
	return a
}

// draw makes one view: crop and flip, jitter, grey, blur on the scale 0..255 of
// a byte, in the order of SimCLR and torchvision, then the scale of the set, then erase.
func (a *artist) draw(dst []float32, src []uint8, r *random.Source) {
	c := cook(&a.augment, r)
	a.crop(src, c.crop, c.flip)
	if c.jitter {
		a.jitter(&c)
	}
	if c.grey {
		a.saturate(0)
	}
	a.finish(dst, c.sigma)
	if c.erase {
		a.erase(dst, &c)
	}
}

// finish blurs the picture where sigma is not 0 and writes it to dst, H x W x C,
// each channel brought from the scale of a byte to that of the set.
func (a *artist) finish(dst []float32, sigma float64) {
	rows, stride := a.here, a.line
	if sigma > 0 {
		a.blur(sigma)
		rows, stride = a.sheet[maxRadius*(a.stride+a.c):], a.stride
	} else {
		pixels.Transpose(rows, stride, a.margins[maxRadius*a.c*a.run:], a.run, a.line, a.run)
	}
	pixels.AffineRows(dst, rows, stride, a.scale, a.shift)
}

// erase sets a rectangle to the mean colour, which is 0 on the scale of the set.
func (a *artist) erase(dst []float32, c *recipe) {
	x0, x1 := rectangle(c.eraseX, c.eraseW, a.w)
	y0, y1 := rectangle(c.eraseY, c.eraseH, a.h)
	for y := y0; y < y1; y++ {
		clear(dst[(y*a.w+x0)*a.c : (y*a.w+x1)*a.c])
	}
}

// rectangle returns the range of pixels nearest to [at, at+size] in parts of n pixels.
func rectangle(at, size float64, n int) (from, to int) {
	from = int(float64(at*float64(n)) + 0.5)
	to = int(float64((at+size)*float64(n)) + 0.5)
	return min(from, n), min(to, n)
}
