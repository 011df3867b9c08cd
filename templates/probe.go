package templates

import "strconv"

// A Probe is the page for somebody else's embeddings: the form, and what was
// measured.
type Probe struct {
	Page    Page
	Files   []ProbeFile
	Methods []MethodOption // the first stands for all
	Errors  []string       // of an upload that was refused, at no file
	Refused bool           // the answer to a refused upload (422)
	Rows    int            // that are taken at most
	Numbers int            // of one array that are taken at most
	Result  *ProbeResult   // nil: nothing was sent yet
}

// A ProbeFile is one file of the form.
type ProbeFile struct {
	Name, Title, Doc string
	Needed           bool
	Error            string
}

// A ProbeResult is all that the page says of embeddings.
type ProbeResult struct {
	Shape       string // "512 images in two views, width 128"
	Verdict     string // whether they have collapsed, in a sentence
	Why         string // what that does to a loss
	Bad         bool
	Findings    []string
	Metrics     []ProbeMetric
	Gradients   []ProbeGradient
	Variants    bool // the gradients are those of one method rather than the losses of all
	Equivalence ProbeEquivalence
	Correlation ProbeMap
	Spectrum    ProbeCurve
}

// A ProbeMetric is a measurement beside its marks.
type ProbeMetric struct {
	Title, Doc    string
	Value, X1, X2 string // X1 and X2 are empty where a metric needs both views
	Comfort       string // why a good value is no comfort; empty: nothing to say
	Marks         []ProbeMark
	At            float64 // place of the value on the scale, 0 to 1; below 0: none
}

// A ProbeMark is a value to read a metric against.
type ProbeMark struct {
	Label, Value string
	At           float64 // place on the metric's scale, 0 to 1
}

// A ProbeGradient is a row of the table of gradients.
type ProbeGradient struct {
	Label, Target, Predictor        string
	Loss, Positive, Negative, Total string
	Cosine, Balance, Approximation  string
	Terms                           []ProbeTerm
}

// A ProbeTerm is a term's norm.
type ProbeTerm struct{ Name, Role, Norm string }

// A ProbeEquivalence is how much the gradients agree.
type ProbeEquivalence struct {
	Labels []string
	Cosine [][]ProbeCell
	Ratio  [][]string
	// Nothing says why there is nothing to compare; empty: there is.
	Nothing string
}

// A ProbeCell is a number on a colour.
type ProbeCell struct {
	Value, Fill string
	Dark        bool // the colour wants light ink
}

// A ProbeMap is a heatmap as paths of one colour each, in units of an element.
type ProbeMap struct {
	Side    int
	Paths   []ProbePath
	Caption string // which part is shown
	Summary string
	Data    ProbeData
}

// A ProbeData is a figure's numbers and pictures. Nothing of it has an address, because
// nothing is kept: they are part of the page.
type ProbeData struct {
	Grid  string // JSON of report.AppendJSON, for the script
	Files []ProbeDownload
}

// A ProbeDownload is a file as a data URL.
type ProbeDownload struct{ Title, Name, URL string }

// A ProbePath is the elements of one colour.
type ProbePath struct{ Fill, D string }

// A ProbeCurve is a line, and what it is read against.
type ProbeCurve struct {
	Points  string // of a polyline in a box of 600 x 200
	Ticks   []ProbeTick
	Mark    ProbeTick // the isotropic level
	Last    int       // number of the last direction
	Summary string
	Table   Table
	Data    ProbeData
}

// A ProbeTick is a level of the vertical axis: its place in the box, and its words.
type ProbeTick struct {
	Y     float64
	Label string
}

// optionsOpen says whether something stands in the part of the form that is
// closed otherwise.
func (v Probe) optionsOpen() bool {
	for _, f := range v.Files {
		if !f.Needed && f.Error != "" {
			return true
		}
	}
	for i, m := range v.Methods {
		if i > 0 && m.Chosen {
			return true
		}
	}
	return false
}

// describedBy names what a screen reader says of the file's field.
func (f ProbeFile) describedBy() string {
	id := "probe-" + f.Name
	if f.Error != "" {
		return id + "-error " + id + "-doc"
	}
	return id + "-doc"
}

// coordinate prints a place in a picture.
func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// thousands prints a whole number in groups of three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
