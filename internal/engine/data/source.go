package data

// A Source draws batches of two views from a set. It belongs to one goroutine;
// within a call of Views it may use several of its own, which end with the call.
type Source struct {
	set     *Set
	batch   int
	augment Augment
	seed    uint64
	threads int
}

// NewSource returns the source of batches of the set's training images. Views
// uses one goroutine until Parallel says otherwise. A batch that is larger than
// the set panics.
func NewSource(set *Set, batch int, a Augment, seed uint64) *Source {
	return &Source{set: set, batch: batch, augment: a, seed: seed, threads: 1}
}

// Parallel lets Views use that many goroutines. It changes no bit of the views. It returns s.
func (s *Source) Parallel(threads int) *Source { s.threads = max(threads, 1); return s }

// Epoch returns the number of steps in which each image is used once; images
// that do not fill a last batch are left out until the next epoch's order.
func (s *Source) Epoch() int { return s.set.Train.N / s.batch }

// Batch writes to index, of the length of a batch, which images a step uses.
func (s *Source) Batch(step int, index []int) {}

// Views writes the two views of each image of a step's batch, batch x H x W x C
// each. In steady state it allocates nothing.
func (s *Source) Views(step int, x1, x2 []float32) {}
