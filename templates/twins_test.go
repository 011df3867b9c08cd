package templates

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// The page and its script say some things twice. One table tests both: this one
// here, and static/test reads the same file.
func TestTwinsOfTheScript(t *testing.T) {
	b, err := os.ReadFile("../static/test/twins.json")
	if err != nil {
		t.Fatal(err)
	}
	var twins struct {
		Position []struct {
			V, Lo, Hi, At float64
			Log, Whole    bool
		}
		Alike []struct {
			Letter, Words string
			CKA, Overlap  float64
			Step          int
		}
		State []struct {
			State, Words, Reason  string
			Position, Done, Steps int
			Wait                  float64
		}
	}
	if err := json.Unmarshal(b, &twins); err != nil {
		t.Fatal(err)
	}
	for _, c := range twins.Position {
		if got := position(c.V, c.Lo, c.Hi, c.Log, c.Whole); math.Abs(got-c.At) > 1e-9 {
			t.Errorf("position(%+v) = %v", c, got)
		}
	}
	for _, c := range twins.Alike {
		if got := Agreement(c.Letter, c.CKA, c.Overlap, c.Step); got != c.Words {
			t.Errorf("Agreement(%+v) = %q", c, got)
		}
	}
	for _, c := range twins.State {
		if got := runWords(&Run{State: c.State, Position: c.Position, Wait: c.Wait, Reason: c.Reason, Done: c.Done, Steps: c.Steps}); got != c.Words {
			t.Errorf("runWords(%+v) = %q", c, got)
		}
	}
	if len(twins.Position) == 0 || len(twins.Alike) == 0 || len(twins.State) == 0 {
		t.Error("the table is empty")
	}
}
