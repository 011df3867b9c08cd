package web_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var fence = regexp.MustCompile("(?ms)^```(sh|answer)\n(.*?)^```$")

// The commands of docs/api.md give the answers that stand below them.
func TestDocumentedCommands(t *testing.T) {
	for _, tool := range []string{"curl", "python3"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s: the commands of docs/api.md are not run", tool)
		}
	}
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	const mark = "\x1e%d\x1e\n" // a record separator, which no answer holds
	script := "set -e\n"
	var commands, answers []string
	for _, m := range fence.FindAllSubmatch(text, -1) {
		block := string(m[2])
		if string(m[1]) == "answer" {
			answers[len(answers)-1] = block
			continue
		}
		commands, answers = append(commands, block), append(answers, "")
		script += fmt.Sprintf("printf '"+mark+"'\n", len(commands)-1) + strings.ReplaceAll(block, "http://localhost:8080", s.URL)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = t.TempDir()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr.String())
	}
	for i, command := range commands {
		_, got, ok := strings.Cut(string(out), fmt.Sprintf(mark, i))
		if !ok {
			t.Fatalf("no output of\n%s", command)
		}
		got, _, _ = strings.Cut(got, "\x1e")
		rest := got
		for part := range strings.SplitSeq(strings.TrimSpace(answers[i]), "...") {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%sanswers\n%.1500s\nwithout %q, in its place or at all", command, got, part)
				break
			}
			rest = after
		}
	}
	if len(commands) < 10 {
		t.Errorf("%d commands found in docs/api.md", len(commands))
	}
}
