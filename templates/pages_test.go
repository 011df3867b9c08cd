package templates

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"gradlab/internal/finding"
	"gradlab/internal/knob"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var assets = Assets{Style: "/static/style.css", Theme: "/static/theme.js", Home: "/static/home.js", Lab: "/static/lab.js", Probe: "/static/probe.js", Inside: "/static/inside.js", Share: "/static/share.js", Sweep: "/static/sweep.js", Typeface: "/static/inter.woff2"}

// cannedForm is made from knobs as spec declares them.
func cannedForm() Form {
	var c struct {
		target   string
		lr, tau  float64
		depth, k int
		seed     uint64
	}
	var s knob.Set
	s.Float(&c.tau, "tau", 0.2, 0.01, 10, "Temperature.").Titled("Temperature").Logarithmic().FromPaper("0.5").By("SimCLR <of some>").Under("method")
	s.Choice(&c.target, "target", "shared", []knob.Option{
		{Value: "shared", Title: "Shared weights", Doc: "The gradient flows back."},
		{Value: "stopped", Title: "Stopped", Doc: "It does not."},
	}, "Where positives come from.").Titled("Target").Under("gradient")
	s.Int(&c.depth, "projector.depth", 3, 0, 8, "Layers.").Titled("Projector depth").In("layers").FromPaper("3").Under("network")
	s.Float(&c.lr, "lr", 0.06, 0, 10, "Learning rate.").Titled("Learning rate").Logarithmic().Under("training")
	s.Seed(&c.seed, "seed", 1, "Decides all draws.").Titled("Seed").Under("training")
	s.Int(&c.k, "probe.knn", 50, 0, 1000, "How often.").Under("measurement")
	return Form{
		Prefix:   "b.",
		Others:   []Setting{{Key: "method", Value: "simclr"}},
		Shortest: []Setting{{Key: "lr", Value: "0.1"}},
		Families: []Family{
			{Title: "Contrastive", Methods: []MethodOption{{Name: "simclr", Title: "SimCLR", Doc: "Asks for the partner.", Chosen: true, URL: "/lab?method=simclr"}}},
			{Title: "Asymmetric", Methods: []MethodOption{{Name: "byol", Title: "BYOL", URL: "/lab?method=byol"}}},
		},
		Groups: Groups(&s, []string{"tau"}, map[string]string{"lr": "99 is outside 0..10; the nearest is 10."},
			func(key string) string {
				return map[string]string{"projector.depth": "Has no effect here."}[key]
			}, 256),
	}
}

func cannedLab() Lab {
	return Lab{
		Page:    Page{Title: "SimCLR on shapes", Description: "A <canned> page.", Canonical: "/lab?v=1", Assets: assets},
		Title:   "SimCLR on shapes",
		Notices: []Notice{{Key: "lrr", Text: "is unknown; the closest is lr"}, {Key: "b.lr", Text: "is at the field"}},
		Lanes: []Lane{
			{
				Letter: "A", Title: "SimCLR", Query: "v=1", Alone: "/lab?v=1", Without: "/lab?lr=0.1&v=1", Settings: []Setting{{Key: "v", Value: "1"}}, Resolved: []Setting{{Key: "lr", Value: "0.06"}},
				Run: &Run{
					ID: "0123456789AB", URL: "/runs/0123456789AB", State: "diverged", Reason: "diverged at step 40: the loss is not a number", Causes: []string{"The learning rate."},
					Done: 41, Steps: 300, CurveHash: "abcd",
					Figures: []ServerPicture{{Name: "loss", Title: "Loss", SVG: "/runs/0123456789AB/figures/loss.svg", Dark: "/runs/0123456789AB/figures/loss.svg?theme=dark", Summary: "Falls.", Files: []Link{{"SVG", "/runs/0123456789AB/figures/loss.svg"}, {"CSV", "/runs/0123456789AB/figures/loss.csv"}}}},
				},
				Table: Table{Columns: []string{"step", "loss"}, Rows: [][]string{{"0", "5.4"}, {"40", "3.1"}}},
			},
			{
				Letter: "B", Group: 1, Title: "SimCLR", Query: "lr=0.1&v=1", Alone: "/lab?lr=0.1&v=1", Without: "/lab?v=1", Chips: []Chip{{Key: "lr", Title: "Learning rate", Value: "0.1"}},
				Run: &Run{ID: "CDEFGHJKMNPQ", URL: "/runs/CDEFGHJKMNPQ", State: "running", Done: 12, Steps: 300, Finding: finding.Collapse(0.95, 40, 0.2), Residual: "3.1e-07", Pinned: true, Earlier: "It was so.",
					Extend: &Extend{More: 500, Most: 99700, Rate: "1.6e-06", Before: "0.06"}},
			},
		},
		Form: cannedForm(),
		Method: Method{
			Name: "simclr", Title: "SimCLR", Essay: "SimCLR asks for the partner.\n\n\tl = -log p\n\nAnd <so> on.", Source: "simclr.go",
			References: []Reference{{Text: "Chen et al., ICML 2020", URL: "https://arxiv.org/abs/2002.05709", Where: "equation 1"}},
			Loss:       "x",
			Terms: []Term{
				{Name: "positive", Role: "positive", TeX: "-p", Doc: "Pulls."}, {Name: "negative", Role: "negative", TeX: "+n", Doc: "Pushes."},
				{Name: "variance", Role: "own", TeX: "+v", Doc: "Spreads."},
			},
			Gradient: Gradient{Name: "loss", Title: "The loss", Doc: "Exact.", TeX: `d = p + n, \quad n = 1`, Kind: "exact"},
		},
		Diagram: Diagram{Encoder: "conv 16", Projector: "3 × 256", Predictor: "mlp 64", Target: "momentum", Negative: "shared", Momentum: "0.99"},
		Switches: []Switch{{
			Name: "stop", Title: "stop-gradient", Key: "target", Field: "b.target", Rest: []Setting{{Key: "b.lr", Value: "0.1"}},
			Options: []SwitchOption{{Value: "momentum", Title: "on", Chosen: true}, {Value: "shared", Title: "off", Doc: "It flows."}},
		}},
		Stages: []Stage{
			{Name: "views", Title: "Two views", Text: "Each image is drawn <twice>.", Shape: "x₁, x₂: 8 × 28 × 28 × 1"},
			{Name: "positive", Title: "Positive gradient", Text: "What pulls.", Numbers: []StageNumber{{Field: "positive_norm", Label: "length", Sign: "positive"}}},
		},
		Cost:    Cost{Seconds: 20, Memory: 64 << 20, Position: 2},
		Address: "/lab?b.lr=0.1&v=1",
		Share:   cannedShare(),
		Story:   &Story{Title: "A story", Claim: "Something holds.", Look: "The norms.", Expect: "It held, <once>.", On: "Shapes; 2 seeds", URL: "/experiments/first", Figures: []Part{{"chart-positive_norm", "Norms"}, {"chart-sphere", "Embedding sphere"}}},
		Figures: []Figure{
			{Name: "sphere", Title: "Embedding sphere", Frame: "sphere"},
			{Name: "norms", Title: "Norms", Panels: movingPanels[:1]},
			{Name: "loss", Title: "Loss", Panels: []Panel{{Title: "Loss", Lines: []Line{{Field: "loss"}}}}},
			{Name: "residual", Title: "Residual", Panels: []Panel{{Title: "Residual", Log: true, Lines: []Line{{Field: "residual"}}}}},
			{Name: "correlation", Title: "Correlation of the two views", Frame: "correlation"},
			{Name: "spectrum", Title: "Spectrum", Frame: "spectrum", Panels: []Panel{{Title: "Spectrum", Axis: "direction", Lines: []Line{{Field: "spectrum"}}}}},
			{Name: "equivalence", Title: "Every method on this batch", Frame: "equivalence", Labelled: true},
		},
	}
}

// cannedStory is the page of a preset: some figures in an order of their own.
func cannedStory() Lab {
	v := cannedLab()
	v.Page.Title, v.Address, v.Notices = "A story", "/experiments/first", nil
	v.Lesson = Lesson{Show: []string{"residual", "correlation", "norms", "sphere"}, Told: true}
	return v
}

func cannedShare() Share {
	return Share{
		Link: "http://localhost/lab?v=1&hash=2-fma-41-0123456789abcdef", Presents: "http://localhost/lab?v=1&theme=projector", Longest: 1500, Hash: "2-fma-41-0123456789abcdef",
		Command: "lab run v=1", Embed: "http://localhost/embed?v=1", Lessons: true, Settings: []Setting{{Key: "v", Value: "1"}, {Key: "b.lr", Value: "0.1"}},
		Panels: []Part{{"norms", "Norms"}, {"story", "Story"}}, Knobs: []Part{{"method", "Method"}, {"lr", "Learning rate"}},
		Citations: []Citation{{Letter: "A", URL: "/runs/0123456789AB", Text: "Gradlab: run A.", BibTeX: "@software{a}"}},
	}
}

// cannedLesson is the lab with things hidden and locked.
func cannedLesson() Lab {
	v := cannedLab()
	v.Lesson = Lesson{Hide: []string{"story", "formula", "seed", "branch"}, Lock: []string{"all", "-tau"}, Query: "hide=story,formula,seed,branch&lock=all,-tau"}
	v.Share.Lesson = v.Lesson
	v.Lanes[0].Verdict = &Verdict{Kind: "same", Text: "Reproduced."}
	v.Lanes[1].Verdict = &Verdict{Kind: "differs", Text: "First differs at step 3.", More: "Another class."}
	v.Lanes[1].Run.Foreign = "Computed elsewhere."
	return v
}

func cannedEmbed() Lab {
	v := cannedLab()
	v.Lesson = Lesson{Show: []string{"norms", "formula"}, Hide: []string{"run"}, Embed: true, Theme: "dark", Query: "hide=run&show=norms,formula&theme=dark"}
	v.Page.Theme = "dark"
	return v
}

func pages() map[string]templ.Component {
	card := Card{Title: "A <story>", Claim: "Something holds.", Look: "The norms.", URL: "/experiments/first", Lab: "/lab?v=1", Lanes: []string{"SimCLR", "BYOL"}}
	return map[string]templ.Component{
		"lab":    LabPage(cannedLab()),
		"lesson": LabPage(cannedLesson()),
		"embed":  EmbedPage(cannedEmbed()),
		"seeds":  LabPage(cannedSeeds()),
		"sweep":  SweepPage(cannedSweep()),
		"sweep-refused": SweepPage(SweepDoc{
			Page: Page{Title: "Sweep", Assets: assets}, Text: "lr=x", Problems: []string{"lr: \"x\" is <no> number"}, Metrics: []Choice{{Value: "loss", Title: "Loss"}},
			Examples: []SweepExample{{Title: "The temperature", Text: "tau=0.1,1", URL: "/sweep?tau=0.1,1"}},
		}),
		"short": ShortPage(Short{Page: Page{Title: "Short", Assets: assets}, Link: "http://localhost/s/0123456", Host: "localhost", Path: "/s/0123456", QR: "/s/0123456/qr.svg", Target: "/lab?v=1#step=3"}),
		"home": HomePage(Home{
			Page: Page{Assets: assets}, Experiments: []Card{card}, Methods: []MethodOption{{Title: "SimCLR", Doc: "Asks.", URL: "/lab"}},
			Moving: &Moving{Title: "SimCLR on shapes", Text: "Look.", URL: "/lab?v=1", Records: "/recorded.ndjson", Figure: "/recorded.svg", Steps: 300},
		}),
		"experiments":   ExperimentsPage(Experiments{Page: Page{Title: "Experiments", Assets: assets}, Chapters: []Chapter{{Title: "What pulls", Cards: []Card{card, card}}, {Title: "What <pushes>", Cards: []Card{card}}}}),
		"experiment":    ExperimentPage(Experiment{Lab: cannedStory(), Whole: "/lab?v=1", Others: []Card{card}, Seeds: &SeedChoice{Count: 3, URL: "/lab?c.seed=2&v=1"}}),
		"probe":         ProbePage(cannedProbe(nil, &cannedResult)),
		"probe-refused": ProbePage(cannedProbe([]string{"tau: \"1\" is given without a method."}, nil)),
		"credits":       CreditsPage(Credits{Page: Page{Title: "Credits", Assets: assets}, Items: []Credit{{Title: "Inter", Text: "A typeface.", Licence: "OFL", URL: "https://rsms.me/inter", Full: "Text."}}}),
		"error":         ErrorPage(Error{Page: Page{Title: "No such run", Assets: assets}, Status: 404, Title: "No such run", Message: "There is none.", Links: []Link{{Title: "Lab", URL: "/lab"}}}),
	}
}

// render prints a page with one tag a line, so that a difference can be read.
func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "<", "\n<")) + "\n"
}

func TestGoldenPages(t *testing.T) {
	for name, c := range pages() {
		t.Run(name, func(t *testing.T) {
			golden(t, name, c)
		})
	}
}

// golden compares a component with its file in testdata, or writes that.
func golden(t *testing.T, name string, c templ.Component) {
	t.Helper()
	got := render(t, c)
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n"); !slices.Equal(g, w) {
		for i := range max(len(g), len(w)) {
			if i >= len(g) || i >= len(w) || g[i] != w[i] {
				t.Fatalf("%s differs from line %d on (go test ./templates -update, and look at it):\ngot  %s\nwant %s", file, i+1, line(g, i), line(w, i))
			}
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

var (
	inline    = regexp.MustCompile(`<[^>]*\s(?:style|on[a-z]+)=`)
	script    = regexp.MustCompile(`<script([^>]*)>([^<]*)`)
	id        = regexp.MustCompile(`\sid="([^"]*)"`)
	reference = regexp.MustCompile(`\s(?:for|form|aria-labelledby|aria-describedby|popovertarget|data-copy)="([^"]*)"`)
	fragment  = regexp.MustCompile(`href="#([^"]*)"`)
)

// A strict content security policy allows no inline style and no inline script.
func TestPagesAreStrict(t *testing.T) {
	for name, c := range withGallery(pages()) {
		page := render(t, c)
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s: %s", name, found)
		}
		for _, m := range script.FindAllStringSubmatch(page, -1) {
			if !strings.Contains(m[1], "src=") || strings.TrimSpace(m[2]) != "" {
				t.Errorf("%s: inline script %s", name, m[0])
			}
		}
	}
}

// Names are unique, and what refers to a name finds it.
func TestReferencesWithinAPage(t *testing.T) {
	for name, c := range withGallery(pages()) {
		page := render(t, c)
		ids := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: id %s twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range slices.Concat(reference.FindAllStringSubmatch(page, -1), fragment.FindAllStringSubmatch(page, -1)) {
			for _, to := range strings.Fields(m[1]) {
				if !ids[to] {
					t.Errorf("%s: %s refers to nothing", name, strings.TrimSpace(m[0]))
				}
			}
		}
	}
}

// A form that is sent without script says everything that is on the page.
func TestFormsHoldAllSettings(t *testing.T) {
	page := render(t, LabPage(cannedLab()))
	for _, want := range []string{
		`name="method" value="simclr"`,    // of the other lane, hidden
		`name="b.lr" value="0.1"`,         // of this lane, hidden in the method chooser
		`name="b.tau" value="0.2"`,        // a field
		`name="b.seed" value="1"`,         //
		`<option value="shared" selected`, //
		`99 is outside 0..10; the nearest is 10.`,
		`x1="56.63%"`, // the paper's temperature on a logarithmic slider
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// What a lesson hides is not there, and what it locks sends its value all the same.
func TestLessonHoldsWithoutScript(t *testing.T) {
	page := render(t, LabPage(cannedLesson()))
	for _, want := range []string{
		`name="hide" value="story,formula,seed,branch"`, `name="lock" value="all,-tau"`,
		`type="hidden" name="b.seed" value="1"`, `type="hidden" name="b.lr" value="0.06"`,
		`name="b.lr" value="0.06" min="0" max="10" step="any" data-key="lr" disabled`,
		`<fieldset class="methods" disabled`, "Reproduced.", "First differs at step 3.", "Computed elsewhere.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, hidden := range []string{`data-field="seed"`, `class="formula"`, `class="story"`, `data-go="branch"`, `data-key="tau" disabled`, `type="hidden" name="b.tau"`} {
		if strings.Contains(page, hidden) {
			t.Errorf("the page has %s", hidden)
		}
	}
	page = render(t, EmbedPage(cannedEmbed()))
	for _, want := range []string{`data-theme="dark"`, `class="formula"`, `id="timeline"`, `name="embed" value="1"`, `aria-label="Run" hidden`} {
		if !strings.Contains(page, want) {
			t.Errorf("the frame lacks %s", want)
		}
	}
	for _, hidden := range []string{`class="controls"`, `id="share"`, `class="essay"`, `class="foot"`, `data-go="branch"`} {
		if strings.Contains(page, hidden) {
			t.Errorf("the frame has %s", hidden)
		}
	}
}

// What drives training is marked where it is not the loss's own gradient, with
// its distance as measured.
func TestWhatIsNotTheLossIsMarked(t *testing.T) {
	for kind, want := range map[string]string{"exact": "", "approximation": "An approximation", "mistake": "A mistake"} {
		v := cannedLab()
		v.Method.Gradient.Kind, v.Lanes[1].Run.Approx = kind, "2.5e-01"
		page := render(t, LabPage(v))
		marked := strings.Contains(page, want) && strings.Contains(page, "differs from it by 2.5e-01 of its length")
		if marked != (want != "") {
			t.Errorf("%s: marked %v", kind, marked)
		}
	}
}

func TestPanelsInReach(t *testing.T) {
	names := func(list []placed) (names []string) {
		for _, p := range list {
			names = append(names, p.id())
		}
		return names
	}
	v := cannedLab()
	for _, c := range []struct {
		what               string
		story              *Story
		first, below, more []string
	}{
		{"no story", nil, []string{"positive_norm", "loss", "spectrum"}, nil, []string{"residual"}},
		{"a story of what is far", &Story{Figures: []Part{{Name: "chart-residual"}, {Name: "chart-spectrum"}, {Name: "chart-sphere"}}},
			[]string{"positive_norm", "residual", "spectrum"}, []string{"loss"}, nil},
	} {
		v.Story = c.story
		first, below, more := arranged(v)
		if !slices.Equal(names(first), c.first) || !slices.Equal(names(below), c.below) || !slices.Equal(names(more), c.more) {
			t.Errorf("%s: first %v, below %v, behind more %v", c.what, names(first), names(below), names(more))
		}
	}
}

func TestDiagramSaysWhatIsSet(t *testing.T) {
	for _, c := range []struct {
		d    Diagram
		want []string
	}{
		{Diagram{Encoder: "conv 16", Target: "shared"}, []string{"There is no predictor", "flows back through both"}},
		{Diagram{Encoder: "mlp 256", Predictor: "linear", Target: "stopped", Negative: "stopped"}, []string{"the predictor linear", "the gradient stops there"}},
		{Diagram{Target: "momentum", Negative: "shared", Momentum: "0.99"}, []string{"slow copy", "with their gradient"}},
	} {
		for _, want := range c.want {
			if got := c.d.describe(); !strings.Contains(got, want) {
				t.Errorf("%+v: %q lacks %q", c.d, got, want)
			}
		}
	}
}
