package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A method is one file. This test lays the file testdata/toy.go.txt into package
// method while building (go build -overlay), touches nothing else, and finds the
// method in the catalogue, the document, the check, the command line, the API, the
// form and the records.
func TestAMethodIsOneFile(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	dir := t.TempDir()
	lab := buildWithToy(t, dir)
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(lab, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("lab %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	has := func(where, text string, wanted ...string) {
		t.Helper()
		for _, w := range wanted {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%.600s", where, w, text)
			}
		}
	}

	has("the catalogue", run("methods"), "toy", "Toy")
	has("the method's page", run("methods", "toy"), "draws the two views of an image together", "alpha", "Weight of the whole", "Nobody, 2026")
	check := run("check", "toy")
	if n := strings.Count(check, "toy "); n < 3*2 || strings.Contains(check, "FAIL") {
		t.Errorf("the check has %d rows of the toy:\n%s", n, check)
	}
	records := run(append([]string{"run", "-json", "method=toy", "alpha=3"}, small...)...)
	has("the records", records, `"terms":{"positive":`, `"length":`)

	// The lab itself: form, formula, API.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	serve := exec.CommandContext(ctx, lab, "serve", "-addr", "127.0.0.1:0", "-store", filepath.Join(dir, "store"))
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = serve.Wait()
	}()
	lines := bufio.NewScanner(out)
	address := ""
	for address == "" && lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			address = strings.Fields(lines.Text()[i:])[0]
		}
	}
	if address == "" {
		t.Fatal("the lab names no address")
	}
	get := func(path string) string {
		t.Helper()
		resp, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("GET %s: %d %v", path, resp.StatusCode, err)
		}
		return string(b)
	}
	has("the form", get("/lab?method=toy"), `value="toy" checked`, `data-key="alpha"`, "Toy weight", "Pulls a sample to its partner.")
	has("the API", get("/api/methods"), `"name":"toy"`)
	http.DefaultClient.CloseIdleConnections()
}

// buildWithToy builds the program with the toy's file laid into package method.
func buildWithToy(t *testing.T, dir string) string {
	t.Helper()
	toy, err := filepath.Abs("testdata/toy.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	place, err := filepath.Abs("../../internal/engine/method/toy.go")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {place: toy}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	lab := filepath.Join(dir, "lab")
	if out, err := exec.Command("go", "build", "-overlay", list, "-o", lab, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return lab
}
