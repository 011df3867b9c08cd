package kernel

// implementations returns what this machine has, slowest first: arm64 always has
// vectors.
func implementations() []*implementation { return []*implementation{plain, neon} }

// neon works on vectors of four. A loop that it does not name is the plain one,
// which gives the same bits.
var neon = func() *implementation {
	im := *plain
	im.name, im.class = "neon", "fma"

	im.fill = fillNEON
	im.scale = scaleNEON
	im.add = addNEON
	im.addScaled = addScaledNEON
	im.mul = mulNEON
	im.lerp = lerpNEON
	im.relu = reluNEON
	im.reluGrad = reluGradNEON
	im.affineReLU = affineReLUNEON
	im.affineReLUGrad = affineReLUGradNEON
	im.centre = centreNEON
	im.centreGrad = centreGradNEON
	im.tangent = tangentNEON
	im.momentum = momentumNEON
	im.exp = expNEON

	im.sum = sumNEON
	im.dot = dotNEON
	im.greatest = greatestNEON

	im.colSum = colSumNEON
	im.colDot = colDotNEON
	im.colSquares = colSquaresNEON

	im.rows, im.cols, im.tiles = 6, 16, tilesNEON
	im.gather, im.stripes = patchesNEON, patchesNEON
	im.transpose = packNEON
	return &im
}()

// patchesNEON is gather in steps of eight elements.
func patchesNEON(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	over := (run+7)/8*8 - 1
	_ = dst[(n-1)*dstStep+(lines-1)*run+over]
	_ = src[(n-1)*srcStep+(lines-1)*srcLine+over]
	gatherNEON(&dst[0], 4*dstStep, &src[0], 4*srcStep, 4*srcLine, lines, run, n)
}

// packNEON is dst[j*dstRow+i] = src[i*srcRow+j] for i < 8, j < 8*blocks.
func packNEON(dst []float32, dstRow int, src []float32, srcRow, blocks int) {
	_ = dst[(8*blocks-1)*dstRow+7]
	_ = src[7*srcRow+8*blocks-1]
	transposeNEON(&dst[0], 4*dstRow, &src[0], 4*srcRow, 2*blocks)
}

// tilesNEON computes a panel in tiles of as many vectors as its columns fill. A
// last vector that they do not fill goes through a tile beside C.
func tilesNEON(p *panel) {
	vectors := ceil(p.cols, 4)
	width := 4 * vectors
	p.check(width)
	run, add := gemmNEON[vectors-1][p.rows], 0
	if p.add {
		add = 1
	}
	if p.cols == width {
		run(p.turns, p.tiles, p.lines, p.k, &p.a[0], 4*p.aRow, 4*p.aCol, 4*p.skip(), 4*p.next(), 4*p.turnA(), &p.b[0], 4*p.bRow, &p.c[0], 4*p.cRow, 4*p.turnC(), add)
		return
	}
	edge := &p.edge
	for i := range p.turns * p.tiles {
		a, c := p.a[i/p.tiles*p.aTurn+i%p.tiles*p.aTile:], p.c[i/p.tiles*p.cTurn+i%p.tiles*p.rows*p.cRow:]
		if p.add {
			for r := range p.rows {
				copy(edge[r*width:r*width+p.cols], c[r*p.cRow:])
			}
		}
		run(1, 1, p.lines, p.k, &a[0], 4*p.aRow, 4*p.aCol, 4*p.skip(), 0, 0, &p.b[0], 4*p.bRow, &edge[0], 4*width, 0, add)
		for r := range p.rows {
			copy(c[r*p.cRow:r*p.cRow+p.cols], edge[r*width:])
		}
	}
}

// gemmNEON are the micro-kernels by vectors of C, less one, and rows.
var gemmNEON = [4][7]func(turns, tiles, lines, k int, a *float32, aRow, aCol, aSkip, aNext, aTurn int, b *float32, bRow int, c *float32, cRow, cTurn, add int){
	{nil, gemm1x4NEON, gemm2x4NEON, gemm3x4NEON, gemm4x4NEON, gemm5x4NEON, gemm6x4NEON},
	{nil, gemm1x8NEON, gemm2x8NEON, gemm3x8NEON, gemm4x8NEON, gemm5x8NEON, gemm6x8NEON},
	{nil, gemm1x12NEON, gemm2x12NEON, gemm3x12NEON, gemm4x12NEON, gemm5x12NEON, gemm6x12NEON},
	{nil, gemm1x16NEON, gemm2x16NEON, gemm3x16NEON, gemm4x16NEON, gemm5x16NEON, gemm6x16NEON},
}
