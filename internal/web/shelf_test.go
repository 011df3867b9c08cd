package web

import "testing"

// A shelf keeps the newest values, each as it was put there first.
func TestShelf(t *testing.T) {
	s := newShelf[int](2)
	for i, key := range []string{"a", "b", "a", "c"} {
		s.put(key, i)
	}
	for key, want := range map[string]int{"b": 1, "c": 3} {
		if v, ok := s.get(key); !ok || v != want {
			t.Errorf("%s is %d, %v; want %d", key, v, ok, want)
		}
	}
	if v, ok := s.get("a"); ok || len(s.values) != 2 || len(s.keys) != 2 {
		t.Errorf("the oldest is still there: %d, among %v", v, s.values)
	}
}
