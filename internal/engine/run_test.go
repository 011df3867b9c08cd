package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// parse reads settings as on the command line.
func parse(t testing.TB, settings ...string) spec.Spec {
	t.Helper()
	var in []spec.Setting
	for _, s := range strings.Fields(strings.Join(settings, " ")) {
		key, value, _ := strings.Cut(s, "=")
		in = append(in, spec.Setting{Key: key, Value: value})
	}
	s, err := spec.Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTry(t *testing.T) {
	for _, m := range []string{"simclr", "byol", "barlow"} {
		s := parse(t, "method="+m, "steps=60")
		sch := Schema(s)
		began := time.Now()
		err := Run(t.Context(), s, Options{Threads: 2}, func(r record.Step) error {
			if r.Step%10 == 0 || r.Step == 59 || r.Step < 3 {
				line := fmt.Sprint(r.Step)
				for i, f := range sch.Fields {
					if f.Every&r.Has != 0 {
						line += fmt.Sprintf(" %s=%.4g", f.Name, r.Values[i])
					}
				}
				t.Log(line)
			}
			return nil
		})
		t.Log(m, time.Since(began), err)
		c, err := Plan(s, Options{})
		t.Logf("%+v %v", c, err)
	}
}
