package tensor

import (
	"reflect"
	"strings"
	"testing"
)

// A stopwatch changes no bit and keeps every operation, the optional ones too,
// under the name that Device gives it, once.
func TestStopwatch(t *testing.T) {
	for _, o := range ops {
		var results [2][]float64
		s := NewStopwatch(CPU(1))
		for i, d := range []Device{CPU(1), s} {
			ts := fill(d, 1, o.operands(5, 7))
			s.Restart()
			o.run(d, ts)
			if i == 1 {
				if got := s.Operations(); len(got) != 1 || got[0].Calls != 1 || !strings.HasPrefix(o.name, got[0].Name) ||
					(got[0].FLOPs > 0) != (strings.HasPrefix(o.name, "Gemm") || strings.HasPrefix(o.name, "Conv")) {
					t.Errorf("%s is kept as %+v", o.name, got)
				}
			}
			for _, x := range ts {
				results[i] = append(results[i], values(d, x)...)
			}
		}
		if !reflect.DeepEqual(results[0], results[1]) {
			t.Errorf("%s gives other numbers", o.name)
		}
	}
}

// What a device can do besides what all can do, a stopwatch can do: else a
// measurement would be of something that no run does.
func TestStopwatchHidesNoAbility(t *testing.T) {
	device, watch := reflect.TypeOf(CPU(1)), reflect.TypeOf(NewStopwatch(CPU(1)))
	for i := range device.NumMethod() {
		if name := device.Method(i).Name; !hasMethod(watch, name) {
			t.Errorf("a Stopwatch lacks %s", name)
		}
	}
}

func hasMethod(t reflect.Type, name string) bool {
	_, ok := t.MethodByName(name)
	return ok
}

func TestStopwatchSortsByTime(t *testing.T) {
	s := NewStopwatch(CPU(1))
	small, large := s.New(1, 1), s.New(200, 200)
	s.Fill(small, 1)
	for range 3 {
		s.Gemm(large, NT, 1, large, large, 0)
	}
	got := s.Operations()
	if len(got) != 2 || got[0].Name != "Gemm NT" || got[0].Calls != 3 || got[0].FLOPs != 3*2*200*200*200 || got[1].Time <= 0 {
		t.Errorf("%+v", got)
	}
	if s.Restart(); len(s.Operations()) != 0 {
		t.Error("Restart forgets nothing")
	}
}
