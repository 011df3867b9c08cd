package data

// jitter changes brightness, contrast, saturation and hue of a view on the scale
// of a byte, in the recipe's order; each result is cut to 0..255. It is
// torchvision's ColorJitter. A grey view has brightness and contrast only.
func (a *artist) jitter(c *recipe) {
	left, order := [4]uint8{0, 1, 2, 3}, c.order
	for n := uint32(4); n > 0; n-- { // the digits of order in the factorial base
		at := order % n
		order /= n
		change := left[at]
		left[at] = left[n-1]
		switch change {
		case 0:
			a.brighten(c.change[0])
		case 1:
			a.contrast(c.change[1])
		case 2:
			a.saturate(c.change[2])
		case 3:
			a.rotateHue(c.hue)
		}
	}
}

// brighten multiplies by f.
func (a *artist) brighten(f float32) { pixels.MoveColour(a.picture, f, 0) }

// contrast moves every value away from the view's mean luma m: m + f (v - m).
// The mean is a sum in 16 stripes over the columns with their padding of zeros.
func (a *artist) contrast(f float32) {
	luma := a.picture
	if a.c == 3 {
		luma = a.luma
		pixels.Luma(luma, a.picture, a.run)
	}
	mean := pixels.Sum(luma) / float32(a.h*a.w)
	pixels.MoveColour(a.picture, f, float32((1-f)*mean))
}

// saturate moves every colour away from its own luma y: y + f (v - y). With
// f = 0 the colours are gone. A grey view stays what it is.
func (a *artist) saturate(f float32) {
	if a.c == 3 {
		pixels.Saturate(a.picture, a.run, f)
	}
}

// rotateHue turns the hue of every colour by shift (in turns, -1/2..1/2) in HSV
// space: the largest and the smallest channel keep their values, and the colour
// moves along the six edges of the colour hexagon between them. A grey view has
// no hue.
func (a *artist) rotateHue(shift float32) {
	if a.c == 3 {
		pixels.RotateHue(a.picture, a.run, float32(6*shift))
	}
}
