// Package sweep computes the same experiment with many settings on a lab's server and
// folds what comes out into a table.
//
//	g, err := grid.Parse(preset, []string{"method=barlow", "projector.depth=1,2,3", "seed=1..5"}) // package grid
//	c := &sweep.Client{Base: "http://127.0.0.1:8080"}                                             // client.go
//	s := sweep.New(g, c, columns)                                                                   // sweep.go
//	err = s.Run(ctx, progress)
//	s.Table(w)                                                                                      // table.go
//
// A sweep keeps nothing of its own. The id of a run follows from its settings, so
// a sweep that was cut off is submitted again and finds what is there, and so does one
// whose server was. It has no goroutines; one goroutine at a time may use it.
package sweep
