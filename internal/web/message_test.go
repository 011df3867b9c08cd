package web

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"gradlab/internal/record"
)

// golden returns the block of docs/wire.md that is fenced as "golden NAME".
func golden(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/wire.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(page), "```golden "+name+"\n")
	block, _, closed := strings.Cut(block, "```\n")
	if !ok || !closed {
		t.Fatalf("docs/wire.md has no golden %s", name)
	}
	return block
}

// goldenBlock reads a golden block of bytes: four a line, then a remark.
func goldenBlock(t *testing.T, name string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(golden(t, name)) {
		digits, _, _ := strings.Cut(line, "   ")
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

// An event stream is, to the byte, what docs/wire.md says of the records there.
func TestGoldenEvents(t *testing.T) {
	steps, _, err := record.DecodeSteps(goldenBlock(t, "steps"))
	if err != nil {
		t.Fatal(err)
	}
	at, frame, _, err := record.DecodeFrame(goldenBlock(t, "frame"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(stepsMessage(steps).event()) + string(frameMessage(at, frame).event()) +
		string(goodbye(bye{"bye", 1001, "the server is restarting", 1200}))
	if want := golden(t, "events"); got != want {
		t.Errorf("the events are\n%s\ndocs/wire.md has\n%s", got, want)
	}
}
