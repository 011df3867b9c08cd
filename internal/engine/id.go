package engine

import (
	"crypto/sha256"
	"fmt"

	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// idLength is enough for a million runs to have a chance of one in two million to
// share an id with another.
const idLength = 12

// ID names a run by its content: the spec with all defaults, the images that are
// here, and what the engine computes. The error says which images are missing.
func ID(s spec.Spec, o Options) (string, error) {
	set, err := o.open(s)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, setting := range s.Resolved() {
		fmt.Fprintln(h, setting)
	}
	fmt.Fprintln(h, "images", set.Digest)
	fmt.Fprintln(h, "engine", Version)
	return record.Base32.EncodeToString(h.Sum(nil))[:idLength], nil
}
