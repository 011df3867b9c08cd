package spec

import (
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/knob"
)

// MaxLanes is how many runs an Experiment has at most: six, a to f.
const MaxLanes = 6

// MaxSettings is how many settings an experiment has at most: six lanes that each
// say everything. Each unknown one costs a search for what was meant.
const MaxSettings = 400

// lanePrefixes start the keys of each lane; the first lane's are bare.
var lanePrefixes = [MaxLanes]string{"", "b.", "c.", "d.", "e.", "f."}

// An Experiment is one to six runs to be looked at beside each other. Lanes that differ
// in the seed only are repetitions of one run (Groups).
type Experiment struct {
	Lanes []Spec
}

// A Notice says what was understood differently from how it was said, for the
// place beside the setting. It is not an error: the experiment is valid.
type Notice struct {
	Key   string `json:"key"`   // with the lane's prefix
	Value string `json:"value"` // as it was said
	Text  string `json:"text"`
}

// ParseExperiment reads the settings of all lanes. The error is knob.Errors, all at once.
func ParseExperiment(in []Setting) (Experiment, []Notice, error) {
	e, notices, errs := readExperiment(in, true)
	if len(errs) > 0 {
		return Experiment{}, nil, errs
	}
	return e, notices, nil
}

// ParseLenient is ParseExperiment for a page: the experiment is always valid, it
// is the nearest to what was said, and the errors say where it differs. A knob
// that belongs to another method is dropped with a notice, since a form that
// swaps the method still sends the old one's. A link of a later program is no mistake
// of whoever follows it: there is a notice of that too.
func ParseLenient(in []Setting) (Experiment, []Notice, knob.Errors) {
	e, notices, errs := readExperiment(in, false)
	for i, err := range errs {
		if err.Problem == newer {
			text := fmt.Sprintf("This link is from a newer Gradlab (version %s; this one knows %s): what is not known here was left out, and what the link does not say is as in version %[2]s.",
				strings.TrimSpace(err.Value), err.Range)
			return e, slices.Insert(notices, 0, Notice{Key: err.Key, Value: err.Value, Text: text}), slices.Delete(errs, i, i+1)
		}
	}
	return e, notices, errs
}

func readExperiment(in []Setting, strict bool) (e Experiment, notices []Notice, errs knob.Errors) {
	lanes, errs := split(in)
	seeds, wrong := seedLists(&lanes)
	errs = append(errs, wrong...)
	var first *reading
	for i, own := range lanes {
		var r *reading
		switch {
		case i == 0:
			r = read(own)
			first = r
		case len(own) == 0:
			continue
		default:
			all, dropped := inherit(first, own)
			r = read(all)
			r.notices = slices.DeleteFunc(r.notices, func(n Notice) bool { return !says(own, n.Key) })
			dropped = slices.DeleteFunc(dropped, func(n Notice) bool { return told(notices, n.Text) }) // by an earlier lane of the same method
			r.notices = append(dropped, r.notices...)
		}
		for _, f := range r.foreign {
			if strict {
				r.errs = append(r.errs, f)
			} else {
				r.notices = append(r.notices, Notice{Key: f.Key, Value: f.Value, Text: f.Key + " was dropped: it " + f.Problem + " " + f.Range + "."})
			}
		}
		for _, s := range r.specs(seeds[i]) {
			if j := e.index(s); j < 0 {
				e.Lanes = append(e.Lanes, s)
			} else {
				r.notices = append(r.notices, Notice{Key: own[0].Key, Value: own[0].Value,
					Text: fmt.Sprintf("Lane %s%s is the same run as lane %s and was dropped.", LaneName(i), among(s, seeds[i]), LaneName(j))})
			}
		}
		for _, n := range r.notices {
			n.Key = lanePrefixes[i] + n.Key
			notices = append(notices, n)
		}
		errs = append(errs, r.prefixed(lanePrefixes[i])...)
	}
	return e, notices, errs
}

// specs returns the run that was read with each of the seeds; as it is where there are none.
func (r *reading) specs(seeds []string) []Spec {
	all := []Spec{r.spec()}
	for _, seed := range seeds[min(1, len(seeds)):] { // the first one has been read
		d := r.d.clone()
		if err := trySet(d, seedKey, seed); err != nil {
			r.errs = append(r.errs, err)
			continue
		}
		s := all[0]
		s.Seed = d.Seed
		all = append(all, s)
	}
	return all
}

// among names a run among the seeds of its lane.
func among(s Spec, seeds []string) string {
	if len(seeds) == 0 {
		return ""
	}
	return fmt.Sprintf(" with seed %d", s.Seed)
}

// LaneName returns "a" for lane 0, "b" for lane 1 and so on.
func LaneName(i int) string { return string(rune('a' + i)) }

// LanePrefix returns what the keys of lane i begin with: "" for lane 0, "b." for lane 1 and so on.
func LanePrefix(i int) string { return lanePrefixes[i] }

// CutLane returns the lane that a key belongs to, and the key without that lane's prefix.
func CutLane(key string) (lane int, bare string) {
	for i, prefix := range lanePrefixes[1:] {
		if bare, found := strings.CutPrefix(key, prefix); found {
			return i + 1, bare
		}
	}
	return 0, key
}

// split sorts settings into lanes and takes their prefixes off.
func split(in []Setting) (lanes [MaxLanes][]Setting, errs knob.Errors) {
	if len(in) > MaxSettings {
		errs = append(errs, &knob.Error{Key: in[MaxSettings].Key, Value: in[MaxSettings].Value,
			Problem: fmt.Sprintf("is the first of %d settings too many; an experiment has", len(in)-MaxSettings), Range: fmt.Sprintf("at most %d", MaxSettings)})
		in = in[:MaxSettings]
	}
	for _, s := range in {
		lane, bare := CutLane(s.Key)
		if s.Key = bare; lane > 0 && s.Key == "v" {
			errs = append(errs, &knob.Error{Key: lanePrefixes[lane] + "v", Value: s.Value, Problem: "belongs to the whole link; write", Range: "v=" + s.Value, Nearest: "v"})
			continue
		}
		if before, after, found := strings.Cut(s.Key, "."); found && lane == 0 && len(before) == 1 {
			errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "is for a lane that does not exist; the first lane's keys are bare, the others' start with",
				Range: lanePrefixes[1] + " to " + lanePrefixes[MaxLanes-1], Nearest: after})
			continue
		}
		lanes[lane] = append(lanes[lane], s)
	}
	return lanes, errs
}

// inherit returns the settings of a lane that says own beside a first lane. Where
// it swaps the method, the first lane's own knobs are dropped, and so are choices
// that the new method does not have; dropped tells of those that are not defaults.
func inherit(first *reading, own []Setting) (all []Setting, dropped []Notice) {
	bare := first
	if slices.ContainsFunc(own, func(s Setting) bool { return slices.Contains(headKeys, s.Key) }) {
		bare = bareLane(first, own)
	}
	swapped := bare.d.Method != first.d.Method
	noBranch := slices.ContainsFunc(own, func(s Setting) bool { return s.Key == "at" && strings.TrimSpace(s.Value) == "0" })
	for _, s := range first.said {
		key, isThen := strings.CutPrefix(s.Key, thenPrefix)
		switch {
		case says(own, s.Key) || isThen && noBranch:
		case swapped && slices.Contains(first.d.own, key), swapped && decidedByMethod(key) && trySet(bare.d.clone(), key, s.Value) != nil:
			if isThen || first.d.knobs.Lookup(key).Default != s.Value { // whoever says a default has decided nothing
				dropped = append(dropped, Notice{s.Key, s.Value, notTaken(first.d, bare.d, s)})
			}
		default:
			all = append(all, s)
		}
	}
	if isThen := func(s Setting) bool { return strings.HasPrefix(s.Key, thenPrefix) }; !slices.ContainsFunc(all, isThen) && !slices.ContainsFunc(own, isThen) {
		all = slices.DeleteFunc(all, func(s Setting) bool { return s.Key == "at" }) // what was to change was dropped
	}
	return append(all, own...), dropped
}

// notTaken says why a lane, of which bare is read, does not have what the first one says.
func notTaken(first, bare *draft, s Setting) string {
	key := strings.TrimPrefix(s.Key, thenPrefix)
	why := "has no such %s"
	switch {
	case slices.Contains(bare.own, key):
		why = "has a %s of its own"
	case slices.Contains(first.own, key):
		why = "has no %s"
	}
	return fmt.Sprintf("%s "+why+": %s was not taken over from %s.", bare.Method.Title, first.knobs.Lookup(key).Title, s, first.Method.Title)
}

// bareLane reads only those settings of a lane that others depend on.
func bareLane(first *reading, own []Setting) *reading {
	var in []Setting
	for _, s := range first.said {
		if slices.Contains(headKeys, s.Key) && !says(own, s.Key) {
			in = append(in, s)
		}
	}
	for _, s := range own {
		if slices.Contains(headKeys, s.Key) {
			in = append(in, s)
		}
	}
	return read(in)
}

// decidedByMethod reports whether a shared setting's options depend on the method.
func decidedByMethod(key string) bool {
	return key == "gradient" || key == "predictor" || key == "target" || key == "target.negative"
}

func told(notices []Notice, text string) bool {
	return slices.ContainsFunc(notices, func(n Notice) bool { return n.Text == text })
}

func says(settings []Setting, key string) bool {
	return slices.ContainsFunc(settings, func(s Setting) bool { return s.Key == key })
}

// prefixed returns the errors as those of the lane with that prefix.
func (r *reading) prefixed(prefix string) knob.Errors {
	out := make(knob.Errors, len(r.errs))
	for i, e := range r.errs {
		c := *e
		if c.Nearest != "" && r.d.knobs.Lookup(strings.TrimPrefix(c.Key, thenPrefix)) == nil { // a key, and not a value
			c.Nearest = prefix + c.Nearest
		}
		c.Key = prefix + c.Key
		out[i] = &c
	}
	return out
}

// index returns the lane that is the same run as s, or -1.
func (e Experiment) index(s Spec) int {
	q := s.Query()
	return slices.IndexFunc(e.Lanes, func(l Spec) bool { return l.Query() == q })
}

// Override returns the settings of a preset with those that over says in their
// place, as `lab run PRESET key=value` does. A bare method drops the own knobs
// of the preset's method, with a notice.
func Override(preset, over []Setting) ([]Setting, []Notice) {
	lanes, _ := split(preset)
	bare, _ := split(over)
	list := slices.IndexFunc(lanes[0], isList)
	kept := slices.Clone(lanes[0])
	if list >= 0 { // it is one lane's only to be taken apart later
		kept = slices.Delete(kept, list, list+1)
	}
	all, dropped := inherit(read(kept), bare[0])
	if list >= 0 && !says(bare[0], seedKey) {
		all = append(all, lanes[0][list])
	}
	for i, lane := range lanes[1:] {
		for _, s := range lane {
			if s.Key = lanePrefixes[i+1] + s.Key; !says(over, s.Key) {
				all = append(all, s)
			}
		}
	}
	for _, s := range over {
		if !slices.Contains(bare[0], s) {
			all = append(all, s)
		}
	}
	return all, dropped
}
