//go:build !amd64 && !arm64

package kernel

// implementations returns what this machine has.
func implementations() []*implementation { return []*implementation{plain} }
