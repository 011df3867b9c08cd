package spec

import (
	"slices"
	"strconv"
	"strings"
)

// Settings returns the shortest form that reads back as e, sorted by key.
func (e Experiment) Settings() []Setting {
	if len(e.Lanes) == 0 {
		return nil
	}
	out := e.Lanes[0].Settings()
	first := read(out)
	for i, lane := range e.Lanes[1:] {
		for _, s := range lane.beside(first) {
			out = append(out, Setting{lanePrefixes[i+1] + s.Key, s.Value})
		}
	}
	return sorted(out)
}

// Query returns Settings as the query of a link.
func (e Experiment) Query() string { return query(e.Settings()) }

// beside returns the least that a lane must say that is s, beside a first lane.
//
// It goes through the settings in the order in which they depend on each other
// and says each that the lane would not have yet by inheritance; then it takes
// back what a later one has made superfluous.
func (s Spec) beside(first *reading) []Setting {
	want := &reading{d: s.draft()}
	want.readBranch(s.Settings())
	inherited := func(own []Setting) *reading {
		all, _ := inherit(first, own)
		return read(all)
	}

	var own []Setting
	have := inherited(own)
	say := func(key, value string) {
		own = append(own, Setting{key, value})
		have = inherited(own)
	}
	for _, key := range slices.Concat([]string{"data", "encoder", "method"}, want.d.knobs.Names()) {
		if key == "v" || key == "at" || want.isIdle(key) {
			continue
		}
		if have.d.knobs.Lookup(key) == nil || have.d.value(key) != want.d.value(key) {
			say(key, want.d.value(key))
		}
	}
	if have.spec().At != s.At {
		say("at", strconv.Itoa(s.At))
	}
	if s.At > 0 {
		for _, k := range want.b.knobs.All() {
			if k.Live && !want.isIdle(k.Name) && (have.b == nil || have.b.value(k.Name) != want.b.value(k.Name)) {
				say(thenPrefix+k.Name, want.b.value(k.Name))
			}
		}
	}
	for len(have.errs) > 0 && !says(own, have.errs[0].Key) { // what is inherited does not go with what is said; reading mended it as s has it
		if key, isThen := strings.CutPrefix(have.errs[0].Key, thenPrefix); isThen {
			say(thenPrefix+key, want.b.value(key))
		} else {
			say(key, want.d.value(key))
		}
	}

	whole := s.Query()
	for before := -1; before != len(own); { // what is taken back may have been all that needed another: at= stands for nothing beside then.steps= alone
		before = len(own)
		for i := 0; i < len(own) && len(own) > 1; { // it must say something
			less := slices.Delete(slices.Clone(own), i, i+1)
			if r := inherited(less); len(r.errs)+len(r.foreign) == 0 && r.spec().Query() == whole {
				own = less
			} else {
				i++
			}
		}
	}
	return own
}
