package kernel

// Colours are on the scale of a byte. A coloured picture lies in columns: run
// elements of red, run of green, run of blue, then the next column.

// channels returns the channels of column i of x.
func channels[F Float](x []F, run, i int) (r, g, b []F) {
	x = x[3*i*run:]
	return x[:run], x[run : 2*run], x[2*run : 3*run]
}

// countColumns is the number of whole columns of x.
func countColumns[F Float](x []F, run int) int { return rowsOf(x, 3*run) }

// The luma of a colour, as ITU-R BT.601 weighs it and torchvision rounds the weights.
const lumaR, lumaG, lumaB = 0.2989, 0.587, 0.114

func luma[F Float](r, g, b F) F { return F(lumaR*r) + F(lumaG*g) + F(lumaB*b) }

// cut brings v to 0..255, where colours are. It branches, since the built-in min
// and max of floats care for signed zeros and NaNs, at several times the price.
func cut[F Float](v F) F {
	if v < 0 {
		v = 0
	}
	if v > 255 {
		v = 255
	}
	return v
}

// MoveColour is x[i] = f*x[i] + rest, cut to 0..255: brightness, and contrast
// where rest is 1-f parts of a mean.
func (Plain[F]) MoveColour(x []F, f, rest F) {
	for i, v := range x {
		x[i] = cut(F(f*v) + rest)
	}
}

// Luma is the luma of every colour of x, one run of dst for each column.
func (Plain[F]) Luma(dst, x []F, run int) {
	for c := range countColumns(x, run) {
		r, g, b := channels(x, run, c)
		out := dst[c*run:][:run]
		for i := range out {
			out[i] = luma(r[i], g[i], b[i])
		}
	}
}

// Saturate moves every colour of x away from its own luma y: a channel v becomes
// f*v + (1-f)*y, cut to 0..255. With f = 0 the colours are gone.
func (Plain[F]) Saturate(x []F, run int, f F) { saturate(x, run, f, 1-f) }

// saturate is Saturate with rest = 1-f.
func saturate[F Float](x []F, run int, f, rest F) {
	for c := range countColumns(x, run) {
		r, g, b := channels(x, run, c)
		for i := range r {
			y := F(rest * luma(r[i], g[i], b[i]))
			r[i], g[i], b[i] = cut(F(f*r[i])+y), cut(F(f*g[i])+y), cut(F(f*b[i])+y)
		}
	}
}

// RotateHue turns the hue of every colour of x by shift edges of the hexagon of hues
// (six are a turn), -3 to 3. A hue h is a place on the hexagon: red at 0, green
// at 2, blue at 4, each channel full within one edge of its corner and empty
// beyond two,
//
//	r = low + span*part(|h-3| - 1),   g = low + span*part(2 - |h-2|),   b = low + span*part(2 - |h-4|),
//
// with part(v) = v cut to 0..1, low the smallest channel and low + span the
// largest: HSV (A. R. Smith, SIGGRAPH 1978), without its branches. A grey stays
// what it is.
func (Plain[F]) RotateHue(x []F, run int, shift F) {
	for c := range countColumns(x, run) {
		r, g, b := channels(x, run, c)
		for i := range r {
			r[i], g[i], b[i] = rotateHue(r[i], g[i], b[i], shift)
		}
	}
}

// tiny is less than any difference between two channels.
const tiny = 1e-30

// rotateHue turns the hue of one colour.
func rotateHue[F Float](r, g, b, shift F) (F, F, F) {
	high, low := r, r
	if g > high {
		high = g
	}
	if b > high {
		high = b
	}
	if g < low {
		low = g
	}
	if b < low {
		low = b
	}
	span := high - low
	over := span
	if over < tiny { // a grey: it has no hue, and any will do
		over = tiny
	}
	var h F
	switch high {
	case r:
		h = (g - b) / over
	case g:
		h = (b-r)/over + 2
	default:
		h = (r-g)/over + 4
	}
	h += shift
	if h < 0 {
		h += 6
	}
	if h >= 6 {
		h -= 6
	}
	return full(distance(h, 3)-1, low, span, high), full(2-distance(h, 2), low, span, high), full(2-distance(h, 4), low, span, high)
}

// distance is |h - corner|.
func distance[F Float](h, corner F) F {
	if h < corner {
		return corner - h
	}
	return h - corner
}

// full is low + span*part, with part cut to 0..1, and high at most.
func full[F Float](part, low, span, high F) F {
	if part <= 0 {
		return low
	}
	if part > 1 {
		part = 1
	}
	v := low + F(part*span)
	if v > high {
		v = high
	}
	return v
}

// MoveColour is Plain.MoveColour.
func (p Pixels) MoveColour(x []float32, f, rest float32) { p.loops().move(x, f, rest) }

// Luma is Plain.Luma.
func (p Pixels) Luma(dst, x []float32, run int) {
	if countColumns(x, run) > 0 {
		p.loops().luma(dst, x, run)
	}
}

// Saturate is Plain.Saturate.
func (p Pixels) Saturate(x []float32, run int, f float32) {
	if countColumns(x, run) > 0 {
		p.loops().saturate(x, run, f, 1-f)
	}
}

// RotateHue is Plain.RotateHue.
func (p Pixels) RotateHue(x []float32, run int, shift float32) {
	if countColumns(x, run) > 0 {
		p.loops().rotateHue(x, run, shift)
	}
}
