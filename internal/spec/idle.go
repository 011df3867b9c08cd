package spec

// Idle says why a setting has no effect on s, neither before nor after a branch:
// "without a momentum target". It is "" for one that has an effect.
func (s Spec) Idle(key string) string {
	why := idle(s.draft(), key)
	if b, ok := s.Branch(); ok && idle(b.draft(), key) == "" {
		return ""
	}
	return why
}
