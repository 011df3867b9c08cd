package method

import (
	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
)

// A bank holds outputs of steps gone by, at length 1. One of size 0 is none.
type bank struct {
	size int
	d    tensor.Device
	rows tensor.Tensor // size x D
	next int           // the oldest output, which goes first
}

// build makes room for outputs of that width.
func (b *bank) build(d tensor.Device, width int) {
	b.d, b.rows, b.next = d, tensor.Tensor{}, 0
	if b.size > 0 {
		b.rows = d.New(b.size, width)
	}
}

// init fills b with random unit vectors. Each number is a sum of four uniform ones,
// nearly normal and, unlike a logarithm, the same on every machine.
func (b *bank) init(d tensor.Device, seed uint64) {
	if b.size == 0 {
		return
	}
	data := make([]float32, b.rows.Len())
	for i := range b.size {
		s := random.New(seed, random.Named("bank"), 0, i)
		for j := range b.rows.Cols {
			data[i*b.rows.Cols+j] = s.Float32() + s.Float32() + s.Float32() + s.Float32() - 2
		}
	}
	d.Upload(b.rows, data)
	d.NormalizeRows(b.rows, d.New(b.size, 1), b.rows, tiny)
}

// push puts the outputs of both views in, in the place of the oldest.
func (b *bank) push(a *tensor.Arena, views [2]tensor.Tensor) {
	if b.size == 0 {
		return
	}
	defer a.Release(a.Mark())
	for _, x := range views {
		unit := a.New(x.Rows, x.Cols)
		a.NormalizeRows(unit, a.New(x.Rows, 1), x, tiny)
		for from := 0; from < x.Rows; {
			n := min(x.Rows-from, b.size-b.next)
			a.Copy(b.rows.Slice(b.next, b.next+n), unit.Slice(from, from+n))
			from, b.next = from+n, (b.next+n)%b.size
		}
	}
}

// kept is the bank as a State says it.
func (b *bank) kept() []Kept {
	if b.size == 0 {
		return nil
	}
	return []Kept{{Name: "bank", Matrix: b.rows}, {Name: "bank.next", Count: &b.next, Below: b.size}}
}

// part returns the first outputs of b, as many as Watch looks at, cut to their first channels and brought to
// length 1 again, in memory of a.
func (b *bank) part(a *tensor.Arena, width int) bank {
	p := bank{size: min(b.size, WatchedBank), d: b.d}
	if p.size == 0 {
		return p
	}
	p.rows = a.New(p.size, width)
	a.Upload64(p.rows, corner(b.d, b.rows.Slice(0, p.size), width))
	a.NormalizeRows(p.rows, a.New(p.size, 1), p.rows, tiny)
	return p
}

// outputs returns what b holds on the host, size x D.
func (b *bank) outputs() []float64 {
	return corner(b.d, b.rows, b.rows.Cols)
}
