package data

import "fmt"

// A Sample is some images of a step's batch in bytes, for people to look at.
type Sample struct {
	Image    []int        // numbers of the training images
	Drawings [2][][]uint8 // what either view starts from, H x W x C each; the same twice where a set has one drawing of each image
	Views    [2][][]uint8 // what Views draws of them (Set.Bytes)
}

// Sample returns rows from to to (exclusive) of a step's batch. It draws these and
// no others, bit for bit as Views does, whatever was drawn before.
func (s *Source) Sample(step, from, to int) Sample {
	if from < 0 || to < from || to > s.batch {
		panic(fmt.Sprintf("data: rows %d to %d of a batch of %d", from, to, s.batch))
	}
	s.Batch(step, s.index)
	s.step = step
	out := Sample{Image: append([]int(nil), s.index[from:to]...)}
	view := make([]float32, s.set.H*s.set.W*s.set.C)
	for _, image := range out.Image {
		drawings := s.drawings(image)
		for v, drawing := range drawings {
			s.view(&s.artists[0], v, image, drawing, view)
			seen := make([]uint8, len(view))
			s.set.Bytes(seen, view)
			out.Drawings[v] = append(out.Drawings[v], drawing)
			out.Views[v] = append(out.Views[v], seen)
		}
	}
	return out
}
