package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gradlab/internal/engine/method"
	"gradlab/internal/record"
	"gradlab/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program runs the real program in this process.
func program(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	m := &Main{Stdout: &out, Stderr: &errs}
	code = m.Exec(t.Context(), args)
	return out.String(), errs.String(), code
}

// small is a run of a few milliseconds.
var small = []string{"steps=6", "batch=8", "encoder=mlp", "encoder.width=16", "encoder.depth=1", "projector.width=8", "projector.depth=1", "probe.every=3", "probe.knn=0"}

// with returns args and what they do not say of the small run.
func with(args ...string) []string {
	out := args
	for _, s := range small {
		key, _, _ := strings.Cut(s, "=")
		if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, key+"=") }) {
			out = append(out, s)
		}
	}
	return out
}

func TestRunPrintsRecords(t *testing.T) {
	out, errs, code := program(t, with("run", "-json")...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines for 6 steps", len(lines))
	}
	for i, line := range lines {
		var r map[string]any
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		for key := range strings.FieldsSeq(`step loss positive_norm negative_norm total_norm positive_negative_cos balance positive_similarity
			negative_similarity channel_std collapse_level learning_rate momentum step_ms terms`) {
			if _, ok := r[key]; !ok {
				t.Errorf("step %d does not say %s", i, key)
			}
		}
		if r["step"] != float64(i) {
			t.Errorf("line %d is step %v", i, r["step"])
		}
		for key := range strings.FieldsSeq("residual approximation effective_rank alignment uniformity offdiagonal") {
			if _, ok := r[key]; ok != (i%3 == 0 || i == 5) {
				t.Errorf("step %d: %s is measured: %v", i, key, ok)
			}
		}
	}
	if !strings.Contains(errs, "SimCLR: finished after 6 steps, curve hash ") {
		t.Errorf("standard error says %q", errs)
	}
}

// Two runs print the same numbers, step_ms excepted, whatever the threads.
func TestRunsAreReproducible(t *testing.T) {
	duration := regexp.MustCompile(`"step_ms":[^,}]*`)
	var outputs, hashes []string
	for _, threads := range []string{"1", "1", "2"} {
		out, errs, code := program(t, with("run", "method=byol", "-threads", threads, "-json")...)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, errs)
		}
		outputs = append(outputs, duration.ReplaceAllString(out, ""))
		hashes = append(hashes, errs)
	}
	if outputs[0] != outputs[1] || hashes[0] != hashes[1] {
		t.Error("two runs differ")
	}
	if outputs[0] != outputs[2] || hashes[0] != hashes[2] {
		t.Error("two threads give other numbers than one")
	}
}

func TestRunPrintsATable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "records.run")
	out, errs, code := program(t, with("run", "-o", file, "b.method=barlow")...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{"positive_norm", "SimCLR", "Barlow Twins", "curve hash", "/lab?b.method=barlow&batch=8"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
	for _, name := range []string{"records.a.run", "records.b.run"} {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(file), name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := record.ReadFile(b)
		if err != nil || f.Done != 6 || f.State != "finished" || !strings.Contains(out, f.CurveHash) || !strings.Contains(out, f.ID) {
			t.Errorf("%s: %v, head %+v", name, err, f)
		}
	}
}

// A table that wraps is no table: it fits a terminal of 80 columns.
func TestTableIsNarrow(t *testing.T) {
	out, _, _ := program(t, with("run", "b.lr=0.01", "c.method=byol", "d.method=barlow", "e.lr=0.02", "f.lr=0.03", "steps=2")...)
	table, _, found := strings.Cut(out, "\n\n")
	if !found {
		t.Fatalf("no table in %s", out)
	}
	for line := range strings.Lines(table) {
		if len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

func TestRunOfSeveralLanesSaysWhichInJSON(t *testing.T) {
	out, _, code := program(t, with("run", "-json", "b.lr=0.1")...)
	if code != 0 || strings.Count(out, `{"lane":"a","step":`) != 6 || strings.Count(out, `{"lane":"b","step":`) != 6 {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestPresetTakesSettings(t *testing.T) {
	out, errs, code := program(t, with("run", "byol-collapse")...)
	if code != 0 || !strings.Contains(out, "predictor=none") || !strings.Contains(out, "predictor=mlp") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
}

func TestRunShowsProgressOnATerminal(t *testing.T) {
	var out, errs bytes.Buffer
	m := &Main{Stdout: &out, Stderr: &errs, Terminal: true}
	if code := m.Exec(t.Context(), with("run")); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if !strings.Contains(errs.String(), "] 6/6  loss ") || strings.Contains(out.String(), "\r") {
		t.Errorf("progress: %q", errs.String())
	}
}

func TestDivergedRunFails(t *testing.T) {
	out, errs, code := program(t, with("run", "lr=100", "weight_decay=1", "schedule=constant", "steps=300")...)
	if code != 1 || !strings.Contains(errs, "diverged at step") || !strings.Contains(errs, "lr=100") || !strings.Contains(out, "SimCLR: diverged") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
}

func TestInterruptedRunKeepsWhatItHas(t *testing.T) {
	file := filepath.Join(t.TempDir(), "records")
	ctx, cancel := context.WithCancel(t.Context())
	var errs bytes.Buffer
	m := &Main{Stdout: writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil }), Stderr: &errs}
	if code := m.Exec(ctx, with("run", "-json", "-o", file, "steps=100")); code != 1 || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := record.ReadFile(b); err != nil || f.State != "cancelled" || f.Done == 0 {
		t.Errorf("the file is %+v, %v", f, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestBadUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"srve", "did you mean lab serve?"},
		{"run frist", `there is no preset "frist"; did you mean first?`},
		{"run barlow", "say method=barlow"},
		{"run method=barlo lrr=1", "lrr: 1 is given to an unknown setting; the nearest is lr"},
		{"run method=barlo lrr=1", "the nearest is barlow"},
		{"run steps=5 first", "key=value"},
		{"run lr=1 -jsn", "-jsn: there is no such flag; did you mean -json?"},
		{"run -threads", "-threads: a value is missing"},
		{"run -threads 0", "a whole number from 1"},
		{"run -threads 2x", "a whole number from 1"},
		{"run steps=9 -o", "-o: a value is missing"},
		{"run data=emoji batch=2000", "batch: 2000 is more than data=emoji has"},
		{"methods barlo", "did you mean barlow?"},
		{"methods byol barlow", "one method at a time"},
		{"check simcrl", "did you mean simclr?"},
		{"serve lr=1", "settings belong to a link"},
		{"serve -addr nonsense", "host:port"},
		{"serve -checkpoint soon", "a time above zero"},
		{"serve -checkpoint -1s", "a time above zero"},
		{"serve -workers 0", "nobody would compute anything"},
		{"serve -workers -1", "a whole number from 0"},
		{"serve -nats nats://127.0.0.1:4222 -store x", "not both"},
		{"worker", "say where the runs are"},
		{"worker -nats nats://127.0.0.1:4222 -workers 0", "a whole number from 1"},
		{"worker -nats nats://127.0.0.1:4222 lr=1", "submitted to a lab"},
		{"help srve", "did you mean lab serve?"},
	} {
		out, errs, code := program(t, strings.Fields(c.args)...)
		if code != 2 || out != "" || !strings.Contains(errs, c.want) || !strings.Contains(errs, "Try: lab help") {
			t.Errorf("lab %s: exit %d, output %q, message %q; want 2 and %q", c.args, code, out, errs, c.want)
		}
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	for _, args := range [][]string{
		with("run", "-json", "-threads=1"),
		append(with("run"), "--threads", "1", "--json"),
		slices.Concat([]string{"run", "lr=0.1", "-json"}, small, []string{"-threads", "1"}),
	} {
		if out, errs, code := program(t, args...); code != 0 || strings.Count(out, "\n") != 6 {
			t.Errorf("%v: exit %d, %s", args, code, errs)
		}
	}
}

func TestMethods(t *testing.T) {
	out, _, code := program(t, "methods", "-json")
	var list []struct{ Name, Title, Essay string }
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || len(list) != len(method.All()) {
		t.Fatalf("exit %d, %d methods, %v", code, len(list), err)
	}
	table, _, _ := program(t, "methods")
	for _, m := range list {
		if !strings.Contains(table, "\n"+m.Name) {
			t.Errorf("the table lacks %s", m.Name)
		}
		one, _, code := program(t, "methods", m.Name)
		if code != 0 || !strings.Contains(one, m.Essay) || !strings.Contains(one, "References") {
			t.Errorf("lab methods %s: exit %d\n%s", m.Name, code, one)
		}
	}
	if one, _, _ := program(t, "methods", "-json", "barlow"); !strings.Contains(one, `"name": "lambda"`) || strings.Contains(one, `"name": "byol"`) {
		t.Errorf("lab methods -json barlow prints %s", one)
	}
}

func TestCheck(t *testing.T) {
	out, errs, code := program(t, "check", "simclr")
	if code != 0 || !strings.Contains(out, "pass") || strings.Contains(out, "byol") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
	out, _, _ = program(t, "check", "-json", "barlow", "simclr")
	var rows []method.Residual
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) == 0 || rows[0].Method != "barlow" {
		t.Errorf("%v: %s", err, out)
	}
	if err := failures([]method.Residual{{Pass: true}, {Pass: false}}); err == nil || err.Error() != "1 of 2 checks did not pass" {
		t.Errorf("a failed check says %v", err)
	}
	var b bytes.Buffer
	if err := checkTable(&b, []method.Residual{{Method: "toy", Tape: 0.5}}); err != nil || !strings.Contains(b.String(), "FAIL") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// What can be set is listed as a method has it: its own settings and its defaults.
func TestSettings(t *testing.T) {
	for method, want := range map[string][]string{
		"":     {"tau=0.2 (0.01..10; published: 0.2, SimCLR in Tao et al., 2022)", "target=shared (", "augment.blur=0 (0..1; published: 1, for all methods in Tao et al., 2022)", "projector.depth=3 (0..8 layers; published: 3, for all methods in Tao et al., 2022)", "Measurement\n"},
		"byol": {"unit_lambda=12.5 (", "target=momentum (momentum, stopped or shared; published: momentum, BYOL)", "predictor=mlp ("},
	} {
		args := append([]string{"settings"}, strings.Fields(method)...)
		out, _, code := program(t, args...)
		for _, line := range want {
			if code != 0 || !strings.Contains(out, line) {
				t.Errorf("lab settings %s: exit %d, without %q\n%s", method, code, line, out)
			}
		}
		var list []web.Knob
		asJSON, _, _ := program(t, append(args, "-json")...)
		if err := json.Unmarshal([]byte(asJSON), &list); err != nil || len(list) != strings.Count(out, "\n    ") {
			t.Errorf("lab settings %s -json: %v, %d settings, %d in the list", method, err, len(list), strings.Count(out, "\n    "))
		}
	}
	if _, errs, code := program(t, "settings", "barlo"); code != 2 || !strings.Contains(errs, "did you mean barlow?") {
		t.Errorf("a method that does not exist: exit %d, %s", code, errs)
	}
}

func TestHelp(t *testing.T) {
	all, _, code := program(t, "help")
	if code != 0 {
		t.Errorf("lab help: exit %d", code)
	}
	for _, c := range commands {
		one, _, code := program(t, "help", c.name)
		same, _, _ := program(t, c.name, "-h")
		if code != 0 || one != same || !strings.Contains(one, "Flags:") || !strings.Contains(all, "lab "+c.name) {
			t.Errorf("lab help %s: exit %d\n%s", c.name, code, one)
		}
	}
	if out, _, code := program(t, "version"); code != 0 || !strings.Contains(out, "engine ") {
		t.Errorf("lab version: exit %d, %s", code, out)
	}
}

func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs bytes.Buffer
	served := make(chan error, 1)
	m := &Main{Stdout: &out, Stderr: &errs, Serving: func(url string) {
		go func() {
			served <- visit(url)
			cancel()
		}()
	}}
	code := m.Exec(ctx, []string{"-store", t.TempDir(), "-addr", "127.0.0.1:0", "-workers", "1"}) // no command is serve
	if err := <-served; err != nil || code != 0 {
		t.Errorf("exit %d, %v: %s", code, err, errs.String())
	}
	if !strings.Contains(out.String(), "Gradlab is at http://127.0.0.1:") {
		t.Errorf("it says %q", out.String())
	}
}

func visit(url string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, path := range []string{"/", "/lab?method=barlow", "/readyz", "/api/methods"} {
		resp, err := client.Get(url + path)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			return fmt.Errorf("GET %s: %s, %v", path, resp.Status, err)
		}
	}
	return nil
}

func TestServeWherePortIsInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, errs, code := program(t, "serve", "-store", t.TempDir(), "-addr", l.Addr().String())
	if code != 1 || !strings.Contains(errs, "is in use") || !strings.Contains(errs, "lab serve -addr 127.0.0.1:0") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestStoreDir(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data")
	if dir, err := storeDir(); err != nil || dir != filepath.Join("/data", "gradlab") {
		t.Errorf("%s, %v", dir, err)
	}
}
