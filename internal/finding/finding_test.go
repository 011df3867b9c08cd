package finding

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/record"
)

// A course is a value from a step on, and another one from a later step on; null is no
// number.
type course []struct {
	from  float64
	value float64
}

func (c *course) UnmarshalJSON(b []byte) error {
	var pairs [][2]*float64
	if err := json.Unmarshal(b, &pairs); err != nil {
		return err
	}
	for _, p := range pairs {
		v := math.NaN()
		if p[1] != nil {
			v = *p[1]
		}
		*c = append(*c, struct{ from, value float64 }{*p[0], v})
	}
	return nil
}

func (c course) at(step int) float32 {
	v := math.NaN()
	for _, p := range c {
		if p.from <= float64(step) {
			v = p.value
		}
	}
	return float32(v)
}

// The script finds the same: static/test reads this table too.
type twins struct {
	Collapse []struct {
		Level, Rank, Off float64
		Starts           string
	}
	Happened []happening
	Events   []struct {
		Kind  Kind
		Name  string
		Steps []int
		Of    int
		Words string
	}
}

type happening struct {
	What                            string
	Steps, Every                    int
	Attainable                      float32
	Level, Rank, Off, Balance, Loss course
	Events                          [][2]any
	Title                           string
}

// records makes the records of a row of the table.
func (h happening) records() (record.Schema, []record.Step) {
	schema := record.Schema{Fields: []record.Field{
		{Name: "collapse_level", Every: record.EachStep},
		{Name: "effective_rank", Every: record.EachProbe, Marks: []record.Mark{{Label: "attainable", Value: h.Attainable}}},
		{Name: "offdiagonal", Every: record.EachProbe},
		{Name: "balance", Every: record.EachStep},
		{Name: "loss", Every: record.EachStep},
	}}
	steps := make([]record.Step, h.Steps)
	for i := range steps {
		steps[i] = record.Step{Step: i, Has: record.EachStep, Values: []float32{h.Level.at(i), h.Rank.at(i), h.Off.at(i), h.Balance.at(i), h.Loss.at(i)}}
		if i%h.Every == 0 {
			steps[i].Has |= record.EachProbe
		}
	}
	return schema, steps
}

func TestTwinsOfTheScript(t *testing.T) {
	b, err := os.ReadFile("../../static/test/twins.json")
	if err != nil {
		t.Fatal(err)
	}
	var table twins
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Collapse) == 0 || len(table.Happened) == 0 || len(table.Events) == 0 {
		t.Fatal("the table is empty")
	}
	for _, c := range table.Collapse {
		got := Collapse(c.Level, c.Rank, c.Off).Text
		if c.Starts == "" && got != "" || !strings.HasPrefix(got, c.Starts) {
			t.Errorf("Collapse(%+v) = %q", c, got)
		}
	}
	for _, h := range table.Happened {
		var want []Event
		for _, e := range h.Events {
			want = append(want, Event{Kind(e[0].(string)), int(e[1].(float64))})
		}
		found, events := Of(h.records())
		if found.Title != h.Title || !slices.Equal(events, want) {
			t.Errorf("%s: %q and %v, want %q and %v", h.What, found.Title, events, h.Title, want)
		}
	}
	for _, c := range table.Events {
		if got := Words(c.Kind, c.Name, c.Steps, c.Of); got != c.Words {
			t.Errorf("%q, want %q", got, c.Words)
		}
	}
}

// What has been found does not move while records come: an event that is found with some
// records is found with more of them, at the same step.
func TestEventsStay(t *testing.T) {
	b, err := os.ReadFile("../../static/test/twins.json")
	if err != nil {
		t.Fatal(err)
	}
	var table twins
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	for _, h := range table.Happened {
		schema, steps := h.records()
		known := map[Event]bool{}
		for n := range len(steps) + 1 {
			_, events := Of(schema, steps[:n])
			for e := range known {
				if !slices.Contains(events, e) {
					t.Errorf("%s: %v is not found with %d records", h.What, e, n)
				}
			}
			for _, e := range events {
				known[e] = true
			}
		}
		if len(known) != len(h.Events) {
			t.Errorf("%s: %v were found at some time", h.What, known)
		}
	}
}
