// Package spec is the complete, valid description of a run: what a link, a
// command line and a preset say, with every default filled in.
//
// Settings are key=value pairs with one syntax everywhere. Parse takes them
// through the door once and returns either a Spec that is complete and valid or
// every error at once; inside, nobody validates again. Printing is the inverse:
// Settings gives the shortest sorted form that reads back as the same Spec, so
// equal runs have equal links.
//
//	settings, err := spec.ParseQuery("method=barlow&lambda=0&b.method=byol&v=1")
//	e, notices, err := spec.ParseExperiment(settings)
//	e.Lanes[1].Method.Name // "byol"
//	e.Query()              // "b.method=byol&lambda=0&method=barlow&v=1"
//
// # Defaults
//
// They resolve in this order, later ones winning: the numbered set that the key
// v names, the image set's, the kind of encoder's, the method's, and at last
// what is said. A printed link always says v, so that it keeps its meaning when
// a new numbered set appears.
//
// # Lanes
//
// An Experiment is up to six runs beside each other. The first lane's keys are
// bare, the others' start with b. to f. and say only what differs from the
// first: b.method=byol&c.lr=0.1. A lane that swaps the method drops the first
// lane's own knobs.
//
// A seed may be a list: seed=1..3&b.target=shared is six runs, three of each lane. It is short
// for lanes of their own, and that is how it prints.
//
// # Branches
//
// at=200&then.predictor=none is a run that changes in its middle: from step 200
// on the settings under then. are in force.
//
// steps=300&then.steps=800 is a run that goes on behind its schedules: up to step 300
// it is that of steps=300, and from there on learning rate and momentum hold what
// they were at the last step before. Other settings may change there too, or earlier.
package spec
