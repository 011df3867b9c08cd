package engine

import (
	"gradlab/internal/engine/data"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
)

// evaluation is the most images that go through a network at once outside of training.
const evaluation = 250

// A gallery is the images by which features are judged: the first probe.Bank
// training images, among which neighbours are looked for and to which the linear
// probe is fitted, and the first probe.Queries held-out ones, which are
// classified. None of them is augmented.
type gallery struct {
	set           *data.Set
	bank, queries int       // how many
	pixels        []float32 // of one batch
}

func newGallery(set *data.Set) *gallery {
	return &gallery{set: set, bank: min(set.Train.N, probe.Bank), queries: min(set.Test.N, probe.Queries)}
}

// accuracy returns the accuracies of nearest neighbours and of one linear layer
// on an encoder's features of the training and of the held-out images.
func (g *gallery) accuracy(bank, queries probe.Matrix) (knn, linear float64) {
	of, asked, classes := g.set.Train.Labels[:g.bank], g.set.Test.Labels[:g.queries], len(g.set.Classes)
	return probe.KNN(bank, of, queries, asked, classes), probe.LinearProbe(bank, of, queries, asked, classes)
}

// features returns what a net makes of the first n images, in batches of nearly
// equal size, each with its own statistics of batch normalisation.
func (g *gallery) features(a *tensor.Arena, net *nn.Net, images *data.Images, n int) probe.Matrix {
	var m probe.Matrix
	var trace nn.Trace
	size, batches := images.H*images.W*images.C, (n+evaluation-1)/evaluation
	for b := range batches {
		from, to := b*n/batches, (b+1)*n/batches
		if len(g.pixels) < (to-from)*size {
			g.pixels = make([]float32, evaluation*size)
		}
		pixels := g.pixels[:(to-from)*size]
		g.set.Normalized(images, from, to, pixels)

		mark := a.Mark()
		x := a.New((to-from)*images.H*images.W, images.C)
		a.Upload(x, pixels)
		h := net.Forward(a, &trace, x)
		if m.Data == nil {
			m = probe.Matrix{Rows: n, Cols: h.Cols, Data: make([]float32, n*h.Cols)}
		}
		a.Download(m.Data[from*h.Cols:to*h.Cols], h)
		a.Release(mark)
	}
	return m
}

// neighbours measures the features, before the projector, of the encoder as it is
// before the step: their accuracies, and who resembles whom. The first accuracies of a run are those of the
// initial weights, and stay beside all later ones. It runs between two steps, when
// the arena is free, and before the step's probe.
func (t *trainer) neighbours(g *gallery) {
	t.arena.Reset()
	r := &t.reading
	bank, queries := g.features(t.arena, t.online.Encoder, g.set.Train, g.bank), g.features(t.arena, t.online.Encoder, g.set.Test, g.queries)
	if r.knn, r.linear = g.accuracy(bank, queries); !r.knowsRandom {
		r.knnRandom, r.linearRandom, r.knowsRandom = r.knn, r.linear, true
	}
	cosines, lengths, ok := g.likeness(queries)
	t.show(cosines, ok)
	t.show(lengths, ok)
}
