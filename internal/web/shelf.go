package web

import "sync"

// A shelf keeps the values that were made last, by their keys. Any goroutine may use it;
// what it gives is shared.
type shelf[V any] struct {
	most int // values

	mu     sync.Mutex // guards what follows
	keys   []string   // oldest first
	values map[string]V
}

func newShelf[V any](most int) *shelf[V] { return &shelf[V]{most: most, values: map[string]V{}} }

func (s *shelf[V]) get(key string) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.values[key]
	return v, ok
}

func (s *shelf[V]) put(key string, v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.values[key]; ok {
		return
	}
	s.keys, s.values[key] = append(s.keys, key), v
	if len(s.keys) > s.most {
		delete(s.values, s.keys[0])
		s.keys = s.keys[1:]
	}
}
