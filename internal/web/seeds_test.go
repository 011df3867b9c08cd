package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A link that asks for seeds is lanes of their own, in a submission that counts once; its
// page says what belongs together, and the figure of the runs is their band.
func TestSeedsOfALink(t *testing.T) {
	s := newServer(t)
	resp, body := s.do("POST", "/runs", asJSON, tiny+"&steps=8&seed=1..3&b.lr=0.2")
	var v struct {
		Page  string
		Lanes []struct{ Lane, ID, Spec string }
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != 200 || len(v.Lanes) != 6 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	if !strings.Contains(v.Page, "b.seed=2") || !strings.Contains(v.Page, "d.lr=0.2") || strings.Contains(v.Page, "..") {
		t.Errorf("the page is %s", v.Page)
	}
	losses := make([][]float32, 6)
	for i, l := range v.Lanes {
		s.finish(l.ID)
		losses[i] = s.columns(l.ID, "loss")["loss"]
	}

	_, page := s.do("GET", v.Page, asPage, "")
	for _, want := range []string{`<b class="letter">A–C</b>`, `<b class="letter">D–F</b>`, "C seed 3", "Lines are the median of the seeds"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, "data-lane="); n != 6 {
		t.Errorf("the page has %d lanes", n)
	}
	summary := regexp.MustCompile(`alt="A–C SimCLR: line: median of 3 seeds, band: least to largest; loss`)
	if !summary.MatchString(page) {
		t.Error("the picture for those without script has no summary of the band")
	}

	with := "?with=" + v.Lanes[1].ID + "&with=" + v.Lanes[2].ID + "&with=" + v.Lanes[3].ID
	_, text := s.do("GET", "/runs/"+v.Lanes[0].ID+"/figures/loss.csv"+with, "", "")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 17 || strings.Join(rows[0], ",") != "lane,step,loss.median,loss.least,loss.largest,loss.seeds,loss" {
		t.Fatalf("%v in %s", err, text)
	}
	for step := range 8 {
		three := []float32{losses[0][step], losses[1][step], losses[2][step]}
		slices.Sort(three)
		want := fmt.Sprint("A–C", step, three[1], three[0], three[2], 3)
		got := fmt.Sprint(rows[step+1][0], rows[step+1][1])
		for _, cell := range rows[step+1][2:5] {
			f, _ := strconv.ParseFloat(cell, 32)
			got += fmt.Sprint(" ", float32(f))
		}
		if got += " " + rows[step+1][5]; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("step %d: %s, want %s", step, got, want)
		}
	}
	if _, text := s.do("GET", "/runs/"+v.Lanes[0].ID+"/figures/loss.csv"+with+"&seeds=each", "", ""); !strings.HasPrefix(text, "lane,step,loss.median,loss.least,loss.largest,loss.seeds,loss.seed=1,loss.seed=2,loss.seed=3,loss\n") {
		t.Errorf("with single seeds: %.200s", text)
	}
	if resp, text := s.do("GET", "/runs/"+v.Lanes[0].ID+"/figures/loss.svg?seeds=all", asJSON, ""); resp.StatusCode != 400 || !strings.Contains(text, "seeds") || !strings.Contains(text, "band, each") {
		t.Errorf("seeds=all: %d %s", resp.StatusCode, text)
	}

	resp, body = s.do("POST", "/runs", asJSON, tiny+"&seed=1..4&b.lr=0.2")
	if resp.StatusCode != 422 || !strings.Contains(body, `"key":"seed"`) || !strings.Contains(body, `"nearest":"1,2,3"`) || !strings.Contains(body, "8 runs") {
		t.Errorf("too many seeds: %d %s", resp.StatusCode, body)
	}
}

// A story leads to its lanes with some seeds of each.
func TestStoryWithSeeds(t *testing.T) {
	s := newServer(t)
	_, page := s.do("GET", "/experiments/simsiam-stop", asPage, "")
	link := regexp.MustCompile(`<a class="button" href="([^"]*)">With 3 seeds of each</a>`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("there is no such link")
	}
	_, lab := s.do("GET", strings.ReplaceAll(link[1], "&amp;", "&"), asPage, "")
	for _, want := range []string{`<b class="letter">A–C</b>`, `<b class="letter">D–F</b>`, "F seed 3"} {
		if !strings.Contains(lab, want) {
			t.Errorf("it leads to %s, which lacks %q", link[1], want)
		}
	}
}

// The page offers as many seeds of each lane as fit, and each choice is a link to the
// lanes with them.
func TestChoiceOfSeeds(t *testing.T) {
	s := newServer(t)
	choice := regexp.MustCompile(`<a href="([^"]*)" id="seeds-\d" data-seeds aria-label="([^"]*)"( aria-current="true")?>(\d)</a>`)
	for path, want := range map[string]string{
		"/lab?" + tiny:                        "1* 2 3 4 5 6",
		"/lab?" + tiny + "&seed=1..3":         "1 2 3* 4 5 6",
		"/lab?" + tiny + "&seed=1..3&b.lr=1":  "1 2 3*",
		"/lab?" + tiny + "&b.lr=1&c.seed=2":   "1 2 3", // one lane has two, the other one
		"/lab?" + tiny + "&b.lr=1&c.lr=2":     "1* 2",
		"/lab?" + tiny + "&lock=seed":         "",
		"/lab?" + tiny + "&b.lr=1&hide=seed":  "",
		"/lab?b.lr=1&c.lr=2&d.lr=3&" + tiny:   "",
		"/lab?" + tiny + "&hide=story&seed=4": "1* 2 3 4 5 6",
	} {
		_, page := s.do("GET", path, asPage, "")
		var got []string
		for _, m := range choice.FindAllStringSubmatch(page, -1) {
			got = append(got, m[4]+map[bool]string{true: "*"}[m[3] != ""])
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			_, there := s.do("GET", to, asPage, "")
			if n := strings.Count(there, "data-lane="); strings.Contains(path, "hide=story") != strings.Contains(to, "hide=story") || n == 0 {
				t.Errorf("%s: the choice %s leads to %s with %d lanes", path, m[4], to, n)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s offers %q, want %q", path, strings.Join(got, " "), want)
		}
	}
}
