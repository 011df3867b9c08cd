package knob_test

import (
	"fmt"

	"gradlab/internal/knob"
)

func Example() {
	var config struct {
		Depth int
		Rate  float64
	}
	var s knob.Set
	s.Int(&config.Depth, "projector.depth", 3, 0, 8, "Linear layers of the projector; 0 is none.").In("layers")
	s.Float(&config.Rate, "lr", 0.06, 0, 10, "Learning rate of stochastic gradient descent.").Logarithmic()

	fmt.Println(s.Set("lr", "1e-2"), config.Rate)
	fmt.Println(s.Set("projector.depth", "12"))
	fmt.Println(s.Set("projectr.depth", "2"))
	for _, k := range s.All() {
		fmt.Printf("%s=%s (%s %s) %s\n", k.Name, k.Value(), k.Range(), k.Unit, k.Doc)
	}
	// Output:
	// <nil> 0.01
	// projector.depth: 12 is outside 0..8; the nearest is 8
	// projectr.depth: 2 is given to an unknown setting; the nearest is projector.depth
	// projector.depth=3 (0..8 layers) Linear layers of the projector; 0 is none.
	// lr=0.01 (0..10 ) Learning rate of stochastic gradient descent.
}
