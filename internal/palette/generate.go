//go:build ignore

// Command generate writes the palette's files for the browser into a folder.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"gradlab/internal/palette"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate folder")
		os.Exit(2)
	}
	for name, text := range map[string][]byte{
		palette.JavaScriptFile: palette.JavaScript(),
		palette.CSSFile:        palette.CSS(),
	} {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), text, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
