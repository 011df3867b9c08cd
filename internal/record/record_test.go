package record_test

import (
	"fmt"
	"math"

	"gradlab/internal/record"
)

// The run of docs/wire.md.
var (
	schema = record.Schema{Fields: []record.Field{
		{Name: "loss", Title: "Loss", Every: record.EachStep},
		{Name: "step_ms", Title: "Time of a step", Unit: "ms", Every: record.EachStep},
		{Name: "effective_rank", Title: "Effective rank", Every: record.EachProbe},
	}}
	steps = []record.Step{
		{Step: 7, Has: record.EachStep, Values: []float32{1.25, 4, 0}},
		{Step: 8, Has: record.EachStep | record.EachProbe, Values: []float32{float32(math.NaN()), 4.5, 40.5}, Frames: []record.Frame{correlation}},
	}
	correlation = record.Frame{Name: "corr", Rows: 2, Cols: 2, Of: 256, Scale: 1. / 127, Data: []int8{127, -32, 32, 127}}
)

func ExampleSchema_AppendJSON() {
	s := record.Schema{Fields: []record.Field{
		{Name: "loss", Every: record.EachStep},
		{Name: "terms.alignment", Every: record.EachStep},
		{Name: "terms.decorrelation", Every: record.EachStep},
		{Name: "residual", Every: record.EachProbe},
	}}
	step := record.Step{Step: 12, Has: record.EachStep, Values: []float32{0.1, 2, 3.5, 0}}
	fmt.Println(string(s.AppendJSON(nil, step)))
	// Output:
	// {"step":12,"loss":0.1,"terms":{"alignment":2,"decorrelation":3.5}}
}

func ExampleAppend() {
	message := record.Append(nil, steps)
	back, err := record.Decode(message)
	fmt.Println(len(message), "bytes,", len(back), "steps,", back[1].Frames[0].Name, back[1].Frames[0].At(0, 0), err)
	// Output:
	// 72 bytes, 2 steps, corr 1 <nil>
}

func ExampleHash() {
	other := []record.Step{steps[0], steps[1]}
	other[0].Values = []float32{1.25, 99, 0} // slower, but the same training
	a, b := record.NewHash(schema), record.NewHash(schema)
	for i := range steps {
		a.Add(steps[i])
		b.Add(other[i])
	}
	fmt.Println(a.Sum() == b.Sum())
	// Output:
	// true
}
