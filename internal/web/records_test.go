package web_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

// lines parses NDJSON and checks that the steps are from, from+1, ...
func lines(t *testing.T, body string, from int) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(body) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if v["step"] != float64(from+len(list)) {
			t.Fatalf("line %d is step %v, want %d", len(list), v["step"], from+len(list))
		}
		list = append(list, v)
	}
	return list
}

func TestRecords(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=30&method=barlow")
	resp, body := s.do("GET", "/runs/"+id+"/records", "", "") // from the start, in mid-run, to the end
	all := lines(t, body, 0)
	if len(all) != 30 || resp.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("%d records, %v", len(all), resp.Header)
	}
	for _, key := range strings.Fields("loss positive_norm negative_norm total_norm positive_negative_cos balance positive_similarity negative_similarity " +
		"channel_std collapse_level learning_rate momentum step_ms terms") {
		if _, ok := all[7][key]; !ok {
			t.Errorf("step 7 lacks %s", key)
		}
	}
	for _, key := range strings.Fields("residual effective_rank alignment uniformity offdiagonal") {
		if _, ok := all[5][key]; !ok {
			t.Errorf("the probe at step 5 lacks %s", key)
		}
	}
	for _, c := range []struct {
		query    string
		from, to int
	}{
		{"?from=12", 12, 30}, {"?from=12&wait=0", 12, 30}, {"?wait=0", 0, 30}, {"?from=30", 30, 30}, {"?from=99", 99, 99}, {"?from=99&wait=0", 99, 99},
	} {
		_, body := s.do("GET", "/runs/"+id+"/records"+c.query, "", "")
		if n := len(lines(t, body, c.from)); n != c.to-c.from {
			t.Errorf("%s: %d records, want %d", c.query, n, c.to-c.from)
		}
	}
	for _, bad := range []string{"-1", "x", "1.5", "99999999999"} {
		if resp, _ := s.do("GET", "/runs/"+id+"/records?from="+bad, asJSON, ""); resp.StatusCode != 400 {
			t.Errorf("from=%s: %s", bad, resp.Status)
		}
	}

	_, body = s.do("GET", "/runs/"+id+"/records.csv", "", "")
	table, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(table) != 31 || table[0][0] != "step" {
		t.Fatalf("the CSV has %d lines: %v", len(table), err)
	}
	for i, row := range table[1:] {
		for k, cell := range row {
			name := table[0][k]
			v := all[i][name]
			if term, ok := strings.CutPrefix(name, "terms."); ok {
				v = all[i]["terms"].(map[string]any)[term]
			}
			if v == nil && cell == "" {
				continue
			}
			var c float64
			if _, err := fmt.Sscan(cell, &c); err != nil || v != c {
				t.Fatalf("step %d, %s: %s in the CSV, %v in JSON", i, name, cell, v)
			}
		}
	}
}

// wait=0 answers at once with a part of a run that goes on; without it the
// stream follows, and ends when its reader goes.
func TestRecordsOfARunThatGoesOn(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/runs/"+id+"/records", nil)
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	stream := bufio.NewScanner(resp.Body)
	for i := range 40 {
		if !stream.Scan() || !strings.HasPrefix(stream.Text(), fmt.Sprintf(`{"step":%d,`, i)) {
			t.Fatalf("line %d: %q, %v", i, stream.Text(), stream.Err())
		}
	}
	_, body := s.do("GET", "/runs/"+id+"/records?wait=0", "", "")
	if n := len(lines(t, body, 0)); n < 40 {
		t.Errorf("a viewer has seen 40 records, but %d are there", n)
	}
	if resp, _ := s.do("HEAD", "/runs/"+id+"/records", "", ""); resp.StatusCode != 200 {
		t.Errorf("HEAD: %s", resp.Status)
	}
	cancel()
	s.do("POST", "/runs/"+id+"/stop", asJSON, "")
}

func TestFigures(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=20&method=barlow")
	other := s.start(tiny + "&steps=20&method=byol")
	s.finish(id)
	s.finish(other)
	for _, c := range []struct {
		name, kind, has string
		status          int
	}{
		{"norms.svg", "image/svg+xml", "Barlow Twins", 200},
		{"norms.svg?theme=dark", "image/svg+xml", "#121212", 200},
		{"norms.svg?with=" + other, "image/svg+xml", "BYOL", 200},
		{"correlation.svg", "image/svg+xml", "crispEdges", 200},
		{"collapse.png", "image/png", "PNG", 200},
		{"norms.gif", "application/json", "norms", 404},
		{"nothing.svg", "application/json", "norms", 404},
		{"norms.svg?theme=pink", "application/json", "dark", 400},
		{"norms.svg?with=0000000000ZZ", "application/json", "does not know", 404},
		{"norms.svg?" + strings.Repeat("with="+other+"&", 6), "application/json", "6 runs", 400},
	} {
		resp, body := s.do("GET", "/runs/"+id+"/figures/"+c.name, "*/*", "")
		if resp.StatusCode != c.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), c.kind) || !strings.Contains(body, c.has) {
			t.Errorf("%s: %s, %s, %.200q", c.name, resp.Status, resp.Header.Get("Content-Type"), body)
		}
		if c.status != 200 {
			continue
		}
		if again, _ := s.do("GET", "/runs/"+id+"/figures/"+c.name, "*/*", "", "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != 304 {
			t.Errorf("%s again: %s", c.name, again.Status)
		}
	}
}

// What cannot be answered is an error, and no file that is kept.
func TestNoFileOfAnError(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	if err := s.lab.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	resp, body := s.do("GET", "/runs/"+id+"/records.csv", asPage, "")
	if resp.StatusCode != 503 || resp.Header.Get("Content-Disposition") != "" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%d, %v, %.100s", resp.StatusCode, resp.Header, body)
	}
}
