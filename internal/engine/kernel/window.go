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

// gather writes the patches of positions from to to-1, counted over all images
// in x, to lines of dst that are stride apart: taps in the order (y, x, channel), pixels
// outside the image 0. What follows the patch in a line is left alone.
func (w window) gather(dst []float32, stride int, x []float32, from, to int) {
	image := w.height * w.width * w.channels
	run := w.tapsX * w.channels
	n, y, px := from/(w.gridY*w.gridX), from/w.gridX%w.gridY, from%w.gridX
	for range to - from {
		left := px*w.step + w.fromX
		skip, end := max(0, -left), min(w.tapsX, w.width-left) // taps that lie inside: skip to end
		for ty := range w.tapsY {
			line := dst[ty*run : (ty+1)*run]
			iy := y*w.step + w.fromY + ty
			if iy < 0 || iy >= w.height || end <= skip {
				clear(line)
				continue
			}
			pixels := x[n*image+(iy*w.width+left+skip)*w.channels:][:(end-skip)*w.channels]
			inside := line[skip*w.channels:]
			if len(pixels) < len(line) {
				clear(line)
			}
			copy(inside, pixels)
		}
		dst = dst[min(stride, len(dst)):]
		if px++; px == w.gridX {
			px = 0
			if y++; y == w.gridY {
				y, n = 0, n+1
			}
		}
	}
}
