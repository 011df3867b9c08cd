package lab_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gradlab/internal/lab"
	"gradlab/internal/spec"
)

// A run is submitted and followed to its end.
func Example() {
	dir, err := os.MkdirTemp("", "lab")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	l, err := lab.Open(lab.Options{Dir: dir})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	defer l.Close(ctx)

	settings, err := spec.ParseQuery("data=shapes&encoder=mlp&encoder.width=16&projector.width=16&batch=16&probe.knn=0&steps=12")
	if err != nil {
		panic(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		panic(err)
	}
	m, err := l.Submit(ctx, s, lab.Submission{})
	if err != nil {
		panic(err)
	}
	c, err := l.Follow(m.ID, 0)
	if err != nil {
		panic(err)
	}
	defer c.Close()
	records := 0
	for {
		b, err := c.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			panic(err)
		}
		records += len(b.Steps)
		m = b.Manifest
	}
	fmt.Println(m.State, records, len(m.CurveHash))
	// Output:
	// finished 12 64
}
