package kernel

import "golang.org/x/sys/cpu"

// implementations returns what this machine has, slowest first.
func implementations() []*implementation {
	all := []*implementation{plain}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, avx2)
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasAVX512F {
		all = append(all, avx512)
	}
	return all
}

// avx2 works on vectors of eight.
var avx2 = &implementation{
	name:  "avx2",
	class: "fma",

	multiplyAdds: multiplyAddsAVX2,
	aRound:       12 * 8,

	fill:           fillAVX2,
	scale:          scaleAVX2,
	add:            addAVX2,
	addScaled:      addScaledAVX2,
	mul:            mulAVX2,
	lerp:           lerpAVX2,
	relu:           reluAVX2,
	reluGrad:       reluGradAVX2,
	affineReLU:     affineReLUAVX2,
	affineReLUGrad: affineReLUGradAVX2,
	centre:         centreAVX2,
	centreGrad:     centreGradAVX2,
	tangent:        tangentAVX2,
	momentum:       momentumAVX2,
	exp:            expAVX2,

	sum:      sumAVX2,
	dot:      dotAVX2,
	greatest: greatestAVX2,

	colSum:     colSumAVX2,
	colDot:     colDotAVX2,
	colSquares: colSquaresAVX2,

	rows:      6,
	cols:      16,
	tiles:     tilesAVX2,
	gather:    patchesAVX2,
	stripes:   linesAVX2,
	transpose: packAVX2,

	eigen:  eigenAVX2,
	pixels: pixelsAVX2,
}

// avx512 is avx2 with larger tiles: the other kernels wait for memory anyway.
var avx512 = func() *implementation {
	im := *avx2
	im.name = "avx512"
	im.multiplyAdds, im.aRound = multiplyAddsAVX512, 12*16
	im.rows, im.cols, im.tiles = 14, 32, tilesAVX512
	return &im
}()

// patchesAVX2 is gather in whole vectors.
func patchesAVX2(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	checkRuns(dst, dstStep, src, srcStep, srcLine, lines, run, n)
	gatherAVX2(&dst[0], 4*dstStep, &src[0], 4*srcStep, 4*srcLine, lines, run, n)
}

// linesAVX2 is gather for many lines that are far apart.
func linesAVX2(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	checkRuns(dst, dstStep, src, srcStep, srcLine, lines, run, n)
	stripesAVX2(&dst[0], 4*dstStep, &src[0], 4*srcStep, 4*srcLine, lines, run, n)
}

// checkRuns panics unless the slices hold what a gathering of whole vectors touches.
func checkRuns(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) {
	over := (run+7)/8*8 - 1
	_ = dst[(n-1)*dstStep+(lines-1)*run+over]
	_ = src[(n-1)*srcStep+(lines-1)*srcLine+over]
}

// packAVX2 is dst[j*dstRow+i] = src[i*srcRow+j] for i < 8, j < 8*blocks.
func packAVX2(dst []float32, dstRow int, src []float32, srcRow, blocks int) {
	_ = dst[(8*blocks-1)*dstRow+7]
	_ = src[7*srcRow+8*blocks-1]
	transposeAVX2(&dst[0], 4*dstRow, &src[0], 4*srcRow, blocks)
}

// tilesAVX2 computes a panel. AVX2 has no masks worth using: the last columns
// of C go through a tile of full width.
func tilesAVX2(p *panel) {
	const width = 16
	p.check(width)
	run, add := gemm16AVX2[p.rows], 0
	if p.add {
		add = 1
	}
	if p.cols == width {
		run(p.turns, p.tiles, p.lines, p.k, &p.a[0], 4*p.aRow, 4*p.aCol, 4*p.skip(), 4*p.next(), 4*p.turnA(), &p.b[0], 4*p.bRow, 4*p.ahead, &p.c[0], 4*p.cRow, 4*p.turnC(), add)
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
		run(1, 1, p.lines, p.k, &a[0], 4*p.aRow, 4*p.aCol, 4*p.skip(), 0, 0, &p.b[0], 4*p.bRow, 0, &edge[0], 4*width, 0, add)
		for r := range p.rows {
			copy(c[r*p.cRow:r*p.cRow+p.cols], edge[r*width:])
		}
	}
}

var gemm16AVX2 = [...]func(turns, tiles, lines, k int, a *float32, aRow, aCol, aSkip, aNext, aTurn int, b *float32, bRow, ahead int, c *float32, cRow, cTurn, add int){
	nil, gemm1x16AVX2, gemm2x16AVX2, gemm3x16AVX2, gemm4x16AVX2, gemm5x16AVX2, gemm6x16AVX2,
}

// tilesAVX512 computes a panel of one or two vectors under masks.
func tilesAVX512(p *panel) {
	add := 0
	if p.add {
		add = 1
	}
	kernels := &gemm32AVX512
	if p.cols <= 16 {
		kernels = &gemm16AVX512
		p.check(16)
	} else {
		p.check(32)
	}
	kernels[p.rows](p.turns, p.tiles, p.lines, p.k, &p.a[0], 4*p.aRow, 4*p.aCol, 4*p.skip(), 4*p.next(), 4*p.turnA(), &p.b[0], 4*p.bRow, 4*p.ahead,
		&p.c[0], 4*p.cRow, 4*p.turnC(), add, 1<<p.cols-1)
}

type gemmAVX512 func(turns, tiles, lines, k int, a *float32, aRow, aCol, aSkip, aNext, aTurn int, b *float32, bRow, ahead int, c *float32, cRow, cTurn, add, mask int)

var gemm16AVX512 = [...]gemmAVX512{
	nil, gemm1x16AVX512, gemm2x16AVX512, gemm3x16AVX512, gemm4x16AVX512, gemm5x16AVX512, gemm6x16AVX512, gemm7x16AVX512,
	gemm8x16AVX512, gemm9x16AVX512, gemm10x16AVX512, gemm11x16AVX512, gemm12x16AVX512, gemm13x16AVX512, gemm14x16AVX512,
}

var gemm32AVX512 = [...]gemmAVX512{
	nil, gemm1x32AVX512, gemm2x32AVX512, gemm3x32AVX512, gemm4x32AVX512, gemm5x32AVX512, gemm6x32AVX512, gemm7x32AVX512,
	gemm8x32AVX512, gemm9x32AVX512, gemm10x32AVX512, gemm11x32AVX512, gemm12x32AVX512, gemm13x32AVX512, gemm14x32AVX512,
}
