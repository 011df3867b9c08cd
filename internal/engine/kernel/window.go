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

// reach returns the size in pixels of what rows rows of the grid see.
func (w window) reach(rows int) (height, width int) {
	return (rows-1)*w.step + w.tapsY, (w.gridX-1)*w.step + w.tapsX
}

// A frame is what a window sees of images: pixels, rows line elements apart,
// images image elements apart; the first is the corner of the first patch.
type frame struct {
	data        []float32
	line, image int
}

// frame returns what rows top to end-1 of the grids of images from to to-1 see:
// of x in place, or where they look beyond an image, as a copy with zeros around.
func (w window) frame(room *buffer, x []float32, from, to, top, end int) frame {
	c := w.channels
	f := frame{line: w.width * c, image: w.height * w.width * c}
	height, width := w.reach(end - top)
	y0 := top*w.step + w.fromY
	if all, _ := w.reach(w.gridY); w.fromX == 0 && w.fromY == 0 && width <= w.width && all <= w.height {
		f.data = x[from*f.image+y0*f.line:]
		return f
	}
	first, last := max(0, -w.fromX), min(width, w.width-w.fromX) // columns inside
	line := width * c
	f.data = room.get((to - from) * height * line)
	for n := range to - from {
		for y := range height {
			dst := f.data[(n*height+y)*line:][:line]
			iy := y0 + y
			if iy < 0 || iy >= w.height || first >= last {
				clear(dst)
				continue
			}
			clear(dst[:first*c])
			copy(dst[first*c:last*c], x[(from+n)*f.image+iy*f.line+(w.fromX+first)*c:])
			clear(dst[last*c:])
		}
	}
	f.line, f.image = line, height*line
	return f
}

// spill is the number of elements that gather may write beyond a patch.
const spill = 7

// gather writes the patches of positions from to to-1, counted over all images
// in x, to lines of dst that are stride apart, spill longer than a patch at
// least: taps in the order (y, x, channel), pixels outside the image 0. What
// follows the patch in a line is left or overwritten.
func (w window) gather(im *implementation, dst []float32, stride int, x []float32, from, to int) {
	image := w.height * w.width * w.channels
	// Positions px with insideX <= px < beyondX see no column outside the image.
	insideX, beyondX := ceil(max(0, -w.fromX), w.step), min(w.gridX, (w.width-w.tapsX-w.fromX+w.step)/w.step)
	n, y, px := from/(w.gridY*w.gridX), from/w.gridX%w.gridY, from%w.gridX
	for from < to {
		count := 1
		pixels, iy, ix := x[n*image:], y*w.step+w.fromY, px*w.step+w.fromX
		if px >= insideX && px < beyondX {
			count = min(beyondX-px, to-from)
			w.row(im, dst, stride, pixels, iy, ix, count)
		} else {
			w.patch(dst, pixels, iy, ix)
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

// zeros are what lies outside an image.
var zeros [1 << 12]float32

// row writes count patches side by side, the first with its corner at (iy, ix),
// of which no column lies outside the image that x starts with.
func (w window) row(im *implementation, dst []float32, stride int, x []float32, iy, ix, count int) {
	run, line := w.tapsX*w.channels, w.width*w.channels
	top, end := min(max(0, -iy), w.tapsY), max(0, min(w.tapsY, w.height-iy)) // taps inside: top to end
	at := (iy+top)*line + ix*w.channels
	if past := at + (count-1)*w.step*w.channels + (end-top-1)*line + run + spill; past > len(x) || run > len(zeros)-spill {
		for p := range count { // the very end of the images, where a vector would reach too far
			w.patch(dst[p*stride:], x, iy, ix+p*w.step)
		}
		return
	}
	for ty := range top {
		im.gather(dst[ty*run:], stride, zeros[:], 0, 0, 1, run, count)
	}
	if top < end {
		im.gather(dst[top*run:], stride, x[at:], w.step*w.channels, line, end-top, run, count)
	}
	for ty := end; ty < w.tapsY; ty++ {
		im.gather(dst[ty*run:], stride, zeros[:], 0, 0, 1, run, count)
	}
}

// patch writes the one patch whose corner is pixel (iy, ix) of the image that x starts with, or lies outside.
func (w window) patch(dst, x []float32, iy, ix int) {
	run, c := w.tapsX*w.channels, w.channels
	first, end := min(max(0, -ix), w.tapsX), max(0, min(w.tapsX, w.width-ix)) // taps inside
	for ty := range w.tapsY {
		line := dst[ty*run : (ty+1)*run]
		if y := iy + ty; y < 0 || y >= w.height || first >= end {
			clear(line)
			continue
		}
		clear(line[:first*c])
		copy(line[first*c:end*c], x[((iy+ty)*w.width+ix+first)*c:])
		clear(line[end*c:])
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
