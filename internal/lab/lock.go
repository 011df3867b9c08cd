package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// errLocked is returned by exclusive where somebody else has the lock.
var errLocked = errors.New("locked")

// lockFile opens the file and locks it until it is closed, or the process ends in
// whatever way.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data directory cannot be written: %w", err)
	}
	if err := exclusive(f); err != nil {
		f.Close()
		if errors.Is(err, errLocked) {
			return nil, fmt.Errorf("the data directory %s is in use by another lab; close that one or choose another directory", filepath.Dir(path))
		}
		return nil, fmt.Errorf("the data directory cannot be locked: %w", err)
	}
	return f, nil
}
