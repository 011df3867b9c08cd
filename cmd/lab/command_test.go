package main

import (
	"io"
	"os/exec"
	"strings"
	"testing"

	"gradlab/experiments"
	"gradlab/internal/spec"
)

// shell returns the words of a line as a POSIX shell reads them.
func shell(t *testing.T, line string) []string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell: nothing reads the line")
	}
	out, err := exec.Command(sh, "-c", `printf '%s\n' `+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// The line that a page offers is the experiment, lanes and branches included.
func TestTheOfferedLineIsTheExperiment(t *testing.T) {
	queries := []string{"", "method=barlow&lambda=0&b.lambda=0.005&c.method=byol&c.predictor=none", "steps=40&at=20&then.lr=0.5&seed=18446744073709551615"}
	for _, p := range experiments.All() {
		queries = append(queries, p.Experiment.Query())
	}
	for _, q := range queries {
		settings, err := spec.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := spec.ParseExperiment(settings)
		if err != nil {
			t.Fatal(err)
		}
		words := shell(t, e.Command())
		if len(words) < 2 || words[0] != "lab" || words[1] != "run" {
			t.Fatalf("the line begins %q", words)
		}
		r := &runner{m: &Main{Stderr: io.Discard}} // where it says what a lane of another method has dropped
		if err := r.parse(words[2:]); err != nil {
			t.Errorf("%s: %v", e.Command(), err)
		} else if got := r.experiment.Query(); got != e.Query() {
			t.Errorf("%s is %s, want %s", e.Command(), got, e.Query())
		}
	}
}

func TestQuotedWordsComeBack(t *testing.T) {
	for _, word := range []string{"", "lr=0.1", "a b", "it's", "$HOME", "`ls`", `\`, "a;b", "~", "*", "'", "--x=#"} {
		if got := shell(t, spec.Quote(word)); len(got) != 1 || got[0] != word {
			t.Errorf("%q is written %s and read as %q", word, spec.Quote(word), got)
		}
	}
}
