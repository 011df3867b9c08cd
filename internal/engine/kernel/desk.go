package kernel

import (
	"slices"
	"unsafe"
)

// A desk is what one call of a kernel needs besides its operands: the task that
// describes it, memory that all parts share, and the caller's scratch memory. A
// Pool keeps the desks it made, so that in steady state a call allocates nothing.
type desk struct {
	im                   *implementation
	pool                 *Pool
	shared, tiled, means buffer
	turned               buffer
	scratch

	each    eachTask
	wide    wideTask
	rows    rowsTask
	columns columnsTask
	sums    sumTask
	gemm    gemmTask
	conv    convTask
	weights weightsTask
}

// open returns a desk for one call.
func (p *Pool) open() *desk {
	p.mu.Lock()
	var d *desk
	if n := len(p.spare); n > 0 {
		d, p.spare = p.spare[n-1], p.spare[:n-1]
	} else {
		d = &desk{pool: p}
	}
	p.mu.Unlock()
	d.im = current.Load()
	return d
}

// close takes the desk back.
func (d *desk) close() {
	p := d.pool
	p.mu.Lock()
	p.spare = append(p.spare, d)
	p.mu.Unlock()
}

// run computes parts 0 to parts-1 of t.
func (d *desk) run(t task, parts int) { d.pool.run(t, parts, &d.scratch) }

// scratch is a thread's own memory for one part of a task.
type scratch struct {
	a, b  buffer
	panel panel
}

// A buffer is memory that grows to the largest size asked for.
type buffer struct{ data []float32 }

// get returns n elements that start on a cache line, with whatever they hold.
func (b *buffer) get(n int) []float32 {
	const line = 16 // elements
	if n > len(b.data) {
		b.data = make([]float32, n+line-1)
		at := int(uintptr(unsafe.Pointer(&b.data[0])) / 4 % line)
		b.data = slices.Clip(b.data[(line-at)%line:][:n])
	}
	return b.data[:n]
}
