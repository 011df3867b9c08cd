package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// fetch returns the answer to a request, whose Host may be another one than the address.
func fetch(method, url, host, body string) (int, string, error) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Host = host
	r.Header.Set("Accept", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// The admin port says what went on; the log is JSON that names the run.
func TestAdmin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs bytes.Buffer
	var id string
	visit := func(url string) error {
		admin := regexp.MustCompile(`Metrics and profiles are at (\S+)`).FindStringSubmatch(out.String())
		if admin == nil {
			return fmt.Errorf("no address in %q", out.String())
		}
		_, body, err := fetch("POST", url+"/runs", "", strings.Join(small, "&"))
		var run struct{ ID string }
		if wrong := json.Unmarshal([]byte(body), &run); err != nil || wrong != nil || run.ID == "" {
			return fmt.Errorf("%v, %v in %s", err, wrong, body)
		}
		id = run.ID
		for _, path := range []string{"/records", "/records?wait=26"} { // to its end, and a bad request
			if _, _, err := fetch("GET", url+"/runs/"+id+path, "", ""); err != nil {
				return err
			}
		}
		if said, _, code := program(t, "ready", "-addr", strings.TrimPrefix(url, "http://")); code != 0 || said != "ready\n" {
			t.Errorf("lab ready: exit %d, %s", code, said)
		}
		code, body, err := fetch("GET", admin[1]+"/metrics", "", "")
		if err != nil || code != 200 {
			return fmt.Errorf("metrics: %d, %w", code, err)
		}
		for _, line := range []string{
			`gradlab_runs{state="finished"} 1`, `gradlab_runs{state="queued"} 0`, "gradlab_steps_computed_total 6", `gradlab_viewers{way="socket"} 0`,
			"gradlab_queue_length 0", `gradlab_answers_total{code="200"} 3`, `gradlab_answers_total{code="400"} 1`, "gradlab_refused_total 0",
			"gradlab_store_seconds_count ", "go_goroutines ", "process_open_fds ",
		} {
			if !strings.Contains(body, "\n"+line) {
				t.Errorf("the metrics lack %s", line)
			}
		}
		for path, want := range map[string]string{"/": "/metrics", "/debug/pprof/": "goroutine", "/debug/pprof/goroutine?debug=1": "goroutine profile"} {
			if code, body, err := fetch("GET", admin[1]+path, "", ""); err != nil || code != 200 || !strings.Contains(body, want) {
				t.Errorf("%s: %d, %v", path, code, err)
			}
		}
		if code, _, _ := fetch("GET", admin[1]+"/metrics", "example.org", ""); code != 403 {
			t.Errorf("called by a foreign name: %d", code)
		}
		if code, _, _ := fetch("GET", url+"/metrics", "", ""); code != 404 {
			t.Errorf("metrics on the public port: %d", code)
		}
		return nil
	}
	served := make(chan error, 1)
	m := &Main{Stdout: &out, Stderr: &errs, Serving: func(url string) {
		go func() {
			served <- visit(url)
			cancel()
		}()
	}}
	code := m.Exec(ctx, []string{"serve", "-store", t.TempDir(), "-addr", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-log", "json"})
	if err := <-served; err != nil || code != 0 {
		t.Fatalf("exit %d, %v: %s", code, err, errs.String())
	}
	named := 0
	for line := range strings.Lines(errs.String()) {
		var v struct{ Time, Level, Msg, Run string }
		if err := json.Unmarshal([]byte(line), &v); err != nil || v.Msg == "" || v.Level == "" {
			t.Fatalf("%v in the log's line %s", err, line)
		}
		if v.Run == id {
			named++
		}
	}
	if named < 3 {
		t.Errorf("%d lines name the run:\n%s", named, errs.String())
	}
}

func TestAdminIsForTheMachine(t *testing.T) {
	for _, args := range [][]string{
		{"-admin", "0.0.0.0:0"}, {"-admin", ":6060"}, {"-admin", "192.0.2.1:6060"}, {"-admin", "nonsense"}, {"-log", "xml"},
	} {
		if _, errs, code := program(t, append([]string{"serve", "-store", t.TempDir(), "-addr", "127.0.0.1:0"}, args...)...); code != 2 || !strings.Contains(errs, args[0]) {
			t.Errorf("%v: exit %d, %s", args, code, errs)
		}
	}
}
