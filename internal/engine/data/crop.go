package data

// A mixing says of which two lines (rows or columns) of a picture each line of
// another is made: where they start, and the weight of the second.
type mixing struct {
	from, to []int32
	mix      []float32
}

func newMixing(n int) mixing {
	return mixing{from: make([]int32, n), to: make([]int32, n), mix: make([]float32, n)}
}

// stretch fills m for the part of n = len(m.mix) lines that begins at start, in
// parts of n, enlarged to n lines and mirrored if asked. Line x of the view looks
// at the place X of the source,
//
//	X = n (start + size (x + 1/2)/n) - 1/2,   cut to 0..n-1,
//
// and mixes the lines floor(X) and floor(X)+1. Source lines are stride apart.
func (m *mixing) stretch(start, size float64, mirrored bool, stride int) {
	n := len(m.mix)
	at, step := 0, 1
	if mirrored {
		at, step = n-1, -1
	}
	origin, last := float64(start*float64(n)), float64(n-1)
	for x := range n {
		place := origin + float64(size*(float64(x)+0.5)) - 0.5
		if place < 0 {
			place = 0
		}
		if place > last {
			place = last
		}
		i := int(place) // rounds down
		j := i * stride
		m.from[at], m.to[at], m.mix[at] = int32(j), int32(j), float32(place-float64(i))
		if i < n-1 {
			m.to[at] = int32(j + stride)
		}
		at += step
	}
}

// crop makes the picture of the part b of src, H x W x C, enlarged bilinearly and
// mirrored if asked; rows are mixed first. The whole image is copied to the bit.
func (a *artist) crop(src []uint8, b box, flip bool) {
	a.rows.stretch(b.top, b.height, false, a.n)
	from, to := int(a.rows.from[0]), int(a.rows.to[a.h-1])+a.n // what is looked at
	pixels.Widen(a.here[from:to], src[from:])
	pixels.MixRows(a.there, a.line, a.here, a.rows.from, a.rows.to, a.rows.mix, a.line)
	pixels.Transpose(a.here, a.run, a.there, a.line, a.run, a.line)

	column := a.c * a.run
	a.cols.stretch(b.left, b.width, flip, column)
	pixels.MixRows(a.picture, column, a.here, a.cols.from, a.cols.to, a.cols.mix, column)
}
