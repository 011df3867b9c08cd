package kernel

// packPanel writes columns from to from+cols of b, all of its rows rows, as a
// panel: dst[l*im.cols+j] = b[l][from+j], zero beyond cols.
func (im *implementation) packPanel(dst []float32, b Strided[float32], rows, from, cols int) {
	w := im.cols
	if cols < w {
		clear(dst[:rows*w])
	}
	j := 0
	switch {
	case b.Col == 1 && cols == w: // whole vectors, so nothing spills
		im.lines(dst, 0, b.Data[from:], 0, b.Row, rows, w, 1)
		return
	case b.Col == 1:
		for l := range rows {
			copy(dst[l*w:l*w+cols], b.Data[l*b.Row+from:])
		}
		return
	case b.Row == 1 && im.transpose != nil:
		for ; j+8 <= cols; j += 8 {
			done := rows &^ 7
			if done > 0 {
				im.transpose(dst[j:], w, b.Data[(from+j)*b.Col:], b.Col, done/8)
			}
			for l := done; l < rows; l++ {
				for i := range 8 {
					dst[l*w+j+i] = b.Data[l+(from+j+i)*b.Col]
				}
			}
		}
	}
	for ; j < cols; j++ {
		for l := range rows {
			dst[l*w+j] = b.Data[l*b.Row+(from+j)*b.Col]
		}
	}
}

// lines is gather for many lines that are far apart.
func (im *implementation) lines(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	if im.stripes != nil {
		im.stripes(dst, dstStep, src, srcStep, srcLine, lines, run, n)
	} else {
		im.gather(dst, dstStep, src, srcStep, srcLine, lines, run, n)
	}
}

// transposed is dst[j][i] = src[i][j] for the rows x cols matrix src.
func (im *implementation) transposed(dst, src []float32, rows, cols int) {
	i := 0
	if im.transpose != nil && cols >= 8 {
		for ; i+8 <= rows; i += 8 {
			im.transpose(dst[i:], rows, src[i*cols:], cols, cols/8)
			for r := i; r < i+8; r++ {
				for j := cols &^ 7; j < cols; j++ {
					dst[j*rows+r] = src[r*cols+j]
				}
			}
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*cols : (i+1)*cols] {
			dst[j*rows+i] = v
		}
	}
}

// oddLine is the length of lines in memory for n elements each: strides of a
// power of two share cache sets, and something may spill.
func oddLine(n int) int { return ceil(n, 16)*16 + 16 }

// tileLayout says how packTiles packs an m x k matrix, and in how many elements.
func (im *implementation) tileLayout(m, k int) (a blockA, size int) {
	tiles, low, more := im.spread(m)
	rows := low + min(more, 1)
	a = blockA{row: 1, col: rows, tile: oddLine(rows * k)}
	return a, tiles * a.tile
}

// packTiles packs the m x k matrix a into to, which has the layout tileLayout: to.data[tile][l][i] with as many
// i as the largest tile has rows. So a tile is one stretch of memory, which comes closer by itself. In place
// it would be a few elements of each of many cache lines, or lines of many rows.
func (im *implementation) packTiles(to blockA, a Strided[float32], m, k int) {
	tiles, low, more := im.spread(m)
	group := im.packColumns
	if a.Col == 1 {
		group = im.packRows
	}
	if more > 0 {
		group(to, a, low+1, more, k)
	}
	to.data = to.data[more*to.tile:]
	a.Data = a.Data[more*(low+1)*a.Row:]
	group(to, a, low, tiles-more, k)
}

// packColumns packs n tiles of a matrix whose columns are contiguous.
func (im *implementation) packColumns(to blockA, a Strided[float32], rows, n, k int) {
	const lines = 8 // at a time: columns that share cache sets find room
	reach := (n-1)*rows + (to.col+spill)/(spill+1)*(spill+1)
	safe := max(0, min(k, (len(a.Data)-reach)/a.Col+1)) // columns after which the gathering may read on
	if len(a.Data) < reach {
		safe = 0
	}
	for l := 0; l < safe; l += lines {
		im.lines(to.data[l*to.col:], to.tile, a.Data[l*a.Col:], rows, a.Col, min(lines, safe-l), to.col, n)
	}
	for l := safe; l < k; l++ {
		for t := range n {
			copy(to.data[t*to.tile+l*to.col:][:to.col], a.Data[l*a.Col+t*rows:])
		}
	}
}

// packRows packs n tiles of a matrix whose rows are contiguous. Eight rows are turned at a time; what is not
// the tile's own is overwritten by the column behind it.
func (im *implementation) packRows(to blockA, a Strided[float32], rows, n, k int) {
	for t := range n {
		tile, a, row := to.data[t*to.tile:], a.Data[t*rows*a.Row:], a.Row
		done, eights := 0, ceil(rows, 8)
		if im.transpose != nil && len(a) >= (8*eights-1)*row+k { // and there are rows to read behind the tile
			done = k &^ 7
		}
		if done > 0 {
			for i := 8 * (eights - 1); i >= 0; i -= 8 {
				im.transpose(tile[i:], to.col, a[i*row:], row, done/8)
			}
		}
		for l := done; l < k; l++ {
			for i := range rows {
				tile[l*to.col+i] = a[i*row+l]
			}
		}
	}
}
