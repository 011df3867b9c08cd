package report

import (
	"slices"

	"gonum.org/v1/plot/vg"
)

// A label is a text at the end of a line.
type label struct {
	text   string
	ink    ink
	at     float64   // value at the line's end, where placed
	placed bool      // false: a note without a line, which goes to the bottom
	y      vg.Length // height of its middle
}

// spread moves labels apart so that none is closer than gap to its neighbour and
// all stay within bottom..top, where they fit; the order of their heights stays.
// Neighbours that collide move as a block about their common middle.
func spread(labels []label, bottom, top, gap vg.Length) {
	slices.SortStableFunc(labels, func(a, b label) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
	type block struct {
		from, n int
		middle  vg.Length
	}
	var blocks []block
	for i := range labels {
		b := block{from: i, n: 1, middle: labels[i].y}
		for {
			half := vg.Length(b.n-1) * gap / 2
			b.middle = max(bottom+half, min(top-half, b.middle))
			if len(blocks) == 0 {
				break
			}
			p := blocks[len(blocks)-1]
			if p.middle+vg.Length(p.n-1)*gap/2+gap <= b.middle-half {
				break
			}
			b = block{from: p.from, n: p.n + b.n,
				middle: (p.middle*vg.Length(p.n) + b.middle*vg.Length(b.n)) / vg.Length(p.n+b.n)}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		for i := range b.n {
			labels[b.from+i].y = b.middle + (vg.Length(i)-vg.Length(b.n-1)/2)*gap
		}
	}
}
