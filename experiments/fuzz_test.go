package experiments

import (
	"reflect"
	"testing"
)

// A preset is refused with the line at fault, or it is an experiment that its source
// gives again.
func FuzzPreset(f *testing.F) {
	for _, p := range All() {
		f.Add(p.Source)
	}
	f.Add("title: x\nclaim: y\nlook: z\nexpect: 3 seeds\n[b]\nmethod=byol\n[b]\n")
	f.Add("title: x\n[\n]=\x00\n# remark")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("01-fuzz.lab", text)
		if err != nil {
			if err.Error() == "" {
				t.Fatalf("%q: refused without a word", text)
			}
			return
		}
		if p.Title == "" || p.Claim == "" || p.Look == "" || p.Expect == "" || len(p.Experiment.Lanes) == 0 {
			t.Fatalf("%q is the incomplete preset %+v", text, p)
		}
		if again, err := Parse("01-fuzz.lab", p.Source); err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("%q reads back as %+v, %v", text, again, err)
		}
	})
}
