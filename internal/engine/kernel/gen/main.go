// Command gen writes the assembly of package kernel: the files *_amd64.s and
// *_arm64.s, and their Go declarations stubs_amd64.go and stubs_arm64.go.
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

// A file is one that gen writes.
type file struct {
	name string
	text []byte
}

// run writes or checks every file.
func run(folder string, check bool) error {
	var amd64, arm64 stubs
	files := []file{
		{"gemm_amd64.s", gemm(&amd64)},
		{"each_amd64.s", each(&amd64)},
		{"sum_amd64.s", sums(&amd64)},
		{"columns_amd64.s", columns(&amd64)},
		{"transpose_amd64.s", transpose(&amd64)},
		{"gather_amd64.s", gather(&amd64)},
		{"pixels_amd64.s", pixels(&amd64)},
		{"eigen_amd64.s", eigen(&amd64)},
		{"ceiling_amd64.s", ceiling(&amd64)},

		{"gemm_arm64.s", neonGemm(&arm64)},
		{"each_arm64.s", neonEach(&arm64)},
		{"sum_arm64.s", neonSums(&arm64)},
		{"columns_arm64.s", neonColumns(&arm64)},
		{"transpose_arm64.s", neonTranspose(&arm64)},
		{"gather_arm64.s", neonGather(&arm64)},
	}
	files = append(files, file{"stubs_amd64.go", amd64.file()}, file{"stubs_arm64.go", arm64.file()})
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
