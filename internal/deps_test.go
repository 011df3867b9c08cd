// Package internal holds the test of the import order.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// order states which package may import which: "a, b < c" lets c import a, b
// and whatever a and b may import. A package that stands nowhere on the right
// imports nothing of ours, and a package that stands nowhere fails the test. Do
// not change this list to fix a build: the direction is the design
// (docs/architecture.md shows it).
const order = `
NONE < internal/knob, internal/record, internal/palette, internal/npy, static;
NONE < internal/engine/kernel, internal/engine/autodiff, internal/engine/random;

internal/engine/kernel < internal/engine/tensor;

internal/engine/tensor, internal/engine/autodiff, internal/engine/random, internal/knob
< internal/engine/method;

# Siblings of method: strangers to each other and to it.
internal/engine/tensor, internal/engine/random, internal/knob
< internal/engine/data, internal/engine/nn, internal/engine/optim, internal/engine/probe;

internal/engine/method, internal/engine/data, internal/engine/nn, internal/engine/optim, internal/engine/probe
< internal/spec < experiments;

internal/spec < internal/grid;
internal/spec, internal/record < internal/engine < internal/lab;
internal/record, internal/report < experiments;

internal/record < internal/finding;
internal/spec, internal/finding, internal/palette < internal/report, templates;

internal/engine/method, internal/engine/probe, internal/npy < internal/engine/foreign;

internal/lab, internal/report, templates, static, experiments, internal/grid, internal/engine/foreign
< internal/web < internal/admin < cmd/lab;

internal/engine, internal/grid < internal/sweep < cmd/lab;
`

// only lists the packages from outside that a single place may import, with the
// reason. Tests may import what they like.
var only = []struct{ path, by, reason string }{
	{"github.com/nats-io/", "internal/lab", "the store is a detail of how runs are kept"},
	{"gonum.org/v1/plot", "internal/report", "figures are made in one place"},
	{"github.com/go-chi/chi", "internal/web", "routes are made in one place"},
	{"github.com/gorilla/websocket", "internal/web", "sockets are a way to view a run, not a part of it"},
	{"rsc.io/qr", "internal/web", "a QR code is a picture of an address"},
	{"github.com/a-h/templ", "templates internal/web", "HTML is made by templates and sent by web"},
	{"gonum.org/v1/gonum", "internal/engine/autodiff internal/engine/probe internal/report",
		"the oracle and the probes use gonum's matrices; what trains uses ours, so that the two are independent"},
	{"github.com/prometheus/", "internal/admin", "metrics are a way to look at a lab, and nothing in it counts for them"},
	{"net/http", "internal/web internal/admin internal/sweep cmd/lab", "the engine is a library, the lab has no transport; a sweep is a client"},
}

// forbidden lists edges that somebody will want one day, and why not.
var forbidden = []struct{ from, to, reason string }{
	{"internal/engine/method", "internal/engine/nn", "a method sees matrices, knobs and the tape only: above the seam nothing knows a network"},
	{"internal/engine/nn", "internal/engine/method", "below the seam nothing knows the words positive and negative"},
	{"internal/engine/autodiff", "internal/engine/tensor", "an oracle that shares code with what it checks proves nothing"},
	{"internal/engine/autodiff", "internal/engine/kernel", "an oracle that shares code with what it checks proves nothing"},
	{"internal/engine/probe", "internal/engine/method", "a measurement must not know which method it measures"},
	{"internal/engine", "internal/lab", "a run must not know who watches it"},
	{"internal/record", "internal/spec", "a viewer decodes records without the engine"},
	{"templates", "internal/lab", "views in, HTML out: components never see services"},
	{"templates", "internal/engine", "views in, HTML out: components never see services"},
	{"internal/lab", "internal/web", "runs live without a web server (lab run)"},
}

const module = "gradlab/"

type pkg struct {
	ImportPath string
	Imports    []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		if p.ImportPath != "internal" { // this test's own folder
			pkgs = append(pkgs, p)
		}
	}
}

// allowed parses the order into: package -> everything that it may import.
func allowed() map[string]map[string]bool {
	may := map[string]map[string]bool{}
	var text []string
	for line := range strings.Lines(order) {
		if !strings.HasPrefix(line, "#") {
			text = append(text, line)
		}
	}
	for rule := range strings.SplitSeq(strings.Join(text, " "), ";") {
		groups := strings.Split(rule, "<")
		for i := 1; i < len(groups); i++ {
			for _, to := range names(groups[i]) {
				if may[to] == nil {
					may[to] = map[string]bool{}
				}
				for _, from := range names(groups[i-1]) {
					may[to][from] = true
					for f := range may[from] { // rules stand in order, so may[from] is complete
						may[to][f] = true
					}
				}
			}
		}
	}
	return may
}

func names(group string) []string {
	var out []string
	for n := range strings.SplitSeq(group, ",") {
		if n = strings.TrimSpace(n); n != "" && n != "NONE" {
			out = append(out, n)
		}
	}
	return out
}

func TestImportOrder(t *testing.T) {
	may := allowed()
	for _, p := range list(t) {
		if strings.HasPrefix(p.ImportPath, "tools/") {
			continue
		}
		ours, known := may[p.ImportPath]
		if !known {
			t.Errorf("%s has no place in the import order", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			for _, o := range only {
				if strings.HasPrefix(imp, o.path) && !slices.Contains(strings.Fields(o.by), p.ImportPath) {
					t.Errorf("%s imports %s, which is for %s: %s", p.ImportPath, imp, o.by, o.reason)
				}
			}
			to, ok := strings.CutPrefix(imp, module)
			if !ok || ours[to] {
				continue
			}
			reason := "it stands higher in the order"
			for _, f := range forbidden {
				if f.from == p.ImportPath && f.to == to {
					reason = f.reason
				}
			}
			t.Errorf("%s may not import %s: %s", p.ImportPath, to, reason)
		}
	}
}

// A reason beside an edge that the order allows would be a lie.
func TestForbiddenEdgesAreForbidden(t *testing.T) {
	may := allowed()
	for _, f := range forbidden {
		if may[f.from][f.to] {
			t.Errorf("the order lets %s import %s, although: %s", f.from, f.to, f.reason)
		}
	}
}

// docs/architecture.md shows the order; it must be this one.
func TestArchitecturePageShowsThisOrder(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(order) {
		if !strings.Contains(string(page), "\n    "+line) && strings.TrimSpace(line) != "" {
			t.Errorf("docs/architecture.md lacks: %s", line)
		}
	}
}

func TestOrderSeesEdges(t *testing.T) {
	may := allowed()
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"internal/engine/tensor", "internal/engine/kernel", true},
		{"internal/web", "internal/engine/kernel", true}, // transitive
		{"internal/engine/data", "internal/engine/nn", false},
		{"internal/engine/method", "internal/spec", false},
	} {
		if may[c.from][c.to] != c.want {
			t.Errorf("%s may import %s: %v, want %v", c.from, c.to, !c.want, c.want)
		}
	}
}
