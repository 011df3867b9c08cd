package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A sweep without a server tells a row a point, writes a row a run, and finds them all again.
func TestSweepHere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sweep.csv")
	args := with("sweep", "-store", filepath.Join(dir, "store"), "-o", file, "method=barlow", "projector.depth=1,2", "seed=1..2", "-columns", "loss,channel_std")
	out, errs, code := program(t, args...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "projector.depth  seeds  loss") || strings.Count(out, "±") != 4 || !strings.HasPrefix(lines[2], "2                2") {
		t.Errorf("the table is\n%s", out)
	}
	if !strings.Contains(errs, "projector.depth=2 seed=1: finished after 6 steps") || !strings.Contains(errs, "4 of 4 runs, 0 running, 100 %") {
		t.Errorf("progress is\n%s", errs)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 5 || strings.Join(rows[0], ",") != "projector.depth,seed,id,state,steps,curve_hash,loss,channel_std" {
		t.Fatalf("%v, %v", rows, err)
	}

	again, errs, code := program(t, append(args, "-json")...)
	if code != 0 {
		t.Fatalf("again: exit %d: %s", code, errs)
	}
	for i, text := range strings.Split(strings.TrimSpace(again), "\n") {
		var l struct {
			ID     string
			Hash   string `json:"curve_hash"`
			Values map[string]float64
		}
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.ID != rows[i+1][2] || l.Hash != rows[i+1][5] || len(l.Values) != 2 {
			t.Errorf("line %d: %v in %s, want %v", i, err, text, rows[i+1])
		}
	}
}

// A sweep that is interrupted prints what it has and says how to go on; the same command does.
func TestSweepIsInterrupted(t *testing.T) {
	args := with("sweep", "-store", t.TempDir(), "-workers", "1", "steps=300", "seed=1..8", "-columns", "loss")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out bytes.Buffer
	errs := &watcher{word: "finished after", seen: cancel}
	m := &Main{Stdout: &out, Stderr: errs}
	if code := m.Exec(ctx, args); code != 1 || !strings.Contains(errs.String(), "interrupted; the same command finds the runs again here") || !strings.Contains(out.String(), "not done") {
		t.Fatalf("exit %d\n%s\n%s", code, errs, &out)
	}
	text, said, code := program(t, args...)
	if code != 0 || strings.Contains(text, "not done") || !strings.Contains(said, "8 of 8 runs") {
		t.Errorf("again: exit %d\n%s\n%s", code, said, text)
	}
}

// A watcher keeps what is written and calls seen when a word has come.
type watcher struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	word string
	seen func()
}

func (w *watcher) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if strings.Contains(w.buf.String(), w.word) {
		w.seen()
	}
	return len(b), nil
}

func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// On a terminal one line is written again and again, and taken away.
func TestSweepOnATerminal(t *testing.T) {
	var out, errs bytes.Buffer
	m := &Main{Stdout: &out, Stderr: &errs, Terminal: true}
	if code := m.Exec(t.Context(), with("sweep", "-store", t.TempDir(), "seed=1..2")); code != 0 {
		t.Fatal(errs.String())
	}
	text, page, _ := strings.Cut(errs.String(), "lab serve shows it at ")
	if strings.Contains(text, "\n") || !strings.Contains(text, "\r2 of 2 runs") || !strings.HasSuffix(text, " \r") {
		t.Errorf("it writes %q", text)
	}
	if !strings.HasPrefix(page, "/sweep?seed=1..2&steps=") || !strings.HasSuffix(page, "\n") {
		t.Errorf("it names the page %q", page)
	}
}

// The page of a sweep is named with the same words, on the server that computes it.
func TestSweepNamesItsPage(t *testing.T) {
	s := &sweeper{server: "http://127.0.0.1:8080/", page: pageOf("first", []string{"projector.depth=1,2", "seed=1..3", "gradient=drop-a"})}
	if got := s.seen(); got != "See it at http://127.0.0.1:8080/sweep?preset=first&projector.depth=1,2&seed=1..3&gradient=drop-a" {
		t.Error(got)
	}
	s.server = ""
	if got := s.seen(); got != "lab serve shows it at /sweep?preset=first&projector.depth=1,2&seed=1..3&gradient=drop-a" {
		t.Error(got)
	}
}

// What makes no sense is told before anything is computed.
func TestSweepBadUsage(t *testing.T) {
	for args, want := range map[string]string{
		"batch=1,2 lr=-1":                          "batch: 1 is outside",
		"nowhere":                                  `there is no preset "nowhere"`,
		"seed=1..2 -columns los":                   "the nearest is loss",
		"-server 127.0.0.1:8080":                   "it takes an address such as http://127.0.0.1:8080",
		"-server http://127.0.0.1:8080 -workers 2": "-workers is for runs that are computed here",
	} {
		out, errs, code := program(t, append([]string{"sweep"}, strings.Fields(args)...)...)
		if code != 2 || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%s: exit %d, %q", args, code, errs)
		}
	}
	if out, errs, code := program(t, "sweep", "-server", "http://127.0.0.1:1", "steps=5"); code != 1 || !strings.Contains(errs, "no lab answers") || out != "" {
		t.Errorf("nobody there: exit %d, %q", code, errs)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"500MB": 500e6, "10GB": 10e9, "1.5tb": 1500e9, "100 MB": 100e6, "1000TB": 1000e12} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "10", "GB", "99MB", "1001TB", "-1GB", "NaNGB", "1e400GB", "10KB"} {
		if got, err := parseSize(text); err == nil || !strings.Contains(err.Error(), "100MB to 1000TB") {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
	if _, errs, code := program(t, "serve", "-keep", "5"); code != 2 || !strings.Contains(errs, "100MB to 1000TB") {
		t.Errorf("exit %d, %q", code, errs)
	}
}

// A longer run is a setting like any other.
func TestRunGoesOn(t *testing.T) {
	short, _, _ := program(t, with("run", "-json")...)
	long, errs, code := program(t, with("run", "-json", "then.steps=9")...)
	if code != 0 || strings.Count(long, "\n") != 9 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	loss := func(line string) string {
		var r map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		return string(r["loss"])
	}
	lines := strings.Split(long, "\n")
	for i, line := range strings.Split(strings.TrimSpace(short), "\n") {
		if loss(line) != loss(lines[i]) {
			t.Errorf("step %d has another loss", i)
		}
	}
}
