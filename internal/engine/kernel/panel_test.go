package kernel

import (
	"fmt"
	"testing"
)

// A panel's tile kernel is the loop that panel documents, in any layout of A:
// strided rows and columns, lines, tiles and turns apart.
func TestTiles(t *testing.T) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		im, f := current.Load(), newField(11)
		for _, cols := range []int{1, 7, 8, 15, 16, 17, 31, 32} {
			if cols > im.cols {
				continue
			}
			for rows := 1; rows <= im.rows; rows++ {
				for i, n := range [][4]int{{1, 1, 1, 1}, {1, 3, 1, 9}, {2, 1, 3, 4}, {3, 2, 2, 5}} { // turns, tiles, lines, k
					for _, layout := range []struct{ row, col, line, tile, turn int }{
						{n[2]*n[3] + 3, 1, n[3], rows * (n[2]*n[3] + 3), n[1] * rows * (n[2]*n[3] + 3)}, // rows side by side
						{1, rows, n[3] * rows, rows*n[2]*n[3] + 5, n[1] * (rows*n[2]*n[3] + 5)},         // packed tiles
						{2, 1, 2*rows*n[1] + n[3], 2 * rows, 2*rows*n[1] + n[3]},                        // patches that overlap
					} {
						width := im.cols
						if cols <= 16 {
							width = 16
						}
						p := panel{turns: n[0], tiles: n[1], lines: n[2], k: n[3], rows: rows, cols: cols, add: i%2 == 0,
							aRow: layout.row, aCol: layout.col, aLine: layout.line, aTile: layout.tile, aTurn: layout.turn,
							bRow: width + 2, cRow: cols + 1}
						p.cTurn = p.tiles*rows*p.cRow + 2
						p.a = f.slice((p.turns-1)*p.aTurn + (p.tiles-1)*p.aTile + (rows-1)*p.aRow + (p.lines-1)*p.aLine + (p.k-1)*p.aCol + 1)
						p.b = f.slice((p.lines*p.k-1)*p.bRow + width)
						p.c = f.slice((p.turns-1)*p.cTurn + (p.tiles*rows-1)*p.cRow + cols)
						what := fmt.Sprintf("%d x %d, turns, tiles, lines, k %v, layout %+v", rows, cols, n, layout)
						want := clone(p.c)
						for turn := range p.turns {
							for r := range p.tiles * rows {
								for j := range cols {
									at := turn*p.cTurn + r*p.cRow + j
									var sum float32
									if p.add {
										sum = want[at]
									}
									for l := range p.lines * p.k {
										a := p.a[turn*p.aTurn+r/rows*p.aTile+r%rows*p.aRow+l/p.k*p.aLine+l%p.k*p.aCol]
										sum = multiplyAdd(a, p.b[l*p.bRow+j], sum)
									}
									want[at] = sum
								}
							}
						}
						im.tiles(&p)
						f.intact(t, what)
						same(t, what, p.c, want)
					}
				}
			}
		}
	})
}

// Runs are copied as gather documents, with at most spill elements behind the last of a position.
func TestGather(t *testing.T) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		im, f := current.Load(), newField(12)
		for name, copyRuns := range map[string]func(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int){
			"gather": im.gather, "stripes": im.stripes,
		} {
			for run := 1; run <= 40; run++ {
				for _, shape := range [][2]int{{1, 1}, {1, 4}, {3, 1}, {3, 5}, {17, 2}} {
					lines, n := shape[0], shape[1]
					what := fmt.Sprintf("%s of %d lines of %d, %d times", name, lines, run, n)
					dstStep, srcStep, srcLine := lines*run+spill+1, 3, run+5
					dst := f.slice((n-1)*dstStep + lines*run + spill)
					src := f.slice((n-1)*srcStep + (lines-1)*srcLine + run + spill)
					copyRuns(dst, dstStep, src, srcStep, srcLine, lines, run, n)
					f.intact(t, what)
					for p := range n {
						for l := range lines {
							same(t, what, dst[p*dstStep+l*run:][:run], src[p*srcStep+l*srcLine:][:run])
						}
					}
				}
			}
		}
	})
}

// Each packing puts every element where its documentation says, and reads and writes nothing outside its slices.
func TestPacking(t *testing.T) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		im, f := current.Load(), newField(13)
		for rows := 1; rows <= 40; rows++ {
			for _, cols := range []int{1, 2, 5, 8, 9, 16, 17, 30, 33} {
				what := fmt.Sprintf("%d x %d", rows, cols)
				src, dst := f.slice(rows*cols), f.slice(rows*cols)
				im.transposed(dst, src, rows, cols)
				f.intact(t, "transposed "+what)
				for i := range rows {
					for j := range cols {
						same(t, "transposed "+what, dst[j*rows+i:][:1], src[i*cols+j:][:1])
					}
				}

				src = f.slice((cols-1)*(rows+1) + rows) // columns that are contiguous, and rows+1 apart
				a, size := im.tileLayout(rows, cols)
				a.data = f.slice(size)
				im.packTiles(a, src, rows+1, rows, cols)
				f.intact(t, "packTiles "+what)
				tiles, low, more := im.spread(rows)
				i := 0
				for tile := range tiles {
					r := low
					if tile < more {
						r++
					}
					for k := range r {
						for l := range cols {
							same(t, "packTiles "+what, a.data[tile*a.tile+k*a.row+l*a.col:][:1], src[l*(rows+1)+i:][:1])
						}
						i++
					}
				}

				w := min(cols, im.cols)
				for _, b := range []Strided[float32]{{f.slice((rows-1)*(cols+2) + cols), cols + 2, 1}, {f.slice((cols-1)*(rows+2) + rows), 1, rows + 2}} {
					from := cols - w
					panel := f.slice(rows * im.cols)
					im.packPanel(panel, b, rows, from, w)
					f.intact(t, "packPanel "+what)
					for l := range rows {
						for j := range im.cols {
							want := []float32{0}
							if j < w {
								want = b.Data[l*b.Row+(from+j)*b.Col:][:1]
							}
							same(t, "packPanel "+what, panel[l*im.cols+j:][:1], want)
						}
					}
				}
			}
		}
	})
}
