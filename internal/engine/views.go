package engine

import (
	"sync"

	"gradlab/internal/engine/data"
	"gradlab/internal/spec"
)

// views draws the views of each step in order. With more than one thread a
// goroutine draws those of the next step while one trains: drawViews starts it,
// stop ends it and waits for it. After the first steps nothing is allocated.
//
// The goroutine counts beside a run's threads, not among them: where the machine
// has a core to spare it takes that for about one part in a hundred of a step
// (BenchmarkAugmentation), and else it fills the pauses in which a thread waits
// for another. A run of one thread draws between its steps and has one core.
type views struct {
	source *data.Source
	step   int // of the next call of next

	current *drawing      // handed out by next
	ready   chan *drawing // nil without a goroutine
	free    chan *drawing
	quit    chan struct{}
	done    sync.WaitGroup
}

// A drawing is the views of one step, N x H x W x C each, one behind the other in
// memory, and the labels of its images.
type drawing struct {
	x      [2][]float32
	labels []uint8
	panic  any // that the goroutine met in place of drawing
}

// drawViews starts drawing the views of a run of s, from those of the step on
// whose number it is given.
func drawViews(set *data.Set, s spec.Spec, threads, step int) *views {
	v := &views{step: step, source: data.NewSource(set, s.Batch, s.Augment, s.Seed), current: newDrawing(set, s.Batch)}
	if threads > 1 {
		v.ready, v.free, v.quit = make(chan *drawing, 1), make(chan *drawing, 2), make(chan struct{})
		v.free <- newDrawing(set, s.Batch)
		v.done.Add(1)
		go v.ahead(step, s.Length())
	}
	return v
}

func newDrawing(set *data.Set, batch int) *drawing {
	n := batch * set.H * set.W * set.C
	both := make([]float32, 2*n)
	return &drawing{x: [2][]float32{both[:n], both[n:]}, labels: make([]uint8, batch)}
}

// next returns the views of the next step. They are good until it is called again.
func (v *views) next() (x1, x2 []float32) {
	if v.ready == nil {
		v.current.fill(v.source, v.step)
	} else {
		v.free <- v.current
		if v.current = <-v.ready; v.current.panic != nil {
			panic(v.current.panic)
		}
	}
	v.step++
	return v.current.x[0], v.current.x[1]
}

// ahead is the goroutine.
func (v *views) ahead(step, steps int) {
	defer v.done.Done()
	for ; step < steps; step++ {
		var d *drawing
		select {
		case d = <-v.free:
		case <-v.quit:
			return
		}
		v.draw(step, d)
		select {
		case v.ready <- d:
		case <-v.quit:
			return
		}
	}
}

// draw draws one step. A panic goes to the run whose views they are, which is
// who can fail without others.
func (v *views) draw(step int, d *drawing) {
	defer func() { d.panic = recover() }()
	d.fill(v.source, step)
}

// fill draws a step of the source.
func (d *drawing) fill(source *data.Source, step int) {
	source.Views(step, d.x[0], d.x[1])
	source.Labels(d.labels)
}

// labels returns those of the images that next returned last. No method sees them.
func (v *views) labels() []uint8 { return v.current.labels }

// stop ends the drawing.
func (v *views) stop() {
	if v.quit != nil {
		close(v.quit)
		v.done.Wait()
	}
}
