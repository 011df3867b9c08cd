package data

import "math"

// crop fills dst, H x W x C on the scale of a byte, with the part b of src,
// enlarged bilinearly and mirrored if asked. Pixel x of the view looks at
//
//	X = W (left + width (x + 1/2)/W) - 1/2
//
// of the source, cut to 0..W-1, and mixes the pixels floor(X) and floor(X)+1;
// rows likewise. The whole image is copied to the bit.
func (a *artist) crop(dst []float32, src []uint8, b box, flip bool) {
	n := a.w * a.c
	for x := range a.w {
		to := x
		if flip {
			to = a.w - 1 - x
		}
		i, j, mix := neighbours(x, a.w, b.left, b.width)
		a.left[to], a.right[to], a.mix[to] = i*a.c, j*a.c, mix
	}
	row := a.row
	for y := range a.h {
		i, j, mix := neighbours(y, a.h, b.top, b.height)
		up, down := src[i*n:][:len(row)], src[j*n:][:len(row)]
		for x := range row {
			u := float32(up[x])
			row[x] = u + float32(mix*(float32(down[x])-u))
		}
		a.stretch(dst[y*n:(y+1)*n], row)
	}
}

// stretch mixes the columns of one row.
func (a *artist) stretch(dst, row []float32) {
	right, mix := a.right[:len(a.left)], a.mix[:len(a.left)]
	if a.c == 1 {
		dst = dst[:len(a.left)]
		for x, l := range a.left {
			u := row[l]
			dst[x] = u + float32(mix[x]*(row[right[x]]-u))
		}
		return
	}
	for x, l := range a.left {
		m, p, u, v := mix[x], dst[3*x:][:3], row[l:][:3], row[right[x]:][:3]
		p[0] = u[0] + float32(m*(v[0]-u[0]))
		p[1] = u[1] + float32(m*(v[1]-u[1]))
		p[2] = u[2] + float32(m*(v[2]-u[2]))
	}
}

// neighbours returns the two source pixels of pixel x among n and the weight of the second.
func neighbours(x, n int, start, size float64) (i, j int, mix float32) {
	at := float64(start*float64(n)) + float64(size*(float64(x)+0.5)) - 0.5
	at = min(max(at, 0), float64(n-1))
	floor := math.Floor(at)
	i = int(floor)
	return i, min(i+1, n-1), float32(at - floor)
}
