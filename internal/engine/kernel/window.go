package kernel

// A window slides over images and gives, at each position, the patch under it:
// tapsY x tapsX pixels. Convolutions are products with patches for rows; they
// are gathered block by block, inside the packing of the product, and never
// stand in memory all together.
type window struct {
	height, width, channels int // of the images
	gridY, gridX            int // positions in an image
	step                    int // pixels between positions
	fromY, fromX            int // the first position's corner
	tapsY, tapsX            int
}

// depth is the number of elements of a patch.
func (w window) depth() int { return w.tapsY * w.tapsX * w.channels }

// spill is the number of elements that gather may write beyond a patch.
const spill = 7

// gather writes the patches of positions from to to-1, counted over all images
// in x, to lines of dst that are stride apart, spill longer than a patch at
// least: taps in the order (y, x, channel), pixels outside the image 0. What
// follows the patch in a line is left or overwritten with some of x.
func (w window) gather(im *implementation, dst []float32, stride int, x []float32, from, to int) {
	image, run := w.height*w.width*w.channels, w.tapsX*w.channels
	// Positions px with insideX <= px < beyondX see no column outside the image.
	insideX, beyondX := ceil(max(0, -w.fromX), w.step), min(w.gridX, (w.width-w.tapsX-w.fromX+w.step)/w.step)
	n, y, px := from/(w.gridY*w.gridX), from/w.gridX%w.gridY, from%w.gridX
	for from < to {
		count := 1
		iy := y*w.step + w.fromY
		if px >= insideX && px < beyondX && iy >= 0 && iy+w.tapsY <= w.height {
			many := min(beyondX-px, to-from)
			at := n*image + (iy*w.width+px*w.step+w.fromX)*w.channels
			if end := at + ((many-1)*w.step+(w.tapsY-1)*w.width)*w.channels + run + spill; end <= len(x) {
				im.gather(dst, stride, x[at:], w.step*w.channels, w.width*w.channels, w.tapsY, run, many)
				count = many
			}
		}
		if count == 1 {
			w.patch(dst, x[n*image:(n+1)*image], iy, px*w.step+w.fromX)
		}
		from += count
		dst = dst[min(count*stride, len(dst)):]
		if px += count; px == w.gridX {
			px = 0
			if y++; y == w.gridY {
				y, n = 0, n+1
			}
		}
	}
}

// patch writes the one patch whose corner is pixel (iy, ix) of the image x, or lies outside.
func (w window) patch(dst, x []float32, iy, ix int) {
	run := w.tapsX * w.channels
	first, end := max(0, -ix), min(w.tapsX, w.width-ix) // taps inside the image
	for ty := range w.tapsY {
		line := dst[ty*run : (ty+1)*run]
		clear(line)
		if y := iy + ty; y >= 0 && y < w.height && first < end {
			copy(line[first*w.channels:], x[(y*w.width+ix+first)*w.channels:][:(end-first)*w.channels])
		}
	}
}

// gather copies, for p < n and l < lines, run elements from src[p*srcStep+l*srcLine] to dst[p*dstStep+l*run].
func gather(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	for p := range n {
		for l := range lines {
			copy(dst[p*dstStep+l*run:][:run], src[p*srcStep+l*srcLine:])
		}
	}
}
