package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// A File is a run on disk: what it was, and its records. The keys of its head are
// those of a run's manifest.
type File struct {
	ID        string `json:"id"`
	Spec      string `json:"spec"` // canonical query
	Title     string `json:"title"`
	Engine    int    `json:"engine"` // engine.Version that computed it
	Class     string `json:"class"`  // machine class that computed it
	State     string `json:"state"`  // "finished", "diverged", "cancelled"
	Done      int    `json:"done"`   // how many steps there are
	CurveHash string `json:"curve_hash"`
	Schema    Schema `json:"schema"`
	Steps     []Step `json:"-"`
}

// Write writes the file: one line of JSON, which `head -1` shows, then the
// records as one message of the log (docs/wire.md). It sets Done and CurveHash.
func (f *File) Write(w io.Writer) error {
	f.Done, f.CurveHash = len(f.Steps), f.curveHash()
	head, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = w.Write(Append(append(head, '\n'), f.Steps))
	return err
}

// ReadFile reads what Write wrote, and checks that the records have the curve
// hash that the head says.
func ReadFile(b []byte) (File, error) {
	head, body, found := bytes.Cut(b, []byte("\n"))
	var f File
	if err := json.Unmarshal(head, &f); err != nil || !found {
		return File{}, fmt.Errorf("record: this is not a file of records: its first line is not a run's head (%w)", orShort(err))
	}
	var err error
	if f.Steps, err = Decode(body); err != nil {
		return File{}, err
	}
	for _, s := range f.Steps {
		if len(s.Values) != len(f.Schema.Fields) {
			return File{}, fmt.Errorf("record: a step of %d values in a file of %d fields", len(s.Values), len(f.Schema.Fields))
		}
	}
	if len(f.Steps) != f.Done || f.curveHash() != f.CurveHash {
		return File{}, fmt.Errorf("record: the file's %d records are not those of curve hash %s", len(f.Steps), f.CurveHash)
	}
	return f, nil
}

func (f *File) curveHash() string {
	h := NewHash(f.Schema)
	for _, s := range f.Steps {
		h.Add(s)
	}
	return h.Sum()
}

func orShort(err error) error {
	if err == nil {
		return errShort
	}
	return err
}
