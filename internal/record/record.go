// Package record is what one training step says: flat float32 scalars against a
// schema, and now and then a frame (a matrix such as the correlation heatmap).
//
// A Step has a binary form for the log and the socket, and a JSON form for
// everybody else. The package knows nothing of training.
package record

// An Every says how often a field is measured.
type Every uint8

// The cadences. They are bits, so that a Step can say which of them it has.
const (
	EachStep  Every = 1 << iota // on every step
	EachProbe                   // on probe steps
	EachKNN                     // at the kNN interval
)

// A Mark is a reference value that a chart draws beside a field: "isotropic", "noise floor".
type Mark struct {
	Label string  `json:"label"`
	Value float32 `json:"value"`
}

// A Field describes one scalar of a Step.
type Field struct {
	Name  string `json:"name"`           // key in JSON: "positive_norm"; norms of terms are "terms.NAME"
	Title string `json:"title"`          // words for a chart
	Unit  string `json:"unit,omitempty"` // "ms"; empty for pure numbers
	Doc   string `json:"doc"`            // one sentence
	Every Every  `json:"every"`
	Marks []Mark `json:"marks,omitempty"`
}

// A Schema lists the fields of a run's steps, in the order of their values. The
// first field is not the step number; that is Step.Step.
type Schema struct {
	Fields []Field `json:"fields"`
}

// Index returns the position of the field of that name, or -1.
func (s Schema) Index(name string) int {
	for i, f := range s.Fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// A Step is the record of one training step: the state of things after the
// gradient of step Step was taken and before the next one. Steps count from 0.
type Step struct {
	Step   int
	Has    Every     // cadences whose fields were measured; the other values are 0 and mean nothing
	Values []float32 // one for each field of the schema
	Frames []Frame
}

// A Frame is a small matrix measured at a step. Element (i, j) is Scale * Data[i*Cols+j].
type Frame struct {
	Name       string // "correlation"
	Rows, Cols int
	Of         int // channels that the full matrix has; the frame shows a stated sample where Of > Rows
	Scale      float32
	Data       []int8 // row-major
}

// At returns element (i, j).
func (f Frame) At(i, j int) float32 { return f.Scale * float32(f.Data[i*f.Cols+j]) }
