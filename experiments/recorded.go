package experiments

import (
	"embed"
	"slices"
	"sync"

	"gradlab/internal/record"
)

//go:embed recorded/*.run
var recorded embed.FS

// recordings are the presets whose lanes were run when the program was made, each with the names
// of its lanes' files: the first one, and the one that everybody should see fail.
var recordings = map[string][]string{
	"first":        {"first"},
	"simsiam-stop": {"simsiam-stop-a", "simsiam-stop-b"},
}

// A Recording is the finished runs of an experiment's lanes, without their frames, for pages
// of a server on which nobody has run them. A test keeps them equal to what the engine computes.
type Recording struct {
	Names []string // of its lanes, by which Recorded finds them
	Lanes []record.File
}

// Recorded returns the recorded run of that name: a preset's, or one of its lanes'.
func Recorded(name string) (f record.File, known bool, err error) {
	for _, names := range recordings {
		if slices.Contains(names, name) {
			f, err = read(name)
			return f, true, err
		}
	}
	return f, false, nil
}

// RecordingOf returns what is recorded of a preset; false where nothing is, or it cannot be read.
func RecordingOf(slug string) (r Recording, ok bool) {
	r.Names = recordings[slug]
	for _, name := range r.Names {
		f, err := read(name)
		if err != nil { // a test reads them all
			return Recording{}, false
		}
		r.Lanes = append(r.Lanes, f)
	}
	return r, len(r.Lanes) > 0
}

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

var (
	reading sync.Mutex
	opened  = map[string]record.File{} // what has been read
)

// read is open, once for each name.
func read(name string) (record.File, error) {
	reading.Lock()
	defer reading.Unlock()
	if f, known := opened[name]; known {
		return f, nil
	}
	f, err := open(name)
	if err == nil {
		opened[name] = f
	}
	return f, err
}

func open(name string) (record.File, error) {
	b, err := recorded.ReadFile("recorded/" + name + ".run")
	if err != nil {
		return record.File{}, err
	}
	return record.ReadFile(b)
}
