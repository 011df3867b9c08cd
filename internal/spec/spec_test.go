package spec

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/knob"
)

var update = flag.Bool("update", false, "write the expected defaults anew; only for a set of defaults that is not published")

func settings(t *testing.T, query string) []Setting {
	t.Helper()
	in, err := ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func parse(t *testing.T, query string) Spec {
	t.Helper()
	s, err := Parse(settings(t, query))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

func TestDefault(t *testing.T) {
	s := Default()
	if s.Method != method.SimCLR || s.Data != "fashion-mnist" || s.Batch != 128 || s.Steps != 300 || s.Seed != 1 ||
		s.Encoder != (nn.Encoder{Kind: "conv", Width: 16, Depth: 4}) || s.Projector != (nn.Projector{Depth: 3, Width: 256}) ||
		s.Optim.LR != 0.06 || s.Optim.Momentum != 0.9 || s.Optim.WeightDecay != 1e-4 || s.Target != method.Shared || s.Negative != method.Shared {
		t.Errorf("the default experiment is %+v", s)
	}
	if q := s.Query(); q != "v=1" {
		t.Errorf("the default prints as %q", q)
	}
}

func TestDefaultsResolveInOrder(t *testing.T) {
	for _, c := range []struct{ query, key, want string }{
		{"", "encoder.width", "16"},
		{"encoder=mlp", "encoder.width", "256"},                      // the encoder's
		{"encoder=mlp&encoder.width=32", "encoder.width", "32"},      // what is said
		{"data=emoji", "augment.crop", "0.5"},                        // the image set's
		{"method=byol", "predictor", "mlp"},                          // the method's
		{"method=byol", "target", "momentum"},                        // the paper's comes first
		{"method=byol&target=stopped", "target.negative", "stopped"}, // follows
		{"target.negative=stopped", "target.negative", "stopped"},    // or does not
		{"target=stopped&target.negative=same", "target.negative", "stopped"},
	} {
		if got, ok := parse(t, c.query).Value(c.key); !ok || got != c.want {
			t.Errorf("%q: %s is %q, want %q", c.query, c.key, got, c.want)
		}
	}
	if _, ok := Default().Value("lambda"); ok {
		t.Error("SimCLR has a lambda")
	}
}

// A published set of defaults never changes, or old links change their meaning.
// What is new (a method, an image set) may still be added to it.
func TestDefaultsArePinned(t *testing.T) {
	for v := 1; v <= len(versions); v++ {
		file := fmt.Sprintf("testdata/defaults-v%d.txt", v)
		if *update {
			var b strings.Builder
			for _, lead := range leads() {
				b.WriteString(resolvedDefaults(t, v, lead))
			}
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		pinned, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, lead := range leads() {
			if !strings.Contains("\n"+string(pinned), "\n"+lead+"\n") {
				continue
			}
			seen++
			if now := resolvedDefaults(t, v, lead); !strings.Contains("\n"+string(pinned), "\n"+now) {
				t.Errorf("v=%d: the defaults are no more those of %s; append a new set to versions instead. They are now\n%s", v, file, now)
			}
		}
		if seen == 0 {
			t.Errorf("%s pins nothing", file)
		}
	}
}

// resolvedDefaults lists what one choice makes of the defaults: all of them for
// the default method, else those that differ from it.
func resolvedDefaults(t *testing.T, v int, lead string) string {
	base := parse(t, fmt.Sprintf("v=%d", v)).Resolved()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", lead)
	for _, s := range parse(t, fmt.Sprintf("v=%d&%s", v, lead)).Resolved() {
		if lead == "method=simclr" || !slices.Contains(base, s) {
			fmt.Fprintf(&b, "\t%s\n", s)
		}
	}
	b.WriteString("\n") // so that a longer list does not contain a shorter one
	return b.String()
}

// leads are the choices that other defaults depend on: one at a time, and each
// method with the other encoder.
func leads() []string {
	out := []string{"method=simclr"}
	for _, m := range method.All() {
		if m.Name != "simclr" {
			out = append(out, "method="+m.Name)
		}
		out = append(out, "encoder=mlp&method="+m.Name)
	}
	for _, d := range data.Names() {
		if d.Value != "fashion-mnist" {
			out = append(out, "data="+d.Value)
		}
	}
	return out
}

// Every shared setting's default stands in the numbered set or is the method's
// choice, and not only where the knob is declared, which may change.
func TestNumberedSetIsComplete(t *testing.T) {
	byMethod := []string{"v", "gradient", "target", "target.negative", "predictor", "at"}
	d := Default().draft()
	for v, set := range versions {
		for _, name := range d.knobs.Names() {
			_, ok := set.shared[name]
			if own := slices.Contains(d.own, name) || slices.Contains(byMethod, name); ok == own {
				t.Errorf("v=%d, %s: in the set: %v, decided by the method: %v", v+1, name, ok, own)
			}
		}
		for key := range set.shared {
			if d.knobs.Lookup(key) == nil {
				t.Errorf("v=%d has a default for %s, which does not exist", v+1, key)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string // parts of each error, in order: key|words
	}{
		{"lrr=0.1", []string{"lrr|0.1 is given to an unknown setting|nearest is lr"}},
		{"method=siamclr", []string{`method|"siamclr" is not one of|simclr|nearest is simclr`}},
		{"steps=1e9", []string{"steps|1e9 is outside 1..100000|nearest is 100000"}},
		{"steps=2.5", []string{"steps|2.5 is not a whole number in 1..100000|nearest is 3"}},
		{"lr=fast", []string{`lr|"fast" is not a number in 0..100`}},
		{"seed=-1", []string{"seed|-1 is not a whole number in 0..18446744073709551615"}},
		{"v=2", []string{"v|2 is from a newer Gradlab; this one knows 1|nearest is 1"}},
		{"v=0", []string{"v|0 is outside 1..1|nearest is 1"}},
		{"batch=1", []string{"batch|1 is outside 2..4096|nearest is 2"}},
		{"batch=2000&data=emoji", []string{"batch|2000 is more than data=emoji has: 2..1589|nearest is 1589"}},
		{"warmup=400", []string{"warmup|400 is longer than steps=300|nearest is 300"}},
		{"lr=1&lr=2", []string{"lr|2 comes after another value of the same setting: 1"}},
		{"lambda=0", []string{"lambda|0 is not a setting of method=simclr; it belongs to|barlow"}},
		{"predictor=mlp", []string{`predictor|"mlp" does not go with method=simclr, which takes none|nearest is none`}},
		{"method=byol&target.negative=stopped", []string{`target.negative|"stopped" does not go with method=byol`}},
		{"method=byol&gradient=closed", []string{`gradient|"closed" does not go with method=byol and predictor=mlp, which take loss`}},
		{"gradient=closed", []string{`gradient|"closed" does not go with method=simclr`}},
		{"at=20", []string{"at|20 changes nothing without a setting under then."}},
		{"then.lr=1", []string{"then.lr|1 needs the step from which it is in force: at=1..299"}},
		{"at=300&then.lr=1", []string{"at|300 is not before the end of steps=300|nearest is 299"}},
		{"at=20&then.batch=64", []string{"then.batch|64 cannot change in the middle of a run; what can is|lr"}},
		{"at=20&then.lrr=1", []string{"then.lrr|nearest is then.lr"}},
		{"at=20&then.lr=x", []string{`then.lr|"x" is not a number`}},
		{"method=byol&gradient=closed&predictor=linear&at=9&then.predictor=mlp", []string{`then.gradient|"closed" does not go with method=byol and predictor=mlp`}},
		{"b.lrr=1", []string{"b.lrr|nearest is b.lr"}},
		{"b.target=momentun", []string{"b.target|nearest is momentum"}},
		{"g.lr=1", []string{"g.lr|is for a lane that does not exist|b. to f.|nearest is lr"}},
		{"a.lr=1", []string{"a.lr|bare"}},
		{"b.v=1", []string{"b.v|belongs to the whole link"}},
		{"lr=x&b.lr=y&b.steps=0&batch=1", []string{"lr|", "batch|", "b.lr|", "b.steps|"}}, // all at once
		{"warmup=301&b.lr=1&c.lr=2", []string{"warmup|"}},                                 // and each once
		{"lr=" + strings.Repeat("9", 300), []string{"lr|is too long"}},
	} {
		_, _, err := ParseExperiment(settings(t, c.query))
		errs, _ := err.(knob.Errors)
		if len(errs) != len(c.want) {
			t.Errorf("%s: %d errors, want %d: %v", c.query, len(errs), len(c.want), err)
			continue
		}
		for i, e := range errs {
			key, words, _ := strings.Cut(c.want[i], "|")
			if e.Key != key {
				t.Errorf("%s: error %d is about %s, want %s", c.query, i, e.Key, key)
			}
			for word := range strings.SplitSeq(words, "|") {
				if !strings.Contains(e.Error(), word) {
					t.Errorf("%s: %q does not say %q", c.query, e, word)
				}
			}
		}
	}
}

func TestTooManySettings(t *testing.T) {
	in := make([]Setting, MaxSettings+100)
	for i := range in {
		in[i] = Setting{fmt.Sprintf("x%d", i), "1"}
	}
	_, _, err := ParseExperiment(in)
	errs, _ := err.(knob.Errors)
	if len(errs) != MaxSettings+1 || errs[0].Key != "x400" || !strings.Contains(errs[0].Error(), "the first of 100 settings too many") {
		t.Errorf("%d errors, the first is %v", len(errs), errs[0])
	}
}

func TestParseQueryRefusesWhatIsNoQuery(t *testing.T) {
	for query, want := range map[string]string{
		"lr":                          "key=value",
		"=3":                          "key=value",
		"lr=%zz":                      "percent-encoding",
		strings.Repeat("x=1&", 10000): "at most 8192",
	} {
		if _, err := ParseQuery(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %v, want it to say %s", query, err, want)
		}
	}
	in, err := ParseQuery("?lr=1e%2D1&&b%2elr=+2")
	if err != nil || !reflect.DeepEqual(in, []Setting{{"lr", "1e-1"}, {"b.lr", " 2"}}) {
		t.Errorf("%v, %v", in, err)
	}
}

// Settings without effect do not make another run of the same thing.
func TestSettingsWithoutEffect(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"predictor.width=128", "v=1"},
		{"projector.width=64&projector.depth=0", "projector.depth=0&v=1"},
		{"momentum=0.5", "v=1"},
		{"momentum=0.5&method=byol", "method=byol&momentum=0.5&v=1"},
		{"momentum=0.5&at=9&then.target=momentum", "at=9&momentum=0.5&then.target=momentum&v=1"},
		{"at=9&then.lr=0.06", "v=1"},
		{"at=0", "v=1"},
		{"lr=6e-2&steps=3e2&seed=+1", "v=1"},
	} {
		c.query = strings.ReplaceAll(c.query, "+", "%20")
		if got := parse(t, c.query).Query(); got != c.want {
			t.Errorf("%s prints as %s, want %s", c.query, got, c.want)
		}
	}
}

func TestBranch(t *testing.T) {
	s := parse(t, "method=byol&at=200&then.predictor=none&then.target=stopped")
	b, ok := s.Branch()
	if !ok || b.Predictor.Kind != "none" || b.Target != method.Stopped || b.Negative != method.Stopped || b.At != 0 || b.Then != nil {
		t.Errorf("the branch is %+v", b)
	}
	if s.Predictor.Kind != "mlp" || s.Target != method.Momentum {
		t.Error("taking the branch has changed the run")
	}
	if b.Query() != "method=byol&predictor=none&target=stopped&v=1" {
		t.Errorf("the branch prints as %s", b.Query())
	}
	if _, ok := Default().Branch(); ok {
		t.Error("the default run branches")
	}
}

func TestKnobsAreAForm(t *testing.T) {
	s := parse(t, "method=byol&lr=0.1")
	form := s.Knobs()
	for _, k := range form.All() {
		if k.Group == "" || !slices.Contains(Groups(), k.Group) || k.Title == k.Name || k.Doc == "" {
			t.Errorf("%s has a gap: group %q, title %q, doc %q", k.Name, k.Group, k.Title, k.Doc)
		}
	}
	if k := form.Lookup("lr"); k.Value() != "0.1" || k.Default != "0.06" {
		t.Errorf("lr: value %s, default %s", k.Value(), k.Default)
	}
	if k := form.Lookup("method"); k.Value() != "byol" || len(k.Options) != len(method.All()) {
		t.Errorf("method: value %s, %d options", k.Value(), len(k.Options))
	}
	if err := form.Set("lr", "0.2"); err != nil {
		t.Fatal(err)
	}
	if s.Optim.LR != 0.1 {
		t.Error("setting the form has changed the run")
	}
}

func TestObjectiveHasItsKnobs(t *testing.T) {
	for _, m := range method.All() {
		o := parse(t, "method="+m.Name).Objective()
		for _, g := range m.Gradients {
			if (o.Sides[g.Name] == nil) != (g.Of != "") {
				t.Errorf("%s: a gradient %s of %q, and its side is there: %v", m.Name, g.Name, g.Of, o.Sides[g.Name] != nil)
			}
		}
	}
}
