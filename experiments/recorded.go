package experiments

import (
	_ "embed"
	"sync"

	"gradlab/internal/record"
)

//go:embed recorded/first.run
var recorded []byte

// Recorded returns a finished run of the first preset without its frames, for
// the first page of a server on which nothing has run yet. A test keeps it equal
// to what the engine computes.
var Recorded = sync.OnceValues(func() (record.File, error) { return record.ReadFile(recorded) })
