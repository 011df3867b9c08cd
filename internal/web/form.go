package web

import (
	"slices"
	"strings"

	"gradlab/internal/engine/method"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// familyTitles say where a family's negatives come from.
var familyTitles = map[method.Family]string{
	method.Contrastive:   "Contrastive",
	method.Asymmetric:    "Asymmetric",
	method.Decorrelation: "Decorrelation",
	method.Unified:       "Unified",
}

// formView describes the form, which edits the last lane.
func formView(e spec.Experiment, notes []note, lesson templates.Lesson) templates.Form {
	last := len(e.Lanes) - 1
	s := e.Lanes[last]
	f := templates.Form{Prefix: spec.LanePrefix(last), Others: otherSettings(e, last), Families: families(s.Method)}
	for _, x := range s.Settings() { // the form has no fields for a branch
		if x.Key == "at" || strings.HasPrefix(x.Key, "then.") {
			f.Others = append(f.Others, spec.Setting{Key: spec.LanePrefix(last) + x.Key, Value: x.Value})
		}
	}
	own := map[string]bool{"method": true}
	for _, x := range s.Own {
		own[x.Key] = true
	}
	for _, x := range s.Settings() {
		if !own[x.Key] {
			f.Shortest = append(f.Shortest, x)
		}
	}

	if !lesson.Locks("method") { // a locked default stays with another method, whose default may be another
		for _, x := range s.Resolved() {
			if lesson.Locks(x.Key) && !own[x.Key] && !slices.Contains(f.Shortest, x) {
				f.Shortest = append(f.Shortest, x)
			}
		}
	}

	about := map[string]string{} // notices of this lane by the knob's name
	for _, n := range notes {
		if lane, name := spec.CutLane(n.key); lane == last {
			about[name] = n.text
		}
	}
	var ownNames []string
	for _, x := range s.Own {
		ownNames = append(ownNames, x.Key)
	}
	f.Groups = templates.Groups(s.Knobs(), ownNames, about, s.Idle, s.Projector.Out(s.Encoder.Out()))
	return f
}

// otherSettings returns the settings of all lanes but number i, as they stand in the link.
func otherSettings(e spec.Experiment, i int) []spec.Setting {
	var list []spec.Setting
	for _, x := range e.Settings() {
		if lane, _ := spec.CutLane(x.Key); lane != i {
			list = append(list, x)
		}
	}
	return list
}

// families are the methods to choose from.
func families(chosen *method.Method) []templates.Family {
	var list []templates.Family
	for _, m := range method.All() {
		title := familyTitles[m.Family]
		if len(list) == 0 || list[len(list)-1].Title != title {
			list = append(list, templates.Family{Title: title})
		}
		f := &list[len(list)-1]
		f.Methods = append(f.Methods, templates.MethodOption{
			Name: m.Name, Title: m.Title, Doc: m.FirstSentence(), Chosen: m == chosen,
		})
	}
	return list
}
