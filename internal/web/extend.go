package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// proposed is how many steps more the page proposes.
const proposed = 500

// extend starts the run that is this one with more steps: more=500, and settings under
// then. that are in force behind its end. It is a run of its own, with a link that works
// anywhere.
func (h *Handler) extend(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	settings, err := posted(r)
	if err != nil {
		return err
	}
	keep, settings, err := takeKeep(settings)
	if err != nil {
		return err
	}
	view, settings, bad := takeView(settings) // a form in a lesson sends it along, so that the page that follows is one too
	more, then, err := takeMore(settings)
	if err == nil && len(bad) > 0 {
		err = bad
	}
	if err != nil {
		return err
	}
	s, err := spec.ParseLink(m.Spec)
	if err == nil {
		s, err = s.Extended(more, then)
	}
	if err != nil {
		return err
	}
	e := spec.Experiment{Lanes: []spec.Spec{s}}
	if err := h.plan(e); err != nil {
		return err
	}
	return h.launch(w, r, e, view, keep, nil)
}

// takeMore reads what is said of an extension: the number of steps, and the settings
// without their prefix.
func takeMore(settings []spec.Setting) (more int, then []spec.Setting, err error) {
	var errs knob.Errors
	said := false
	for _, s := range settings {
		key, isThen := strings.CutPrefix(s.Key, "then.")
		switch {
		case isThen:
			then = append(then, spec.Setting{Key: key, Value: s.Value})
		case s.Key == "more" && !said:
			said = true
			if more, err = strconv.Atoi(strings.TrimSpace(s.Value)); err != nil {
				errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is not a whole number of steps, such as", Range: strconv.Itoa(proposed)})
			}
		default:
			errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "says nothing about how a run goes on; what does is", Range: "more, keep, and settings under then."})
		}
	}
	if !said {
		errs = append(errs, &knob.Error{Key: "more", Problem: "must say how many steps, such as", Range: strconv.Itoa(proposed)})
	}
	if errs != nil {
		return 0, nil, errs
	}
	return more, then, nil
}

// extendView describes how a run can go on; nil where it cannot.
func extendView(m lab.Manifest, s spec.Spec) *templates.Extend {
	most := spec.MostSteps - s.Length()
	if m.State != lab.Finished || most < 1 {
		return nil
	}
	v := &templates.Extend{More: min(proposed, most), Most: most}
	if last := s.LastRate(); s.At == 0 && last < s.Optim.LR { // a run changes once
		v.Rate, v.Before = strconv.FormatFloat(last, 'g', 2, 64), knob.FormatFloat(s.Optim.LR)
	}
	return v
}

// earlierView says what a run was before its records made room for others.
func earlierView(m lab.Manifest) string {
	e := m.Earlier
	if e == nil {
		return ""
	}
	was := fmt.Sprintf("%s after %d steps on %s", e.State, e.Done, e.Ended.Format(time.DateOnly))
	switch {
	case m.State == lab.Forgotten && e.CurveHash == "":
		return "It was " + was + "."
	case m.State == lab.Forgotten:
		return "It was " + was + ", with curve " + e.CurveHash + "."
	case e.Again == lab.Reproduced:
		return "Its records made room for others and were computed again: reproduced, the same curve."
	case e.Again == lab.Differs:
		return fmt.Sprintf("Its records made room for others and were computed again: another curve than before, %s (machine class %s, now %s).", e.CurveHash, e.Class, m.Class)
	}
	return ""
}
