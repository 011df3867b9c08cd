package kernel

// A panel is one call of an implementation's micro-kernel: a column of tiles of
// C, rows x cols each, one below the other, over one panel of B.
//
//	for i < tiles*rows, j < cols:
//		sum := add ? c[i*cRow+j] : 0
//		for l < k { sum += a[i*aRow+l*aCol] * b[l*bRow+j] }
//		c[i*cRow+j] = sum
//
// one chain of multiply-adds each, so that a long k may be cut anywhere and
// continued with add. The strides of A are free: packed or in place, transposed
// or not, it is one kernel. b holds all columns of a full panel of the
// implementation (or of 16, where cols <= 16), whatever they contain beyond cols.
type panel struct {
	tiles, rows, k int
	a              []float32
	aRow, aCol     int
	b              []float32
	bRow           int
	c              []float32
	cRow           int
	cols           int
	add            bool
	edge           [6 * 16]float32 // room for a tile whose last columns are not C's
}

// check panics unless the slices hold what a micro-kernel will touch, which reads panel columns of b.
func (p *panel) check(width int) {
	m := p.tiles*p.rows - 1
	_ = p.a[m*p.aRow+(p.k-1)*p.aCol]
	_ = p.b[(p.k-1)*p.bRow+width-1]
	_ = p.c[m*p.cRow+p.cols-1]
}

// A blockA is the left operand of a block product: element (i, l) is data[i*row + l*col].
type blockA struct {
	data     []float32
	row, col int
}

// A blockB is the right operand: element (l, j) is data[j/cols*next + l*row + j%cols]
// with the implementation's cols. Packed, row is cols; in place, next is.
type blockB struct {
	data      []float32
	row, next int
}

// block computes an m x n block of C (rows cRow apart) from k columns of A and rows of B. k is at least 1.
func (im *implementation) block(p *panel, m, n, k int, a blockA, b blockB, c []float32, cRow int, add bool) {
	p.k, p.aRow, p.aCol, p.bRow, p.cRow, p.add = k, a.row, a.col, b.row, cRow, add
	tiles := ceil(m, im.rows)
	low, more := m/tiles, m%tiles // rows are spread evenly: no tile is much smaller than another
	for j := 0; j < n; j += im.cols {
		p.cols = min(im.cols, n-j)
		p.b = b.data[j/im.cols*b.next:]
		p.a, p.c = a.data, c[j:]
		if more > 0 {
			p.tiles, p.rows = more, low+1
			im.tiles(p)
			p.a, p.c = p.a[more*(low+1)*a.row:], p.c[more*(low+1)*cRow:]
		}
		p.tiles, p.rows = tiles-more, low
		im.tiles(p)
	}
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

// plainTiles is the micro-kernel without assembly: tiles of 4 x 2 in registers, the rest one by one.
func plainTiles(p *panel) {
	m := p.tiles * p.rows
	i := 0
	for ; i+4 <= m; i += 4 {
		j := 0
		for ; j+2 <= p.cols; j += 2 {
			plainTile(p, i, j)
		}
		for ; j < p.cols; j++ {
			for r := range 4 {
				plainElement(p, i+r, j)
			}
		}
	}
	for ; i < m; i++ {
		for j := range p.cols {
			plainElement(p, i, j)
		}
	}
}

func plainElement(p *panel, i, j int) {
	var sum float32
	if p.add {
		sum = p.c[i*p.cRow+j]
	}
	for l := range p.k {
		sum += float32(p.a[i*p.aRow+l*p.aCol] * p.b[l*p.bRow+j])
	}
	p.c[i*p.cRow+j] = sum
}

func plainTile(p *panel, i, j int) {
	var s00, s01, s10, s11, s20, s21, s30, s31 float32
	c0, c1, c2, c3 := p.c[i*p.cRow+j:][:2], p.c[(i+1)*p.cRow+j:][:2], p.c[(i+2)*p.cRow+j:][:2], p.c[(i+3)*p.cRow+j:][:2]
	if p.add {
		s00, s01, s10, s11, s20, s21, s30, s31 = c0[0], c0[1], c1[0], c1[1], c2[0], c2[1], c3[0], c3[1]
	}
	a0, a1, a2, a3 := p.a[i*p.aRow:], p.a[(i+1)*p.aRow:], p.a[(i+2)*p.aRow:], p.a[(i+3)*p.aRow:]
	for l := range p.k {
		at := l * p.aCol
		b := p.b[l*p.bRow+j:][:2]
		b0, b1 := b[0], b[1]
		s00, s01 = s00+float32(a0[at]*b0), s01+float32(a0[at]*b1)
		s10, s11 = s10+float32(a1[at]*b0), s11+float32(a1[at]*b1)
		s20, s21 = s20+float32(a2[at]*b0), s21+float32(a2[at]*b1)
		s30, s31 = s30+float32(a3[at]*b0), s31+float32(a3[at]*b1)
	}
	c0[0], c0[1], c1[0], c1[1], c2[0], c2[1], c3[0], c3[1] = s00, s01, s10, s11, s20, s21, s30, s31
}
