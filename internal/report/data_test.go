package report

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// Lanes stand below each other, whatever fields each has; what a program must not take
// apart is quoted, and what is not finite is said as each format can.
func TestNumbersOfSeveralLanes(t *testing.T) {
	a, b := lane(3), lane(2)
	b.Letter, b.Title = "b, \"two\"", "BYOL"
	a.Steps[1].Values[0] = float32(math.NaN())
	loss, _ := Lookup("loss")
	grids := Data(loss, []Lane{a, b})
	const start = "lane,step,loss\na,0,5\na,1,NaN\na,2,"
	if got := string(AppendCSV(nil, grids)); !strings.HasPrefix(got, start) || !strings.Contains(got, "\n\"b, \"\"two\"\"\",0,5\n") || strings.Count(got, "\n") != 6 {
		t.Errorf("CSV is\n%s", got)
	}
	var v struct {
		Lanes []struct {
			Lane string
			Step *int
			Rows [][]*float64
		}
	}
	text := AppendJSON(nil, loss, grids)
	if err := json.Unmarshal(text, &v); err != nil || len(v.Lanes) != 2 || v.Lanes[1].Lane != b.Letter || v.Lanes[0].Step != nil || v.Lanes[0].Rows[1][1] != nil || *v.Lanes[0].Rows[0][1] != 5 {
		t.Errorf("JSON is %s, %v", text, err)
	}
}

// A lane as it stood at a step has no frame of a later one, and nothing before its first.
func TestUntil(t *testing.T) {
	l := lane(40) // with frames at 0, 10, 20, 30
	for at, want := range map[int]int{0: 0, 9: 0, 10: 10, 29: 20, 99: 30} {
		if _, step, ok := l.Until(at).latest("correlation"); !ok || step != want {
			t.Errorf("at step %d the last frame is of step %d, %v, want %d", at, step, ok, want)
		}
	}
	if n := len(l.Until(-1).Steps); n != 0 {
		t.Errorf("%d steps before the first", n)
	}
}
