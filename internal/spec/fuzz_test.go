package spec

import (
	"errors"
	"reflect"
	"testing"

	"gradlab/internal/knob"
)

// A link is refused with errors that name their keys, or it is a run, whose own link
// says the same.
func FuzzLink(f *testing.F) {
	for _, q := range []string{
		"", "v=1", "method=barlow&lambda=0", "method=byol&predictor=none&target=shared", "batch=1&methd=byol", "method=byol&at=200&then.predictor=none",
		"lr=1e400&seed=99999999999999999999", "a=b;c=d", "%zz=1&=&&&=x", "seed=9007199254740993", "projector.depth=0&projector.width=9", "bank=1&method=moco",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		in, err := ParseQuery(q)
		if err == nil {
			var s Spec
			if s, err = Parse(in); err == nil {
				again, err := Parse(settings(t, s.Query()))
				if err != nil || !reflect.DeepEqual(again, s) {
					t.Fatalf("%q is the run %s, which reads back as %s: %v", q, s.Query(), again.Query(), err)
				}
				return
			}
		}
		var list knob.Errors
		var one *knob.Error
		switch {
		case errors.As(err, &list):
		case errors.As(err, &one):
			list = knob.Errors{one}
		default:
			t.Fatalf("%q: %v names no setting", q, err)
		}
		for _, e := range list {
			if e.Problem == "" || e.Error() == "" {
				t.Fatalf("%q: an error that says nothing: %+v", q, e)
			}
		}
	})
}
