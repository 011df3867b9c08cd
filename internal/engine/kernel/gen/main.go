// Command gen writes the assembly of package kernel: the files *_amd64.s and
// their Go declarations stubs_amd64.go.
//
//	go run . ..          writes them to the folder ..
//	go run . -check ..   compares instead, and fails where a file is not what it would write
//
// It is a module of its own, so that nothing of it reaches the lab's
// dependencies, and it has none itself: a kernel is text with a few loops around.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "compare the files instead of writing them")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: gen [-check] folder")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes or checks every file.
func run(folder string, check bool) error {
	var stubs stubs
	files := []struct {
		name string
		text []byte
	}{
		{"gemm_amd64.s", gemm(&stubs)},
		{"each_amd64.s", each(&stubs)},
		{"sum_amd64.s", sums(&stubs)},
		{"columns_amd64.s", columns(&stubs)},
		{"transpose_amd64.s", transpose(&stubs)},
		{"gather_amd64.s", gather(&stubs)},
		{"pixels_amd64.s", pixels(&stubs)},
		{"ceiling_amd64.s", ceiling(&stubs)},
		{"stubs_amd64.go", nil},
	}
	files[len(files)-1].text = stubs.file()
	for _, f := range files {
		path := filepath.Join(folder, f.name)
		if !check {
			if err := os.WriteFile(path, f.text, 0o644); err != nil {
				return err
			}
			continue
		}
		old, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(old, f.text) {
			return fmt.Errorf("%s is stale: run `go generate` in its folder", f.name)
		}
	}
	return nil
}
