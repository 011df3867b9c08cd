package kernel

// pixelsAVX2 works on vectors of eight.
var pixelsAVX2 = &pixelLoops{
	widen:     widenAVX2,
	mixRows:   mixPairsAVX2,
	transpose: packAVX2,
	taps:      filterAVX2,
	affine:    scaleRowsAVX2,
	move:      moveAVX2,
	luma:      lumasAVX2,
	saturate: func(x []float32, run int, f, rest float32) {
		saturateAVX2(&x[0], run, countColumns(x, run), f, rest)
	},
	rotateHue: func(x []float32, run int, shift float32) {
		rotateHueAVX2(&x[0], run, countColumns(x, run), shift)
	},
}

// mixPairsAVX2 is MixRows, at least one row of at least one element.
func mixPairsAVX2(dst []float32, dstRow int, src []float32, from, to []int32, mix []float32, run int) {
	rows := len(mix)
	from, to = from[:rows], to[:rows]
	_ = dst[(rows-1)*dstRow+run-1]
	for i := range from {
		_, _ = src[from[i]:][:run], src[to[i]:][:run]
	}
	mixRowsAVX2(&dst[0], 4*dstRow, &src[0], &from[0], &to[0], &mix[0], rows, run)
}

// filterAVX2 is Taps on at least one element.
func filterAVX2(dst, x []float32, step int, w []float32) {
	radius := len(w) - 1
	_ = x[2*radius*step+len(dst)-1]
	tapsAVX2(dst, &x[radius*step], 4*step, &w[0], radius)
}

// scaleRowsAVX2 is AffineRows on at least one row.
func scaleRowsAVX2(dst, x []float32, row int, scale, shift []float32) {
	n := len(scale)
	rows := len(dst) / n
	_ = x[(rows-1)*row+n-1]
	affineRowsAVX2(&dst[0], &x[0], 4*row, rows, scale, &shift[:n][0])
}

// lumasAVX2 is Luma on at least one column.
func lumasAVX2(dst, x []float32, run int) {
	n := countColumns(x, run)
	_ = dst[n*run-1]
	lumaAVX2(&dst[0], &x[0], run, n)
}
