package data

// The luma of a colour, as ITU-R 601 weighs it and torchvision uses it.
const lumaR, lumaG, lumaB = 0.2989, 0.587, 0.114

func luma(r, g, b float32) float32 {
	return float32(lumaR*r) + float32(lumaG*g) + float32(lumaB*b)
}

// jitter changes brightness, contrast, saturation and hue of a view on the scale
// of a byte, in the recipe's order; each result is cut to 0..255. It is
// torchvision's ColorJitter. A grey view has brightness and contrast only.
func (a *artist) jitter(dst []float32, c *recipe) {
	left, order := [4]uint8{0, 1, 2, 3}, c.order
	for n := uint32(4); n > 0; n-- { // the digits of order in the factorial base
		at := order % n
		order /= n
		change := left[at]
		left[at] = left[n-1]
		switch {
		case change == 0:
			brighten(dst, c.change[0])
		case change == 1:
			a.contrast(dst, c.change[1])
		case change == 2 && a.c == 3:
			blend(dst, c.change[2])
		case change == 3 && a.c == 3:
			rotateHue(dst, c.hue)
		}
	}
}

// cut brings v into 0..255.
func cut(v float32) float32 { return min(max(v, 0), 255) }

// brighten multiplies by f.
func brighten(dst []float32, f float32) {
	for i, v := range dst {
		dst[i] = cut(f * v)
	}
}

// contrast moves every value away from the view's mean luma m: m + f (v - m).
func (a *artist) contrast(dst []float32, f float32) {
	var sum float32
	if a.c == 1 {
		for _, v := range dst {
			sum += v
		}
	} else {
		for i := 0; i+3 <= len(dst); i += 3 {
			p := dst[i : i+3 : i+3]
			sum += luma(p[0], p[1], p[2])
		}
	}
	rest := float32((1 - f) * (sum / float32(a.h*a.w)))
	for i, v := range dst {
		dst[i] = cut(float32(f*v) + rest)
	}
}

// blend moves every colour away from its own luma y: y + f (v - y). That is a
// change of saturation; with f = 0 the colours are gone.
func blend(dst []float32, f float32) {
	for i := 0; i+3 <= len(dst); i += 3 {
		p := dst[i : i+3 : i+3]
		rest := float32((1 - f) * luma(p[0], p[1], p[2]))
		p[0], p[1], p[2] = cut(float32(f*p[0])+rest), cut(float32(f*p[1])+rest), cut(float32(f*p[2])+rest)
	}
}

// rotateHue turns the hue of every colour by shift (in turns, -1/2..1/2) in HSV
// space: the largest and the smallest channel keep their values, and the colour
// moves along the six edges of the colour hexagon between them.
func rotateHue(dst []float32, shift float32) {
	shift = float32(6 * shift) // in edges of the hexagon
	for i := 0; i+3 <= len(dst); i += 3 {
		p := dst[i : i+3 : i+3]
		r, g, b := p[0], p[1], p[2]
		high, low := max(r, g, b), min(r, g, b)
		span := high - low
		if span == 0 {
			continue // grey has no hue
		}
		var h float32
		switch high {
		case r:
			h = (g - b) / span
		case g:
			h = (b-r)/span + 2
		default:
			h = (r-g)/span + 4
		}
		if h += shift; h < 0 {
			h += 6
		} else if h >= 6 {
			h -= 6
		}
		edge := int(h)
		part := float32(span * (h - float32(edge)))
		up, down := low+part, high-part
		switch edge {
		case 0:
			p[0], p[1], p[2] = high, up, low
		case 1:
			p[0], p[1], p[2] = down, high, low
		case 2:
			p[0], p[1], p[2] = low, high, up
		case 3:
			p[0], p[1], p[2] = low, down, high
		case 4:
			p[0], p[1], p[2] = up, low, high
		default:
			p[0], p[1], p[2] = high, low, down
		}
	}
}
