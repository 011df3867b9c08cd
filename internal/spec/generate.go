//go:build ignore

// Command generate writes the document of the settings into a file.
package main

import (
	"fmt"
	"os"

	"gradlab/internal/spec"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate file")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(spec.Markdown()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
