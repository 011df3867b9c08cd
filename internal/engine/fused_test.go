package engine

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// trains are the packages whose arithmetic is part of a curve. In this one the
// cost of a run is computed too, which is no part of it; probes only look.
var trains = []string{".", "./data", "./kernel", "./method", "./nn", "./optim", "./random", "./tensor"}

var estimates = regexp.MustCompile(`\b(counter|plan)\.go:`)

// A product that a compiler fuses with a sum is rounded once instead of twice,
// and curves differ between machines. The compiler for arm64 fuses whatever the
// language lets it; it must find nothing here.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another machine: skipped with -short")
	}
	build := exec.Command("go", append([]string{"build", "-gcflags=-S"}, trains...)...)
	build.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "FMULS") || !strings.Contains(string(out), "FMULD") {
		t.Fatal("the listing has no products: is it a listing?")
	}
	for _, line := range regexp.MustCompile(`.*\bFN?M(ADD|SUB)[SD]\b.*`).FindAllString(string(out), -1) {
		if !estimates.MatchString(line) {
			t.Errorf("a product is fused with a sum: %s", strings.TrimSpace(line))
		}
	}
}
