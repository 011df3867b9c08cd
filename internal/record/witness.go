package record

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Witness is what a link says about a run that has ended: its curve hash, and
// checks of how the hash grew. Whoever runs the link again compares, and learns
// whether the curve is the same and otherwise about where it first was another.
//
// A check is ten bits of the hash of the first n steps. Since that covers every
// step before it, checks agree up to the first difference and, one in a thousand
// aside, at none behind it. There are checks after each of the first 16 steps,
// where another machine class or engine shows, and at 48 more or fewer, evenly
// spread; between two of them a witness cannot tell one step from another.
type Witness struct {
	Engine int    // engine.Version that computed the run
	Class  string // machine class that computed it: "fma", "plain"
	Done   int    // how many records it has
	Hash   string // the first HashDigits digits of its curve hash
	checks string // two characters each
}

// HashDigits is how much of a curve hash a witness holds: 64 bits.
const HashDigits = 16

// maxDone bounds a witness's steps; spec allows as many.
const maxDone = 100_000

// checked returns after how many steps there are checks, rising, up to done.
func checked(done int) []int {
	const dense, even = 16, 48
	var at []int
	for n := 1; n <= min(dense, done); n++ {
		at = append(at, n)
	}
	for i := 1; i <= even; i++ {
		if n := i * done / even; n > dense {
			at = append(at, n)
		}
	}
	return slices.Compact(at)
}

// trail returns the checks of as many of the places as there are steps for.
func trail(s Schema, steps []Step, places []int) string {
	var b strings.Builder
	h := NewHash(s)
	for _, step := range steps {
		h.Add(step)
		if len(places) > 0 && h.n == places[0] {
			bits, _ := strconv.ParseUint(h.Sum()[:3], 16, 16) // twelve bits, of which ten are kept
			b.WriteByte(Digits[bits>>7])
			b.WriteByte(Digits[bits>>2&31])
			places = places[1:]
		}
	}
	return b.String()
}

// NewWitness returns the witness of a run's records.
func NewWitness(engine int, class string, s Schema, steps []Step) Witness {
	h := NewHash(s)
	for _, step := range steps {
		h.Add(step)
	}
	return Witness{engine, class, len(steps), h.Sum()[:HashDigits], trail(s, steps, checked(len(steps)))}
}

// String prints the witness for a link: engine, class, steps, hash and checks, with
// hyphens between them. ParseWitness is its inverse.
func (w Witness) String() string {
	text := fmt.Sprintf("%d-%s-%d-%s", w.Engine, w.Class, w.Done, w.Hash)
	if w.checks != "" {
		text += "-" + w.checks
	}
	return text
}

// Short returns the witness without checks: it tells whether a curve is the same, and
// not from where on it is another.
func (w Witness) Short() Witness {
	w.checks = ""
	return w
}

// ParseWitness reads what String printed. The checks may be missing, and a hash may
// be a whole one.
func ParseWitness(text string) (Witness, error) {
	parts := strings.Split(text, "-")
	if len(parts) == 4 {
		parts = append(parts, "")
	}
	if len(parts) != 5 {
		return Witness{}, fmt.Errorf("it has %d parts where engine, class, steps, hash and checks stand with hyphens between them", len(parts))
	}
	w := Witness{Class: parts[1], Hash: strings.ToLower(parts[3]), checks: strings.ToLower(parts[4])}
	var err1, err2 error
	w.Engine, err1 = strconv.Atoi(parts[0])
	w.Done, err2 = strconv.Atoi(parts[2])
	switch {
	case err1 != nil || w.Engine < 1 || w.Engine > 1000:
		return Witness{}, fmt.Errorf("its engine %.10q is not a whole number from 1 to 1000", parts[0])
	case w.Class == "" || len(w.Class) > 16 || strings.Trim(w.Class, "abcdefghijklmnopqrstuvwxyz0123456789") != "":
		return Witness{}, fmt.Errorf("its class %.20q is not a word of at most 16 small letters and digits", w.Class)
	case err2 != nil || w.Done < 1 || w.Done > maxDone:
		return Witness{}, fmt.Errorf("its steps %.10q are not a whole number from 1 to %d", parts[2], maxDone)
	case len(w.Hash) < HashDigits || len(w.Hash) > 64 || strings.Trim(w.Hash, "0123456789abcdef") != "":
		return Witness{}, fmt.Errorf("its hash %.70q is not of %d to 64 hexadecimal digits", parts[3], HashDigits)
	case w.checks != "" && len(w.checks) != 2*len(checked(w.Done)) || strings.Trim(w.checks, Digits) != "":
		return Witness{}, fmt.Errorf("its checks are not two characters for each of %d places", len(checked(w.Done)))
	}
	w.Hash = w.Hash[:HashDigits]
	return w, nil
}

// A Verdict is what comparing records with a witness says.
type Verdict struct {
	Steps int  // how many of the records could be compared; 0: none
	Same  bool // all of these agree; where Whole is set too, the curve is the same, bit for bit
	Whole bool // the records are as many as the witness speaks of, so that the hash counts

	// Where the records differ: the first difference is after the first After steps
	// and among the first Within. Within is 0 where the witness cannot tell, since
	// it has no checks or all of them agree.
	After, Within int
}

// Compare compares a run's records, as many as there are, with the witness.
func (w Witness) Compare(s Schema, steps []Step) Verdict {
	steps = steps[:min(len(steps), w.Done+1)]
	v := Verdict{Whole: len(steps) == w.Done, Same: true}
	places := checked(w.Done)
	got := trail(s, steps, places)
	for i := range min(len(got), len(w.checks)) / 2 {
		v.Steps = places[i]
		if got[2*i:2*i+2] != w.checks[2*i:2*i+2] {
			v.Same, v.Within = false, places[i]
			return v
		}
		v.After = places[i]
	}
	if v.Whole {
		v.Steps = w.Done
		v.Same = NewWitness(w.Engine, w.Class, s, steps).Hash == w.Hash
		return v
	}
	if len(steps) > w.Done { // the run goes on where the other had ended
		v.Same, v.Steps, v.Within = false, w.Done+1, 0
		if w.checks != "" {
			v.Within = w.Done + 1
		}
	}
	return v
}
