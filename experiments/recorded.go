package experiments

import (
	"embed"
	"sync"

	"gradlab/internal/record"
)

//go:embed recorded/*.run
var recorded embed.FS

// Recorded returns a finished run of the first preset without its frames, for
// the first page of a server on which nothing has run yet. A test keeps it equal
// to what the engine computes.
var Recorded = sync.OnceValues(func() (record.File, error) { return open("first") })

// Gallery returns the two runs that the gallery of the pages shows, with their
// frames: one that learns, and one that collapses because nothing prevents it. They are
// kept likewise.
var Gallery = sync.OnceValues(func() ([]record.File, error) {
	learns, err := open("gallery-learns")
	if err != nil {
		return nil, err
	}
	collapses, err := open("gallery-collapses")
	return []record.File{learns, collapses}, err
})

func open(name string) (record.File, error) {
	b, err := recorded.ReadFile("recorded/" + name + ".run")
	if err != nil {
		return record.File{}, err
	}
	return record.ReadFile(b)
}
