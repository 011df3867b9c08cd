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
	p.over(k, a, b, cRow, add)
	for j := range ceil(n, im.cols) {
		im.one(p, m, n, j, a, b, c)
	}
}

// over sets p up for blocks of C over k columns of A and rows of B.
func (p *panel) over(k int, a blockA, b blockB, cRow int, add bool) {
	p.turns, p.lines, p.k, p.aRow, p.aCol, p.aLine, p.bRow, p.cRow, p.add = 1, 1, k, a.row, a.col, 0, b.row, cRow, add
}

// one computes panel j of an m x n block for which p is set up.
func (im *implementation) one(p *panel, m, n, j int, a blockA, b blockB, c []float32) {
	from := j * im.cols
	p.cols, p.ahead = min(im.cols, n-from), 0
	if from+im.cols < n {
		p.ahead = b.next
	}
	p.b = b.data[j*b.next:]
	im.column(p, m, a.data, a.tile, c[from:])
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
