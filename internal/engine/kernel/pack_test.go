package kernel

import (
	"fmt"
	"testing"
)

// Runs are copied as gather documents, with at most spill elements behind the last of a position.
func TestGather(t *testing.T) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		im, f := current.Load(), newField(12)
		for name, copyRuns := range map[string]func(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int){
			"gather": im.gather, "lines": im.lines,
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

				for _, b := range []Strided[float32]{{f.slice((cols-1)*(rows+1) + rows), 1, rows + 1}, {f.slice((rows-1)*(cols+1) + cols), cols + 1, 1}} {
					what := fmt.Sprintf("packTiles %s, rows %d apart", what, b.Row)
					a, size := im.tileLayout(rows, cols)
					a.data = f.slice(size)
					im.packTiles(a, b, rows, cols)
					f.intact(t, what)
					tiles, low, more := im.spread(rows)
					i := 0
					for tile := range tiles {
						r := low
						if tile < more {
							r++
						}
						for k := range r {
							for l := range cols {
								same(t, what, a.data[tile*a.tile+k*a.row+l*a.col:][:1], b.Data[i*b.Row+l*b.Col:][:1])
							}
							i++
						}
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
