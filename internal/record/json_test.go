package record_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/record"
)

func TestGoldenText(t *testing.T) {
	var lines, table []byte
	table = schema.AppendCSVHeader(table)
	for _, s := range steps {
		lines = append(schema.AppendJSON(lines, s), '\n')
		table = schema.AppendCSV(table, s)
	}
	if want := golden(t, "json"); string(lines) != want {
		t.Errorf("JSON is\n%sdocs/wire.md has\n%s", lines, want)
	}
	if want := golden(t, "csv"); string(table) != want {
		t.Errorf("CSV is\n%sdocs/wire.md has\n%s", table, want)
	}
}

func TestJSON(t *testing.T) {
	s := record.Schema{Fields: []record.Field{
		{Name: "loss", Every: record.EachStep},
		{Name: "terms.first", Every: record.EachStep},
		{Name: "momentum", Every: record.EachStep},
		{Name: "terms.second", Every: record.EachStep},
		{Name: "knn_accuracy", Every: record.EachKNN},
	}}
	values := []float32{1, 2, float32(math.Inf(1)), 4, 5}
	for _, c := range []struct {
		has  record.Every
		want string
	}{
		{record.EachStep, `{"step":5,"loss":1,"terms":{"first":2,"second":4},"momentum":null}`},
		{record.EachKNN, `{"step":5,"knn_accuracy":5}`},
		{record.EachStep | record.EachKNN, `{"step":5,"loss":1,"terms":{"first":2,"second":4},"momentum":null,"knn_accuracy":5}`},
		{0, `{"step":5}`},
	} {
		if got := string(s.AppendJSON(nil, record.Step{Step: 5, Has: c.has, Values: values})); got != c.want {
			t.Errorf("cadences %03b: %s, want %s", c.has, got, c.want)
		}
	}
}

func TestFloatsReadBack(t *testing.T) {
	s := record.Schema{Fields: []record.Field{{Name: "x", Every: record.EachStep}}}
	negativeZero := float32(math.Copysign(0, -1))
	for _, v := range []float32{0, negativeZero, 0.1, 1. / 3, -2.5e-7, 1e-38, math.SmallestNonzeroFloat32, math.MaxFloat32, 16777217, 1e20, 123456.79} {
		step := record.Step{Has: record.EachStep, Values: []float32{v}}
		var object struct{ X float32 }
		if err := json.Unmarshal(s.AppendJSON(nil, step), &object); err != nil || math.Float32bits(object.X) != math.Float32bits(v) {
			t.Errorf("%g reads back as %g from JSON, %v", v, object.X, err)
		}
		cell := strings.TrimSpace(strings.TrimPrefix(string(s.AppendCSV(nil, step)), "0,"))
		if x, err := strconv.ParseFloat(cell, 32); err != nil || math.Float32bits(float32(x)) != math.Float32bits(v) {
			t.Errorf("%g reads back as %g from CSV, %v", v, x, err)
		}
	}
}
