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
	Fields []Field  `json:"fields"`
	Frames []Matrix `json:"frames,omitempty"` // what its frames are
}

// A Matrix describes the frames of one name.
type Matrix struct {
	Name   string   `json:"name"`             // "equivalence"
	Title  string   `json:"title"`            // words for a figure
	Unit   string   `json:"unit,omitempty"`   // of the elements; empty for pure numbers
	Doc    string   `json:"doc"`              // one sentence
	Every  Every    `json:"every"`            // when there may be a frame; where a number was not finite there is none
	From   int      `json:"from,omitempty"`   // first step of which this holds: from the step of a branch on, labels may be others
	Labels []string `json:"labels,omitempty"` // of the rows, and in the same order of the columns
	Over   string   `json:"over,omitempty"`   // what the columns are, where they are not what the rows are
	Marks  []Mark   `json:"marks,omitempty"`
}

// Matrix returns the description of the frames of that name at a step.
func (s Schema) Matrix(name string, step int) (m Matrix, ok bool) {
	for _, f := range s.Frames {
		if f.Name == name && f.From <= step {
			m, ok = f, true
		}
	}
	return m, ok
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
	Of         int // channels of the full matrix, or numbers of the full row where Rows is 1; the frame shows a sample, spread evenly, where Of > Cols
	Scale      float32
	Data       []int8 // row-major
}

// At returns element (i, j).
func (f Frame) At(i, j int) float32 { return f.Scale * float32(f.Data[i*f.Cols+j]) }
