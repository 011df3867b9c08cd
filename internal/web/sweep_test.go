package web_test

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/palette"
	"gradlab/internal/spec"
)

// swept is a grid whose runs are over at once.
var swept = strings.NewReplacer("&probe.every=5", "", "&probe.knn=0", "").Replace(tiny) + "&probe.knn=0&steps=8"

// A sweep's page shows what of a grid has been run here: each point as a chart whose numbers
// are those of the records, with a link to its runs; what has not been run says so.
func TestSweepPage(t *testing.T) {
	s := newServer(t)
	losses := map[string][]float32{}
	for _, lr := range []string{"0.1", "0.2"} {
		for seed := 1; seed <= 3; seed++ {
			id := s.start(fmt.Sprintf("%s&lr=%s&seed=%d&keep=1", swept, lr, seed))
			s.finish(id)
			c := s.columns(id, "loss")["loss"]
			losses[lr] = append(losses[lr], c[len(c)-1])
		}
	}
	address := "/sweep?" + swept + "&lr=0.1,0.2,0.3&seed=1..3&metric=loss"
	resp, page := s.do("GET", address, asPage, "")
	if resp.StatusCode != 200 {
		t.Fatalf("%d %.300s", resp.StatusCode, page)
	}
	for _, want := range []string{"6 of 9 runs have ended, 3 not run here.", "lab sweep -server " + s.URL + " data=shapes", "lr=0.1,0.2,0.3 seed=1..3", "Run the 3 missing ones", "/sweep/figure.csv?", ">SimCLR on ", "<h2 id=\"sweep-panel\">Loss", "data-live"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	cell := regexp.MustCompile(`(?s)<a class="cell" href="([^"]*)" data-point="lr=([^"]*)">.*?<svg [^>]*aria-label="([^"]*)">(.*?)</svg> ?(?:<svg class="shade"[^>]*><rect [^>]*fill="(#[0-9A-F]*)"></rect></svg>)? ?<span class="end">(.*?)</span> ?<span class="state">([^<]*)</span></a>`)
	cells := cell.FindAllStringSubmatch(page, -1)
	if len(cells) != 3 {
		t.Fatalf("%d cells in %s", len(cells), page)
	}
	_, text := s.do("GET", strings.Replace(address, "/sweep", "/sweep/figure.csv", 1), "", "")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 17 || strings.Join(rows[0], ",") != "lane,lr,step,loss.median,loss.least,loss.largest,loss.seeds" {
		t.Fatalf("%v in %s", err, text)
	}
	slices.Sort(losses["0.1"])
	slices.Sort(losses["0.2"])
	for i, lr := range []string{"0.1", "0.2"} {
		three := losses[lr]
		c := cells[i]
		for k, v := range []float32{three[1], three[0], three[2]} { // the text has three digits, the file all
			if short := strings.TrimRight(fmt.Sprintf("%.3g", v), "0"); !strings.Contains(c[3], strings.TrimRight(short, ".")) {
				t.Errorf("lr=%s says %q, want %s", lr, c[3], short)
			}
			if got := rows[(i+1)*8][3+k]; got != fmt.Sprint(v) {
				t.Errorf("lr=%s: the file has %s, the records %v", lr, got, v)
			}
		}
		if c[2] != lr || c[7] != "3 of 3 seeds" || !strings.Contains(c[4], `class="band"`) || strings.Count(c[4], `class="middle"`) != 1 {
			t.Errorf("lr=%s is %q", lr, c[0])
		}
		want := palette.Sequential[0] // of the lower median, losses[lr] being in order
		if losses[lr][1] > losses["0.1"][1] || losses[lr][1] > losses["0.2"][1] {
			want = palette.Sequential[255]
		}
		if c[5] != want.Hex() {
			t.Errorf("lr=%s has a stripe of %q, want %s", lr, c[5], want.Hex())
		}
		to := html.UnescapeString(c[1])
		if !strings.HasPrefix(to, "/lab?") || !strings.Contains(to, "b.seed=2") || !strings.Contains(to, "c.seed=3") || !strings.Contains(to, "lr="+lr) {
			t.Errorf("lr=%s leads to %s", lr, to)
		}
	}
	if c := cells[2]; c[3] != "nothing measured" || c[5] != "" || c[7] != "0 of 3 seeds, 3 not run" || strings.Contains(c[4], "middle") {
		t.Errorf("what was not run is %q", c[0])
	}

	// the same page again costs nothing until something has changed
	tag := resp.Header.Get("ETag")
	if again, _ := s.do("GET", address, asPage, "", "If-None-Match", tag); again.StatusCode != 304 {
		t.Errorf("the same again: %d", again.StatusCode)
	}
	s.finish(s.start(swept + "&lr=0.3&seed=1&keep=1"))
	if again, page := s.do("GET", address, asPage, "", "If-None-Match", tag); again.StatusCode != 200 || !strings.Contains(page, "7 of 9 runs have ended, 2 not run here.") {
		t.Errorf("after another run: %d", again.StatusCode)
	}

	for _, format := range []string{"svg", "png", "json"} {
		resp, body := s.do("GET", strings.Replace(address, "/sweep", "/sweep/figure."+format, 1), "", "")
		if resp.StatusCode != 200 || len(body) < 500 || !strings.Contains(resp.Header.Get("Content-Type"), strings.Replace(format, "svg", "svg+xml", 1)) {
			t.Errorf("%s: %d, %s, %d bytes", format, resp.StatusCode, resp.Header.Get("Content-Type"), len(body))
		}
		if format == "svg" && xml.Unmarshal([]byte(body), new(struct{})) != nil {
			t.Errorf("the SVG is none: %.200s", body)
		}
	}
}

// What is written into the form is led to an address of its own, a preset's name included.
func TestSweepForm(t *testing.T) {
	s := newServer(t)
	for text, want := range map[string]string{
		"lr=0.1,0.2 seed=1..3":                    "/sweep?lr=0.1,0.2&seed=1..3&metric=loss",
		"  lab sweep method=barlow lambda=0,0.1 ": "/sweep?method=barlow&lambda=0,0.1&metric=loss",
		"first seed=1..2":                         "/sweep?preset=first&seed=1..2&metric=loss",
		"lr=0.1,0.2 tau=0.1,0.2":                  "/sweep?lr=0.1,0.2&tau=0.1,0.2&metric=loss&across=lr",
	} {
		across := ""
		if strings.Contains(want, "across") {
			across = "&across=lr"
		}
		resp, _ := s.do("GET", "/sweep?metric=loss&grid="+url.QueryEscape(text)+across, asPage, "")
		if got := resp.Header.Get("Location"); resp.StatusCode != 303 || got != want {
			t.Errorf("%q leads to %s (%d), want %s", text, got, resp.StatusCode, want)
		}
	}
	_, page := s.do("GET", "/sweep", asPage, "")
	for _, m := range regexp.MustCompile(`<li><a href="(/sweep\?[^"]*)"`).FindAllStringSubmatch(page, -1) {
		if resp, body := s.do("GET", html.UnescapeString(m[1]), asPage, ""); resp.StatusCode != 200 || !strings.Contains(body, "not run here") {
			t.Errorf("the example %s: %d", m[1], resp.StatusCode)
		}
	}
	if strings.Count(page, "/sweep?") < 3 {
		t.Error("the page has no examples")
	}
	if _, page := s.do("GET", "/sweep?preset=first&seed=1..2", asPage, ""); !strings.Contains(page, "0 of 2 runs have ended") || !strings.Contains(page, `value="first seed=1..2"`) {
		t.Error("a preset is no grid to begin with")
	}
}

// What is wrong is told with field, value and range, on the page and to a program.
func TestSweepErrors(t *testing.T) {
	s := newServer(t)
	for query, want := range map[string]string{
		"seed=1..300":                "seed: 1..300 is too long; this page has 1..240 runs",
		"lr=0.1,0.2,0.3&seed=1..100": "the sweep has more than 240 runs (lr 3 x seed 100); this page has 1..240",
		"batch=2..13&projector.depth=1..8&encoder.depth=1,2": "the sweep has 192 points (batch x projector.depth x encoder.depth); this page has 1..100",
		"batch=1,8":                "batch=1: batch: 1 is outside 2..4096",
		"lr=0.1,0.2&metric=los":    `metric: "los" is not one of`,
		"lr=0.1,0.2&across=tau":    `across: "tau" is not swept; what is, is lr`,
		"lr=0.1&seeds=all":         `seeds: "all" is not one of band, each`,
		"preset=nowhere&seed=1..2": `preset: "nowhere" is not one of`,
		"grid=lr%3D0.1+tau":        `tau: "" is not of the form key=value`,
		"seed=1..2&b.lr=1":         "a sweep is of one run and not of lanes",
	} {
		resp, body := s.do("GET", "/sweep?"+query, asPage, "")
		if resp.StatusCode != 422 || !strings.Contains(html.UnescapeString(body), want) || !strings.Contains(body, `id="sweep-grid"`) {
			t.Errorf("%s: %d, without %q", query, resp.StatusCode, want)
		}
		resp, body = s.do("GET", "/sweep?"+query, asJSON, "")
		if plain := strings.ReplaceAll(body, `\"`, `"`); resp.StatusCode != 422 || !strings.HasPrefix(body, `{"errors":[`) || !strings.Contains(plain, want) {
			t.Errorf("%s for a program: %d %s", query, resp.StatusCode, body)
		}
		if strings.HasPrefix(query, "grid=") {
			continue
		}
		if resp, _ := s.do("GET", "/sweep/figure.svg?"+query, "", ""); resp.StatusCode != 422 {
			t.Errorf("the figure of %s: %d", query, resp.StatusCode)
		}
	}
	if resp, _ := s.do("GET", "/sweep/figure.svg", "", ""); resp.StatusCode != 400 {
		t.Errorf("a figure without a grid: %d", resp.StatusCode)
	}
	if resp, _ := s.do("GET", "/sweep/figure.pdf?seed=1..2", "", ""); resp.StatusCode != 404 {
		t.Errorf("a figure in another format: %d", resp.StatusCode)
	}
}

// Where nothing has been measured the page says how long the runs are to be, has no files of
// nothing, and names a command that computes the grid on the server that shows it.
func TestSweepOfNothingYet(t *testing.T) {
	s := newServer(t)
	const grid = "/sweep?data=shapes&batch=64&steps=200,150&seed=1..3"
	_, page := s.do("GET", grid, asPage, "", "X-Forwarded-Proto", "https")
	host := strings.Replace(s.URL, "http:", "https:", 1)
	for _, want := range []string{"0 of 6 runs have ended, 6 not run here.", "Nothing has been measured yet; every chart will go from step 0 to 199.", "Run all 6",
		"<code>lab sweep -server " + host + " data=shapes batch=64 steps=200,150 seed=1..3</code>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, no := range []string{"/sweep/figure.", "step 0 to 1."} {
		if strings.Contains(page, no) {
			t.Errorf("the page has %q", no)
		}
	}
}

// A form runs what is missing of a grid, without viewers and each run once, and leads to the sweep;
// pressed again it starts nothing.
func TestSweepRunsWhatIsMissing(t *testing.T) {
	s := newServer(t)
	there := s.start(swept + "&lr=0.1&seed=1&keep=1")
	s.finish(there)
	address := "/sweep?" + swept + "&lr=0.1,0.2&seed=1..3&metric=loss"
	_, page := s.do("GET", address, asPage, "")
	form := regexp.MustCompile(`<form class="start" method="post" action="([^"]*)">`).FindStringSubmatch(page)
	if form == nil || !strings.Contains(page, "Run the 5 missing ones") {
		t.Fatalf("no form runs what is missing: %s", page)
	}
	resp, _ := s.do("POST", html.UnescapeString(form[1]), asPage, "")
	if resp.StatusCode != 303 || resp.Header.Get("Location") != address || resp.Header.Get("Set-Cookie") == "" {
		t.Fatalf("it leads to %s: %s, cookie %q", resp.Header.Get("Location"), resp.Status, resp.Header.Get("Set-Cookie"))
	}
	runs := s.lab.Runs()
	if len(runs) != 6 {
		t.Fatalf("there are %d runs", len(runs))
	}
	for _, m := range runs {
		if m = s.finish(m.ID); m.State != "finished" || !m.Keep || m.Attempt != 1 {
			t.Errorf("%s is %s at attempt %d, keep %v", m.Spec, m.State, m.Attempt, m.Keep)
		}
	}
	if _, page := s.do("GET", address, asPage, ""); !strings.Contains(page, "6 of 6 runs have ended.") || strings.Contains(page, `class="start"`) {
		t.Error("the sweep is not all here, or there is still something to run")
	}
	if resp, _ := s.do("POST", address, asPage, ""); resp.StatusCode != 303 || len(s.lab.Runs()) != 6 {
		t.Errorf("once more: %s, %d runs", resp.Status, len(s.lab.Runs()))
	}
	if resp, _ := s.do("POST", address, asPage, "", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != 403 {
		t.Errorf("from another site: %s", resp.Status)
	}
}

// A visitor's quota ends a request in the middle: each chart has its first seeds before another
// has more, the page says how many were taken and why no more, and the rest can be asked for later.
func TestSweepTakesWhatTheQuotaAllows(t *testing.T) {
	s := newServer(t)
	cookie := s.cookie()
	address := "/sweep?" + long + "&lr=0.1,0.2,0.3&seed=1..40"
	resp, page := s.do("POST", address, asPage, "", "Cookie", cookie)
	page = html.UnescapeString(page)
	if resp.StatusCode != 429 {
		t.Fatalf("%s: %.400s", resp.Status, page)
	}
	for _, want := range []string{"<b>Too many at once.</b> 100 of the 120 missing runs were taken, 20 were not.", "Keep: 100 runs of this visitor", "wait, or stop some.", "100 under way, 20 not run here.", "Run the 20 missing ones"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	seeds := map[string]int{}
	for _, m := range s.lab.Runs() {
		seeds[regexp.MustCompile(`lr=([0-9.]+)`).FindString(m.Spec)]++
	}
	if len(seeds) != 3 || seeds["lr=0.1"] != 34 || seeds["lr=0.2"] != 33 || seeds["lr=0.3"] != 33 {
		t.Errorf("of each point there are %v", seeds)
	}
	s.do("POST", "/runs/"+s.lab.Runs()[0].ID+"/stop", asPage, "", "Cookie", cookie)
	resp, page = s.do("POST", address, asPage, "", "Cookie", cookie)
	if resp.StatusCode != 429 || !strings.Contains(page, "1 of the 20 missing runs were taken, 19 were not.") {
		t.Errorf("after one was stopped: %s: %.600s", resp.Status, page)
	}
	if resp, body := s.do("POST", address, asJSON, "", "Cookie", cookie); resp.StatusCode != 429 || !strings.HasPrefix(body, `{"errors":[`) || len(s.lab.Runs()) != 101 {
		t.Errorf("to a program: %s %.200s", resp.Status, body)
	}
}

// Where a point cannot be computed here nothing is started, and the page names the point.
func TestSweepThatCannotRun(t *testing.T) {
	t.Setenv("GRADLAB_CIFAR10", t.TempDir()) // where there are no images
	s := newServer(t)
	resp, page := s.do("POST", "/sweep?"+strings.Replace(swept, "data=shapes", "data=shapes,cifar10", 1), asPage, "")
	if resp.StatusCode != 422 || !strings.Contains(page, "Nothing was started.") || !strings.Contains(page, "data=cifar10") || len(s.lab.Runs()) != 0 {
		t.Errorf("%s with %d runs: %.900s", resp.Status, len(s.lab.Runs()), page)
	}
	if resp, _ := s.do("POST", "/sweep", asPage, ""); resp.StatusCode != 400 {
		t.Errorf("of no grid: %s", resp.Status)
	}
	if resp, _ := s.do("POST", "/sweep?batch=1,8", asPage, ""); resp.StatusCode != 422 {
		t.Errorf("of a grid that does not work: %s", resp.Status)
	}
}

// The page lists every key that a grid may have, each once under its heading, with what it may be; and the lab
// leads there with what it shows.
func TestThePageOfSweepsListsTheSettings(t *testing.T) {
	s := newServer(t)
	_, page := s.do("GET", "/sweep", asPage, "")
	_, list, _ := strings.Cut(page, `id="sweep-settings"`)
	list, _, _ = strings.Cut(list, "</details>")
	for _, m := range method.All() {
		e, err := spec.ParseLink("method=" + m.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range e.Knobs().All() {
			if k.Name == "v" || k.Name == "at" {
				continue
			}
			begin := "<li><code>" + k.Name + "</code> " + k.Title + ": "
			if k.Kind != knob.Choice {
				begin += k.Range()
			}
			_, item, there := strings.Cut(list, begin)
			if !there {
				t.Errorf("%s: the page does not list %q", m.Name, begin)
			}
			item, _, _ = strings.Cut(item, ";")
			for _, o := range k.Options { // of all methods
				if !slices.Contains(strings.Split(item, ", "), o.Value) {
					t.Errorf("%s: the page does not list %s=%s", m.Name, k.Name, o.Value)
				}
			}
		}
	}
	if n := strings.Count(list, "<code>lr</code>"); n != 1 {
		t.Errorf("lr stands there %d times", n)
	}

	_, lab := s.do("GET", "/lab?method=barlow&lambda=0.3&data=shapes", asPage, "")
	to := regexp.MustCompile(`href="([^"]*)" data-sweep-these`).FindStringSubmatch(lab)
	if to == nil {
		t.Fatal("no way leads from the lab to a sweep")
	}
	place := html.UnescapeString(to[1])
	if _, sweep := s.do("GET", place, asPage, ""); !strings.Contains(sweep, "lambda=0.3") || !strings.Contains(sweep, "method=barlow") || !strings.Contains(sweep, "Settings that can be swept") {
		t.Errorf("%s does not show what the lab did", place)
	}
	if _, lesson := s.do("GET", "/lab?method=barlow&lock=all", asPage, ""); strings.Contains(lesson, "data-sweep-these") {
		t.Error("a way leads out of a lesson")
	}
}
