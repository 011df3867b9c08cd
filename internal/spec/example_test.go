package spec_test

import (
	"fmt"

	"gradlab/internal/spec"
)

func ExampleParse() {
	settings, err := spec.ParseQuery("method=barlow&steps=1e3&lr=0.0050")
	if err != nil {
		panic(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Title(), s.Steps, s.Optim.LR)
	fmt.Println(s.Query())
	// Output:
	// Barlow Twins on Fashion-MNIST 1000 0.005
	// method=barlow&steps=1000&v=1
}

// All errors come at once, each with what would be right.
func ExampleParse_errors() {
	settings, err := spec.ParseArgs([]string{"method=byol", "warmup=500", "lrr=0.1", "batch=1"})
	if err != nil {
		panic(err)
	}
	_, err = spec.Parse(settings)
	fmt.Println(err)
	// Output:
	// lrr: 0.1 is given to an unknown setting; the nearest is lr
	// batch: 1 is outside 2..4096; the nearest is 2
	// warmup: 500 is longer than steps=300: 0..300; the nearest is 300
}

// Lanes say only what differs from the first.
func ExampleParseExperiment() {
	settings, err := spec.ParseQuery("method=byol&steps=200&b.predictor=none&b.target=shared&c.method=barlow")
	if err != nil {
		panic(err)
	}
	e, _, err := spec.ParseExperiment(settings)
	if err != nil {
		panic(err)
	}
	for i, label := range e.Labels() {
		fmt.Printf("%s: %s\n   %s\n", spec.LaneName(i), label, e.Lanes[i].Query())
	}
	// Output:
	// a: BYOL, target=momentum, predictor=mlp
	//    method=byol&steps=200&v=1
	// b: BYOL, target=shared, predictor=none
	//    method=byol&predictor=none&steps=200&target=shared&v=1
	// c: Barlow Twins
	//    method=barlow&steps=200&v=1
}
