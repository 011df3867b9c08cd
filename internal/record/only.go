package record

// Only returns the record of a step with what belongs to the cadences has and nothing
// else: as it would be, had no more been measured. The step itself is left alone.
func (s Schema) Only(has Every, step Step) Step {
	if step.Has&^has == 0 {
		return step
	}
	out := Step{Step: step.Step, Has: step.Has & has, Values: make([]float32, len(step.Values))}
	for i, f := range s.Fields {
		if f.Every&out.Has != 0 {
			out.Values[i] = step.Values[i]
		}
	}
	for _, f := range step.Frames {
		if m, ok := s.Matrix(f.Name, step.Step); ok && m.Every&out.Has != 0 {
			out.Frames = append(out.Frames, f)
		}
	}
	return out
}
