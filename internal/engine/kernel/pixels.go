package kernel

// Pixels is the kernels over pictures, for drawing views of images: resampling,
// filtering (this file) and colours (colour.go). Like a Pool it gives the results
// of Plain with the machine's fastest loops, here to the bit on every machine.
// Unlike one it has no threads: a picture of some thousand numbers is done before
// a second thread is awake, so callers share out pictures. Its zero value is ready
// and may be used by many goroutines at once.
type Pixels struct{}

// pixelLoops are the inner loops of Pixels.
type pixelLoops struct {
	widen     func(dst []float32, x []uint8)
	mixRows   func(dst []float32, dstRow int, src []float32, from, to []int32, mix []float32, run int)
	transpose func(dst []float32, dstRow int, src []float32, srcRow, blocks int) // of eight rows and 8*blocks columns
	taps      func(dst, x []float32, step int, w []float32)
	affine    func(dst, x []float32, row int, scale, shift []float32)
	move      func(x []float32, f, rest float32)
	luma      func(dst, x []float32, run int)
	saturate  func(x []float32, run int, f, rest float32)
	rotateHue func(x []float32, run int, shift float32)
}

// plainPixels are those without assembly.
var plainPixels = &pixelLoops{
	widen:   Plain[float32]{}.Widen,
	mixRows: Plain[float32]{}.MixRows,
	transpose: func(dst []float32, dstRow int, src []float32, srcRow, blocks int) {
		turn(dst, dstRow, src, srcRow, 8, 8*blocks)
	},
	taps:      Plain[float32]{}.Taps,
	affine:    Plain[float32]{}.AffineRows,
	move:      Plain[float32]{}.MoveColour,
	luma:      Plain[float32]{}.Luma,
	saturate:  saturate[float32],
	rotateHue: Plain[float32]{}.RotateHue,
}

// loops returns those in use.
func (Pixels) loops() *pixelLoops {
	if p := current.Load().pixels; p != nil {
		return p
	}
	return plainPixels
}

// Widen is dst[i] = x[i].
func (Plain[F]) Widen(dst []F, x []uint8) {
	for i, v := range x[:len(dst)] {
		dst[i] = F(v)
	}
}

// MixRows mixes pairs of rows of src, linear interpolation between them:
//
//	dst[i*dstRow+j] = u + mix[i]*(v-u),   u = src[from[i]+j], v = src[to[i]+j],   i < len(mix), j < run
func (Plain[F]) MixRows(dst []F, dstRow int, src []F, from, to []int32, mix []F, run int) {
	for i, m := range mix {
		out, u, v := dst[i*dstRow:][:run], src[from[i]:][:run], src[to[i]:][:run]
		for j := range out {
			out[j] = u[j] + F(m*(v[j]-u[j]))
		}
	}
}

// Transpose is dst[j*dstRow+i] = src[i*srcRow+j], i < rows, j < cols.
func (Plain[F]) Transpose(dst []F, dstRow int, src []F, srcRow, rows, cols int) {
	turn(dst, dstRow, src, srcRow, rows, cols)
}

func turn[F Float](dst []F, dstRow int, src []F, srcRow, rows, cols int) {
	for i := range rows {
		for j, v := range src[i*srcRow:][:cols] {
			dst[j*dstRow+i] = v
		}
	}
}

// Taps is a symmetric filter of radius r = len(w)-1 whose taps are step elements
// apart. x starts r*step elements before the element under dst[0] and ends as far
// behind the last one:
//
//	dst[i] = w[0]*y[i] + sum of w[k]*(y[i-k*step] + y[i+k*step]),   k = 1 to r in that order,   y = x[r*step:]
func (Plain[F]) Taps(dst, x []F, step int, w []F) {
	n, middle := len(dst), (len(w)-1)*step
	for i, v := range x[middle:][:n] {
		dst[i] = w[0] * v
	}
	for k := 1; k < len(w); k++ {
		before, after := x[middle-k*step:][:n], x[middle+k*step:][:n]
		for i := range dst {
			dst[i] += F(w[k] * (before[i] + after[i]))
		}
	}
}

// AffineRows scales rows of n = len(scale) elements, which are row elements apart in x and n in dst:
//
//	dst[i*n+j] = scale[j]*x[i*row+j] + shift[j],   i < len(dst)/n, j < n
func (Plain[F]) AffineRows(dst, x []F, row int, scale, shift []F) {
	shift = shift[:len(scale)]
	for i := range rowsOf(dst, len(scale)) {
		out, in := dst[i*len(scale):][:len(scale)], x[i*row:][:len(scale)]
		for j, v := range in {
			out[j] = F(scale[j]*v) + shift[j]
		}
	}
}

// rowsOf is the number of rows of n elements in x, none where n is 0.
func rowsOf[F Float](x []F, n int) int {
	if n == 0 {
		return 0
	}
	return len(x) / n
}

// Widen is Plain.Widen.
func (p Pixels) Widen(dst []float32, x []uint8) { p.loops().widen(dst, x[:len(dst)]) }

// MixRows is Plain.MixRows.
func (p Pixels) MixRows(dst []float32, dstRow int, src []float32, from, to []int32, mix []float32, run int) {
	if len(mix) > 0 && run > 0 {
		p.loops().mixRows(dst, dstRow, src, from, to, mix, run)
	}
}

// Transpose is Plain.Transpose, in blocks of 8 x 8 as far as they go.
func (p Pixels) Transpose(dst []float32, dstRow int, src []float32, srcRow, rows, cols int) {
	if rows == 0 || cols == 0 {
		return
	}
	transpose := p.loops().transpose
	whole, right := rows/8*8, cols/8*8
	if right > 0 {
		for i := 0; i < whole; i += 8 {
			transpose(dst[i:], dstRow, src[i*srcRow:], srcRow, right/8)
		}
	}
	if right < cols {
		turn(dst[right*dstRow:], dstRow, src[right:], srcRow, whole, cols-right)
	}
	if whole < rows {
		turn(dst[whole:], dstRow, src[whole*srcRow:], srcRow, rows-whole, cols)
	}
}

// Taps is Plain.Taps.
func (p Pixels) Taps(dst, x []float32, step int, w []float32) {
	if len(dst) > 0 {
		p.loops().taps(dst, x, step, w)
	}
}

// AffineRows is Plain.AffineRows.
func (p Pixels) AffineRows(dst, x []float32, row int, scale, shift []float32) {
	if rowsOf(dst, len(scale)) > 0 {
		p.loops().affine(dst, x, row, scale, shift)
	}
}

// Sum is the sum of x in 16 stripes and a tree, in one part: that of a row.
func (Pixels) Sum(x []float32) float32 { return current.Load().sum(x) }
