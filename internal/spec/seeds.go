package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/knob"
)

// seedKey is the setting that may be a list: it tells repetitions of a run apart.
const seedKey = "seed"

// Kin says what a run is but for its seed: runs with the same kin are repetitions
// of each other.
func (s Spec) Kin() string {
	s.Seed = 0
	return s.Query()
}

// Groups returns the numbers of the lanes, those of one kin together; groups and what
// is in them stand in the order of the lanes.
func (e Experiment) Groups() [][]int {
	var groups [][]int
	at := map[string]int{}
	for i, s := range e.Lanes {
		kin := s.Kin()
		g, known := at[kin]
		if !known {
			g = len(groups)
			at[kin], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// Span names lanes by their letters: "A–C" where they stand beside each other, "A, C"
// where they do not. letters are those of all lanes.
func Span(letters []string, lanes []int) string {
	if n := len(lanes); n > 1 && lanes[n-1]-lanes[0] == n-1 {
		return letters[lanes[0]] + "–" + letters[lanes[n-1]]
	}
	var names []string
	for _, i := range lanes {
		names = append(names, letters[i])
	}
	return strings.Join(names, ", ")
}

// WithSeeds returns the experiment with n seeds of each kin: those that it has, in
// their order, and then the next numbers that it has not. It is the caller's to
// ask for no more lanes than MaxLanes.
func (e Experiment) WithSeeds(n int) Experiment {
	var out Experiment
	for _, g := range e.Groups() {
		var seeds []uint64
		for _, i := range g[:min(n, len(g))] {
			seeds = append(seeds, e.Lanes[i].Seed)
		}
		for next := seeds[0]; len(seeds) < n; {
			if next++; !slices.Contains(seeds, next) {
				seeds = append(seeds, next)
			}
		}
		for _, seed := range seeds {
			s := e.Lanes[g[0]]
			s.Seed = seed
			out.Lanes = append(out.Lanes, s)
		}
	}
	return out
}

// Values takes a list apart: a,b, or a range of whole numbers 1..5, or lists that hold
// ranges. The errors say of the setting what is no list, and where it has more than
// most values; what takes them, such as "a sweep", is named in them.
func Values(s Setting, most int, what string) (values []string, errs knob.Errors) {
	for part := range strings.SplitSeq(s.Value, ",") {
		list, err := span(s.Key, part, most, what)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, v := range list {
			if slices.Contains(values, v) {
				errs = append(errs, &knob.Error{Key: s.Key, Value: v, Problem: "stands twice in", Range: s.Value})
				break
			}
			values = append(values, v)
		}
	}
	return values, errs
}

// span returns the values of one part of a list: itself, or the numbers of a range.
func span(key, part string, most int, what string) ([]string, *knob.Error) {
	from, to, isRange := strings.Cut(part, "..")
	if !isRange {
		return []string{part}, nil
	}
	a, errA := strconv.ParseInt(from, 10, 64)
	b, errB := strconv.ParseInt(to, 10, 64)
	if errA != nil || errB != nil || b < a {
		return nil, &knob.Error{Key: key, Value: part, Problem: "is not a range of whole numbers, the smaller one first, such as", Range: "1..5"}
	}
	if uint64(b)-uint64(a) >= uint64(most) {
		return nil, &knob.Error{Key: key, Value: part, Problem: "is too long; " + what + " has", Range: fmt.Sprintf("1..%d runs", most)}
	}
	var values []string
	for v := a; ; v++ {
		if values = append(values, strconv.FormatInt(v, 10)); v == b {
			return values, nil
		}
	}
}

// isList reports whether a seed is said as a list or a range.
func isList(s Setting) bool {
	return s.Key == seedKey && (strings.Contains(s.Value, ",") || strings.Contains(s.Value, ".."))
}

// seedLists takes the lists out of what the lanes say: each lane then says the first seed
// of its list, and seeds has the list, nil where a lane has one seed. A lane that says
// none has the first lane's. What would be more runs than an experiment has is cut, in
// all lists to the same length.
func seedLists(lanes *[MaxLanes][]Setting) (seeds [MaxLanes][]string, errs knob.Errors) {
	longest := 0
	for i, own := range lanes {
		at := slices.IndexFunc(own, isList)
		if at < 0 {
			if i > 0 && len(own) > 0 && !says(own, seedKey) {
				seeds[i] = seeds[0]
			}
			continue
		}
		said := own[at]
		list, wrong := Values(said, MaxLanes, "an experiment")
		for _, err := range wrong {
			err.Key = lanePrefixes[i] + err.Key
		}
		errs = append(errs, wrong...)
		if len(list) == 0 {
			list = []string{Default().draft().value(seedKey)}
		}
		lanes[i] = slices.Clone(own)
		lanes[i][at].Value = list[0]
		if len(list) > 1 {
			seeds[i] = list
		}
		if len(list) > len(seeds[longest]) {
			longest = i
		}
	}
	runs := func(most int) (n int) {
		for i, own := range lanes {
			if i == 0 || len(own) > 0 {
				n += max(1, min(most, len(seeds[i])))
			}
		}
		return n
	}
	all := runs(MaxSettings)
	if all <= MaxLanes {
		return seeds, errs
	}
	fit := MaxLanes
	for runs(fit) > MaxLanes {
		fit--
	}
	errs = append(errs, &knob.Error{Key: lanePrefixes[longest] + seedKey, Value: strings.Join(seeds[longest], ","),
		Problem: fmt.Sprintf("makes %d runs of this experiment, which has", all), Range: fmt.Sprintf("1..%d", MaxLanes),
		Nearest: strings.Join(seeds[longest][:min(fit, len(seeds[longest]))], ",")})
	for i := range seeds {
		seeds[i] = seeds[i][:min(fit, len(seeds[i]))]
	}
	return seeds, errs
}
