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
