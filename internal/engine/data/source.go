package data

import (
	"fmt"
	"sync"

	"gradlab/internal/engine/random"
)

// The streams of randomness of a run; see package random.
var (
	orderStream = random.Named("data/order")
	viewStreams = [2]random.Stream{random.Named("data/view.1"), random.Named("data/view.2")}
	pairStream  = random.Named("data/pair")
)

// A Source draws batches of two views from a set. It belongs to one goroutine;
// within a call of Views it may use several of its own, which end with the call.
type Source struct {
	set     *Set
	batch   int
	augment Augment
	seed    uint64

	epoch int   // whose order is in order; -1 at first
	order []int // a permutation of the training images
	index []int // images of the step that Views works on

	// What Views hands to its goroutines. They are kept as functions without
	// arguments because starting those allocates nothing.
	step    int
	views   [2][]float32
	artists []artist // one for each goroutine
	work    []func()
	running sync.WaitGroup

	mu    sync.Mutex
	fault any // a panic that one of the goroutines met
}

// NewSource returns the source of batches of the set's training images. Views
// uses one goroutine until Parallel says otherwise. A batch that is larger than
// the set panics: whoever accepts a user's batch size checks it against Train.N.
func NewSource(set *Set, batch int, a Augment, seed uint64) *Source {
	if batch < 1 || batch > set.Train.N {
		panic(fmt.Sprintf("data: a batch of %d from %d images", batch, set.Train.N))
	}
	s := &Source{
		set: set, batch: batch, augment: a, seed: seed,
		epoch: -1, order: make([]int, set.Train.N), index: make([]int, batch),
	}
	return s.Parallel(1)
}

// Parallel lets Views use that many goroutines. It changes no bit of the views. It returns s.
func (s *Source) Parallel(threads int) *Source {
	threads = min(max(threads, 1), s.batch)
	s.artists, s.work = make([]artist, threads), make([]func(), threads)
	for i := range threads {
		s.artists[i] = newArtist(s.set, s.augment)
		from, to := i*s.batch/threads, (i+1)*s.batch/threads
		s.work[i] = func() {
			defer s.running.Done()
			defer s.catch()
			s.draw(&s.artists[i], from, to)
		}
	}
	return s
}

// Epoch returns the number of steps in which each image is used at most once.
// The images that do not fill a last batch sit that epoch out.
func (s *Source) Epoch() int { return s.set.Train.N / s.batch }

// Batch writes to index, of the length of a batch, which training images a step
// uses. The order of an epoch is a function of the seed and the epoch alone.
func (s *Source) Batch(step int, index []int) {
	if step < 0 || len(index) != s.batch {
		panic(fmt.Sprintf("data: step %d of a batch of %d into %d indices", step, s.batch, len(index)))
	}
	if epoch := step / s.Epoch(); epoch != s.epoch {
		r := random.New(s.seed, orderStream, epoch, 0)
		r.Perm(s.order)
		s.epoch = epoch
	}
	copy(index, s.order[step%s.Epoch()*s.batch:])
}

// Views writes the two views of each image of a step's batch, batch x H x W x C
// each, row n of both from the same image. Where a set has two drawings of each
// image, the views start from different ones; which is first is a coin's choice.
// In steady state it allocates nothing.
func (s *Source) Views(step int, x1, x2 []float32) {
	if want := s.batch * s.set.H * s.set.W * s.set.C; len(x1) != want || len(x2) != want {
		panic(fmt.Sprintf("data: views of %d and %d numbers, want %d", len(x1), len(x2), want))
	}
	s.Batch(step, s.index)
	s.step, s.views = step, [2][]float32{x1, x2}
	s.running.Add(len(s.work))
	for _, work := range s.work[1:] {
		go work()
	}
	s.work[0]()
	s.running.Wait()
	s.views = [2][]float32{}
	if fault := s.fault; fault != nil {
		s.fault = nil
		panic(fault)
	}
}

// Labels writes the labels of the images that the last call of Views has drawn.
func (s *Source) Labels(labels []uint8) {
	for n := range labels {
		labels[n] = s.set.Train.Labels[s.index[n]]
	}
}

// catch keeps a goroutine's panic for the caller of Views, who can fail without
// taking the program along. It is deferred.
func (s *Source) catch() {
	if r := recover(); r != nil {
		s.mu.Lock()
		s.fault = r
		s.mu.Unlock()
	}
}

// draw makes the views of rows from to to of the batch.
func (s *Source) draw(a *artist, from, to int) {
	size := s.set.H * s.set.W * s.set.C
	for n := from; n < to; n++ {
		drawings := s.drawings(s.index[n])
		for v := range viewStreams {
			s.view(a, v, s.index[n], drawings[v], s.views[v][n*size:(n+1)*size])
		}
	}
}

// drawings returns what the two views of an image start from at the step: where a
// set has two drawings of each image a coin says which is first.
func (s *Source) drawings(image int) [2][]uint8 {
	im := s.set.Train
	size := im.H * im.W * im.C
	first := im.Pixels[image*size : (image+1)*size]
	if im.Pair == nil {
		return [2][]uint8{first, first}
	}
	second := im.Pair[image*size : (image+1)*size]
	coin := random.New(s.seed, pairStream, s.step, image)
	if coin.Uint32()&1 == 1 {
		first, second = second, first
	}
	return [2][]uint8{first, second}
}

// view draws view v of an image at the step.
func (s *Source) view(a *artist, v, image int, drawing []uint8, dst []float32) {
	r := random.New(s.seed, viewStreams[v], s.step, image)
	a.draw(dst, drawing, &r)
}
