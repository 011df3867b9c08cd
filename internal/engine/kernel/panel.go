package kernel

// A panel is one call of an implementation's micro-kernel: a column of tiles of
// C, rows x cols each, one below the other, over one panel of B.
//
//	for n < turns, i < tiles*rows, j < cols:
//		sum := add ? c[n*cTurn + i*cRow+j] : 0
//		for l < lines*k { sum += a[n*aTurn + i/rows*aTile + i%rows*aRow + l/k*aLine + l%k*aCol] * b[l*bRow+j] }
//		c[n*cTurn + i*cRow+j] = sum
//
// one chain of multiply-adds each, so that a long k may be cut anywhere and
// continued with add. The strides of A are free: packed or in place, transposed
// or not, or patches of an image, which have a line for each row of the image
// that they meet, and a turn for each row of the grid: it is one kernel. b holds all columns of a full panel of the implementation
// (or of 16, where cols <= 16), whatever they contain beyond cols.
type panel struct {
	turns, tiles, rows              int
	lines, k                        int
	a                               []float32
	aRow, aCol, aLine, aTile, aTurn int
	b                               []float32
	bRow                            int
	ahead                           int // elements from b to what is needed next, or 0
	c                               []float32
	cRow, cTurn                     int
	cols                            int
	add                             bool
	edge                            [6 * 16]float32 // room for a tile whose last columns are not C's
}

// check panics unless the slices hold what a micro-kernel will touch, which reads panel columns of b.
func (p *panel) check(width int) {
	_ = p.a[(p.turns-1)*p.aTurn+(p.tiles-1)*p.aTile+(p.rows-1)*p.aRow+(p.lines-1)*p.aLine+(p.k-1)*p.aCol]
	_ = p.b[(p.lines*p.k-1)*p.bRow+width-1]
	_ = p.c[(p.turns-1)*p.cTurn+(p.tiles*p.rows-1)*p.cRow+p.cols-1]
}

// skip, next, turnA and turnC lead from the end of a line of A to the next, from
// the end of a tile's last line to the next tile, and from where the next tile
// would be, of A and of C, to the next turn.
func (p *panel) skip() int  { return p.aLine - p.k*p.aCol }
func (p *panel) next() int  { return p.aTile - (p.lines-1)*p.aLine - p.k*p.aCol }
func (p *panel) turnA() int { return p.aTurn - p.tiles*p.aTile }
func (p *panel) turnC() int { return p.cTurn - p.tiles*p.rows*p.cRow }

// A blockA is the left operand of a block product. In place, element (i, l) is
// data[i*row + l*col]. Packed, the block's tiles are tile elements apart, and i counts rows of one tile.
type blockA struct {
	data     []float32
	row, col int
	tile     int // 0 in place
}

// A blockB is the right operand: element (l, j) is data[j/cols*next + l*row + j%cols]
// with the implementation's cols. Packed, row is cols; in place, next is.
type blockB struct {
	data      []float32
	row, next int
}

// spread cuts m rows into tiles evenly, so that none is much smaller than
// another: the first more tiles have low+1 rows, all others low.
func (im *implementation) spread(m int) (tiles, low, more int) {
	tiles = ceil(m, im.rows)
	return tiles, m / tiles, m % tiles
}

// block computes an m x n block of C (rows cRow apart) from k columns of A and rows of B. k is at least 1.
func (im *implementation) block(p *panel, m, n, k int, a blockA, b blockB, c []float32, cRow int, add bool) {
	p.turns, p.lines, p.k, p.aRow, p.aCol, p.aLine, p.bRow, p.cRow, p.add = 1, 1, k, a.row, a.col, 0, b.row, cRow, add
	for j := 0; j < n; j += im.cols {
		p.cols, p.ahead = min(im.cols, n-j), 0
		if j+im.cols < n {
			p.ahead = b.next
		}
		p.b = b.data[j/im.cols*b.next:]
		im.column(p, m, a.data, a.tile, c[j:])
	}
}

// column computes m rows of C, in each turn, in the columns of the panel p, whose strides,
// columns and B are set, from a: in tiles that are tile elements apart, or in place.
func (im *implementation) column(p *panel, m int, a []float32, tile int, c []float32) {
	tiles, low, more := im.spread(m)
	p.a, p.c = a, c
	if more > 0 {
		p.tiles, p.rows, p.aTile = more, low+1, tile
		if tile == 0 {
			p.aTile = (low + 1) * p.aRow
		}
		im.tiles(p)
		p.a, p.c, p.ahead = a[more*p.aTile:], c[more*(low+1)*p.cRow:], 0
	}
	p.tiles, p.rows, p.aTile = tiles-more, low, tile
	if tile == 0 {
		p.aTile = low * p.aRow
	}
	im.tiles(p)
}

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
		im.stripes(dst, 0, b.Data[from:], 0, b.Row, rows, w, 1)
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

// packTiles packs the m x k matrix a, whose columns are contiguous, and col
// apart, into to, which has the layout tileLayout: to.data[tile][l][i] with as many
// i as the largest tile has rows. In place a tile would take a few elements of
// each of many cache lines.
func (im *implementation) packTiles(to blockA, a []float32, col, m, k int) {
	const lines = 8 // at a time: columns that share cache sets find room
	tiles, low, more := im.spread(m)
	dst, rows, size := to.data, to.col, to.tile
	group := func(dst, a []float32, step, n int) { // n tiles of step rows
		reach := (n-1)*step + (rows+spill)/(spill+1)*(spill+1)
		safe := max(0, min(k, (len(a)-reach)/col+1)) // columns after which the gathering may read on
		if len(a) < reach {
			safe = 0
		}
		for l := 0; l < safe; l += lines {
			im.stripes(dst[l*rows:], size, a[l*col:], step, col, min(lines, safe-l), rows, n)
		}
		for l := safe; l < k; l++ {
			for t := range n {
				copy(dst[t*size+l*rows:][:rows], a[l*col+t*step:])
			}
		}
	}
	if more > 0 {
		group(dst, a, low+1, more)
	}
	group(dst[more*size:], a[more*(low+1):], low, tiles-more)
}

// plainTiles is the micro-kernel without assembly: tiles of 4 x 2 in registers, the rest one by one.
func plainTiles(p *panel) {
	for t := range p.turns * p.tiles {
		a, c := p.a[t/p.tiles*p.aTurn+t%p.tiles*p.aTile:], p.c[t/p.tiles*p.cTurn+t%p.tiles*p.rows*p.cRow:]
		j := 0
		if p.rows == 4 {
			for ; j+2 <= p.cols; j += 2 {
				plainTile(p, a, c, j)
			}
		}
		for ; j < p.cols; j++ {
			for i := range p.rows {
				plainElement(p, a[i*p.aRow:], &c[i*p.cRow+j], j)
			}
		}
	}
}

// plainElement computes one element of C, in column j, from a row of A that starts a.
func plainElement(p *panel, a []float32, c *float32, j int) {
	var sum float32
	if p.add {
		sum = *c
	}
	b := p.b[j:]
	for line := range p.lines {
		for l := range p.k {
			sum += float32(a[line*p.aLine+l*p.aCol] * b[(line*p.k+l)*p.bRow])
		}
	}
	*c = sum
}

// plainTile computes columns j and j+1 of a tile of four rows.
func plainTile(p *panel, a, c []float32, j int) {
	var s00, s01, s10, s11, s20, s21, s30, s31 float32
	c0, c1, c2, c3 := c[j:][:2], c[p.cRow+j:][:2], c[2*p.cRow+j:][:2], c[3*p.cRow+j:][:2]
	if p.add {
		s00, s01, s10, s11, s20, s21, s30, s31 = c0[0], c0[1], c1[0], c1[1], c2[0], c2[1], c3[0], c3[1]
	}
	for line := range p.lines {
		a0 := a[line*p.aLine:]
		a1, a2, a3 := a0[p.aRow:], a0[2*p.aRow:], a0[3*p.aRow:]
		for l := range p.k {
			at := l * p.aCol
			b := p.b[(line*p.k+l)*p.bRow+j:][:2]
			b0, b1 := b[0], b[1]
			s00, s01 = s00+float32(a0[at]*b0), s01+float32(a0[at]*b1)
			s10, s11 = s10+float32(a1[at]*b0), s11+float32(a1[at]*b1)
			s20, s21 = s20+float32(a2[at]*b0), s21+float32(a2[at]*b1)
			s30, s31 = s30+float32(a3[at]*b0), s31+float32(a3[at]*b1)
		}
	}
	c0[0], c0[1], c1[0], c1[1], c2[0], c2[1], c3[0], c3[1] = s00, s01, s10, s11, s20, s21, s30, s31
}
