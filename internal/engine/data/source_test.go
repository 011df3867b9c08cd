package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/kernel"
)

var everything = Augment{Crop: 1, Flip: 1, Jitter: 1, Grey: 1, Blur: 1, Erase: 1}

// views returns both views of a step from a new source.
func views(s *Set, batch int, a Augment, seed uint64, step, threads int) [2][]float32 {
	var x [2][]float32
	for v := range x {
		x[v] = make([]float32, batch*s.H*s.W*s.C)
		for i := range x[v] {
			x[v][i] = float32(math.NaN()) // whatever is not written shows
		}
	}
	NewSource(s, batch, a, seed).Parallel(threads).Views(step, x[0], x[1])
	return x
}

func TestAnEpochIsAPermutation(t *testing.T) {
	s := open(t, "shapes")
	const batch = 96 // 41 batches, 64 images sit out
	src := NewSource(s, batch, Augment{}, 7)
	if src.Epoch() != 41 {
		t.Fatalf("%d steps an epoch", src.Epoch())
	}
	index := make([]int, batch)
	var first []int
	for epoch := range 3 {
		seen := map[int]bool{}
		for k := range src.Epoch() {
			src.Batch(epoch*src.Epoch()+k, index)
			if k == 0 && epoch == 0 {
				first = slices.Clone(index)
			} else if k == 0 && slices.Equal(first, index) {
				t.Errorf("epoch %d begins like the first", epoch)
			}
			for _, i := range index {
				if i < 0 || i >= s.Train.N || seen[i] {
					t.Fatalf("epoch %d, batch %d: image %d again or not in the set", epoch, k, i)
				}
				seen[i] = true
			}
		}
	}
	src.Batch(0, index)
	if !slices.Equal(first, index) {
		t.Error("going back to step 0 gives another batch")
	}
	NewSource(s, batch, everything, 7).Batch(0, index)
	if !slices.Equal(first, index) {
		t.Error("the augmentation changes the order")
	}
	NewSource(s, batch, Augment{}, 8).Batch(0, index)
	if slices.Equal(first, index) {
		t.Error("another seed gives the same batch")
	}
}

func TestViewsAreAFunctionOfSeedAndStep(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		const batch = 24
		want := views(s, batch, everything, 5, 3, 1)
		for _, x := range want {
			for i, v := range x {
				if v != v || math.IsInf(float64(v), 0) {
					t.Fatalf("element %d is %g", i, v)
				}
			}
		}
		for _, threads := range []int{1, 2, 3, 7, 100} {
			if got := views(s, batch, everything, 5, 3, threads); !slices.Equal(got[0], want[0]) || !slices.Equal(got[1], want[1]) {
				t.Errorf("%d goroutines change the views", threads)
			}
		}
		if slices.Equal(want[0], want[1]) {
			t.Error("both views are the same")
		}
		for name, other := range map[string][2][]float32{
			"seed": views(s, batch, everything, 6, 3, 1), "step": views(s, batch, everything, 5, 4, 1),
		} {
			if slices.Equal(other[0], want[0]) || slices.Equal(other[1], want[1]) {
				t.Errorf("another %s gives the same views", name)
			}
		}
		// A source that has done other steps before gives the same.
		src := NewSource(s, batch, everything, 5)
		x1, x2 := make([]float32, len(want[0])), make([]float32, len(want[1]))
		for _, step := range []int{0, 1000, 3} {
			src.Views(step, x1, x2)
		}
		if !slices.Equal(x1, want[0]) || !slices.Equal(x2, want[1]) {
			t.Error("what a source did before changes its views")
		}
	})
}

// The same bits on every machine, and with each implementation of the kernels.
func TestViewsToTheBit(t *testing.T) {
	using := kernel.Using()
	defer func() {
		if err := kernel.Use(using); err != nil {
			t.Fatal(err)
		}
	}()
	for _, implementation := range kernel.Implementations() {
		if err := kernel.Use(implementation); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"fashion-mnist": "6fee2ff027b5",
			"shapes":        "286b9f846336",
			"emoji":         "430fb84a421f",
		} {
			s := open(t, name)
			sum := sha256.New()
			for _, x := range views(s, 256, everything, 1, 2, 2) {
				if err := binary.Write(sum, binary.LittleEndian, x); err != nil {
					t.Fatal(err)
				}
			}
			if got := hex.EncodeToString(sum.Sum(nil))[:12]; got != want {
				t.Errorf("%s with %s: the views' sum is %s, want %s; if this was meant, every default run's curve changes: raise engine.Version", name, implementation, got, want)
			}
		}
	}
}

// Without augmentation both views are the image itself, or its two drawings.
func TestViewsWithoutAugmentationAreTheImages(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		const batch = 200
		size := s.H * s.W * s.C
		got := views(s, batch, Augment{}, 3, 1, 2)
		index := make([]int, batch)
		NewSource(s, batch, Augment{}, 3).Batch(1, index)
		second := *s.Train
		second.Pixels = second.Pair
		a, b := make([]float32, size), make([]float32, size)
		swapped := 0
		for n, i := range index {
			s.Normalized(s.Train, i, i+1, a)
			copy(b, a)
			if second.Pixels != nil {
				s.Normalized(&second, i, i+1, b)
			}
			x1, x2 := got[0][n*size:(n+1)*size], got[1][n*size:(n+1)*size]
			if slices.Equal(x1, b) && slices.Equal(x2, a) && second.Pixels != nil {
				swapped++
			} else if !slices.Equal(x1, a) || !slices.Equal(x2, b) {
				t.Fatalf("row %d is not image %d", n, i)
			}
		}
		if second.Pixels != nil && (swapped < 70 || swapped > 130) { // 5 standard deviations of 200 coins are 35
			t.Errorf("the second drawing comes first in %d of %d pairs", swapped, batch)
		}
	})
}

func TestViewsAllocateNothing(t *testing.T) {
	for _, threads := range []int{1, 2} {
		s := open(t, "shapes")
		src := NewSource(s, 32, everything, 1).Parallel(threads)
		x1, x2 := make([]float32, 32*32*32*3), make([]float32, 32*32*32*3)
		step := 0
		if n := testing.AllocsPerRun(20, func() { src.Views(step, x1, x2); step++ }); n >= 1 {
			t.Errorf("%d threads: %g allocations a step", threads, n)
		}
	}
}

func TestSourcePanics(t *testing.T) {
	s := open(t, "emoji")
	x := make([]float32, 8*s.H*s.W*s.C)
	for name, f := range map[string]func(){
		"no batch":   func() { NewSource(s, 0, Augment{}, 1) },
		"too large":  func() { NewSource(s, s.Train.N+1, Augment{}, 1) },
		"short view": func() { NewSource(s, 8, Augment{}, 1).Views(0, x, x[1:]) },
		"index":      func() { NewSource(s, 8, Augment{}, 1).Batch(0, make([]int, 7)) },
		"sample":     func() { NewSource(s, 8, Augment{}, 1).Sample(0, 7, 9) },
		"step":       func() { NewSource(s, 8, Augment{}, 1).Views(-1, x, x) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "data: ") {
					t.Errorf("recovered %v", r)
				}
			}()
			f()
		})
	}
}

// A panic in one of the goroutines of Views reaches the caller, and the source works on.
func TestPanicsReachTheCallerOfViews(t *testing.T) {
	set, err := Open("shapes", "")
	if err != nil {
		t.Fatal(err)
	}
	n := 8 * set.H * set.W * set.C
	x1, x2 := make([]float32, n), make([]float32, n)
	for broken := range 3 {
		src := NewSource(set, 8, Augment{}, 1).Parallel(3)
		whole := src.artists[broken]
		src.artists[broken].here = nil // one of its buffers
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("goroutine %d: no panic", broken)
				}
			}()
			src.Views(0, x1, x2)
		}()
		src.artists[broken] = whole
		src.Views(0, x1, x2)
	}
}

func ExampleSource() {
	set, err := Open("shapes", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	const batch = 4
	source := NewSource(set, batch, Augment{Crop: 0.5, Flip: 1, Jitter: 1}, 1)
	x1 := make([]float32, batch*set.H*set.W*set.C)
	x2 := make([]float32, batch*set.H*set.W*set.C)
	source.Views(0, x1, x2)

	index := make([]int, batch)
	source.Batch(0, index)
	for _, i := range index {
		fmt.Println(set.Classes[set.Train.Labels[i]])
	}
	// Output:
	// cross
	// disc
	// ring
	// star
}
