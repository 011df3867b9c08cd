package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"image"
	"image/png"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"

	"gradlab/internal/record"
	"gradlab/internal/report"
)

// short makes a short link and returns its code.
func (s *server) short(link string) string {
	s.t.Helper()
	resp, body := s.do("POST", "/s", asJSON, url.Values{"link": {link}}.Encode())
	var v struct{ Code, URL, Page, QR, Link string }
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != 200 || v.URL != s.URL+"/s/"+v.Code || v.Link == "" {
		s.t.Fatalf("POST /s %s: %s %s", link, resp.Status, body)
	}
	return v.Code
}

func TestShortLinks(t *testing.T) {
	dir := t.TempDir()
	s := newServerIn(t, dir)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	leads := map[string]string{
		"/lab?method=byol&lr=0.1#step=40&anchor=3":             "/lab?lr=0.1&method=byol&v=1#step=40&anchor=3",
		s.URL + "/lab?lr=0.1&v=1&method=byol#anchor=3&step=40": "/lab?lr=0.1&method=byol&v=1#step=40&anchor=3", // the same state
		"/lab?hide=story&hide=sphere&lock=all,-lr":             "/lab?v=1&hide=story,sphere&lock=all,-lr",
		"/embed?show=norms&theme=dark":                         "/embed?v=1&show=norms&theme=dark",
		"/experiments/barlow-line":                             "/experiments/barlow-line",
		"/runs/" + id + "?lr=9#step=3":                         "/runs/" + id + "#step=3",
	}
	codes := map[string]string{}
	for link, to := range leads {
		code := s.short(link)
		if !regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{7}$`).MatchString(code) {
			t.Errorf("%s has the code %q", link, code)
		}
		if other, ok := codes[to]; ok && other != code {
			t.Errorf("%s has the codes %s and %s", to, code, other)
		}
		codes[to] = code
		resp, _ := s.do("GET", "/s/"+strings.ToUpper(code), asPage, "")
		if got := resp.Header.Get("Location"); resp.StatusCode != 302 || got != to {
			t.Errorf("%s leads to %q, %s, want %q", link, got, resp.Status, to)
		}
	}
	if len(codes) != len(leads)-1 {
		t.Errorf("%d codes for %d states", len(codes), len(leads)-1)
	}

	resp, _ := s.do("POST", "/s", asPage, "link=/lab")
	if page := resp.Header.Get("Location"); resp.StatusCode != 303 || !strings.HasSuffix(page, "/qr") {
		t.Errorf("a form is answered with %s to %q", resp.Status, page)
	} else if _, body := s.do("GET", page, asPage, ""); !strings.Contains(body, "/lab?v=1") || !strings.Contains(body, strings.TrimSuffix(page, "/qr")) {
		t.Errorf("its page does not name the link:\n%s", body)
	}

	for link, status := range map[string]int{
		"": 400, "https://example.org/lab": 400, "//example.org/lab": 400, "javascript:alert(1)": 400, "/": 400, "/runs/nobody": 400, "/experiments/none": 400, "/s/abc": 400,
		"/lab?batch=1": 422, "/lab?hide=nothing": 422, "/lab#step=<script>": 400, "/lab#nothing=1": 400, "/lab?" + strings.Repeat("x", 9000): 400,
	} {
		if resp, body := s.do("POST", "/s", asJSON, url.Values{"link": {link}}.Encode()); resp.StatusCode != status {
			t.Errorf("%.60q: %s %s, want %d", link, resp.Status, body, status)
		}
	}
	for _, path := range []string{"/s/zzzzzzz", "/s/a", "/s/zzzzzzz/qr", "/s/zzzzzzz/qr.svg"} {
		if resp, body := s.do("GET", path, asPage, ""); resp.StatusCode != 404 || !strings.Contains(body, "No such short link") {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	if resp, _ := s.do("POST", "/s", asJSON, "link=/lab", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != 403 {
		t.Errorf("another site makes short links: %s", resp.Status)
	}
}

// The picture has the modules of the code for the short link, four of margin and
// nothing else, and is dark on light.
func TestQRCode(t *testing.T) {
	s := newServer(t)
	code := s.short("/lab?method=barlow")
	resp, body := s.do("GET", "/s/"+code+"/qr.svg", "", "")
	if resp.Header.Get("Content-Type") != "image/svg+xml" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	want, err := qr.Encode(s.URL+"/s/"+code, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	var svg struct {
		ViewBox string `xml:"viewBox,attr"`
		Title   string `xml:"title"`
		Desc    string `xml:"desc"`
		Paths   []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(body), &svg); err != nil {
		t.Fatal(err)
	}
	side := want.Size + 8
	if svg.ViewBox != fmt.Sprintf("0 0 %d %d", side, side) || !strings.Contains(svg.Title, s.URL+"/s/"+code) || svg.Desc == "" || len(svg.Paths) != 2 {
		t.Fatalf("%+v", svg)
	}
	if svg.Paths[0].Fill != "#fff" || svg.Paths[0].D != fmt.Sprintf("M0 0h%dv%dH0z", side, side) || svg.Paths[1].Fill != "" {
		t.Errorf("the paper is %+v", svg.Paths[0])
	}
	black := map[image.Point]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(svg.Paths[1].D, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		for i := range n {
			black[image.Pt(x+i, y)] = true
		}
	}
	for y := range side {
		for x := range side {
			if black[image.Pt(x, y)] != want.Black(x-4, y-4) {
				t.Fatalf("module (%d, %d) is black: %v", x, y, black[image.Pt(x, y)])
			}
		}
	}
}

// A frame of another site may hold the one page that is made for it, and no other.
func TestOnlyEmbedMayBeFramed(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	resp, body := s.do("GET", "/embed?"+tiny+"&steps=5&show=norms,loss&theme=dark", asPage, "")
	csp := resp.Header.Get("Content-Security-Policy")
	if resp.StatusCode != 200 || !strings.Contains(csp, "frame-ancestors *") || resp.Header.Get("X-Frame-Options") != "" {
		t.Errorf("%s, policy %q, X-Frame-Options %q", resp.Status, csp, resp.Header.Get("X-Frame-Options"))
	}
	for _, word := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "form-action 'self'", "base-uri 'none'"} {
		if !strings.Contains(csp, word) {
			t.Errorf("the frame's policy %q lacks %s", csp, word)
		}
	}
	for _, want := range []string{`data-theme="dark"`, `id="chart-positive_norm"`, `id="chart-loss"`, `/figures/norms.svg`, `&#34;path&#34;:&#34;/embed&#34;`} {
		if !strings.Contains(body, want) {
			t.Errorf("the frame lacks %s", want)
		}
	}
	if !regexp.MustCompile(`class="whole" href="[^"]*/lab\?[^"]*v=1&amp;hash=[^"&]*"`).MatchString(body) {
		t.Error("the way out of the frame does not lead to the whole")
	}
	for _, without := range []string{`id="chart-knn_accuracy"`, `class="controls"`, `id="share"`, `/figures/knn.svg`, `class="foot"`} {
		if strings.Contains(body, without) {
			t.Errorf("the frame has %s", without)
		}
	}
	for _, path := range []string{"/lab?embed=1", "/runs/" + id, "/", "/experiments/barlow-line"} {
		resp, _ := s.do("GET", path, asPage, "")
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || resp.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s may be framed: %q", path, csp)
		}
	}
	resp, _ = s.do("POST", "/runs", asPage, "batch=1&embed=1")
	if csp := resp.Header.Get("Content-Security-Policy"); resp.StatusCode != 422 || !strings.Contains(csp, "frame-ancestors *") {
		t.Errorf("a refusal in a frame: %s, %q", resp.Status, csp)
	}
	// a run that is started from a frame stays in it
	resp, _ = s.do("POST", "/runs", asPage, tiny+"&steps=5&embed=1&theme=dark")
	if to := resp.Header.Get("Location"); !strings.HasPrefix(to, "/embed?") || !strings.HasSuffix(to, "&theme=dark") {
		t.Errorf("the frame goes to %s", to)
	}
}

// What a link hides is not on the page, script or not, and what it locks is sent as it is.
func TestALessonHoldsWithoutScript(t *testing.T) {
	s := newServer(t)
	settings := tiny + "&steps=5&method=barlow"
	s.finish(s.start(settings))
	const lesson = "hide=effective_rank,similarity,story,batch,essay&lock=lr,method"
	_, body := s.do("GET", "/lab?"+settings+"&"+lesson, asPage, "")
	for _, without := range []string{`id="chart-effective_rank"`, `id="chart-positive_similarity"`, `/figures/similarity.svg`, `data-field="batch"`, `class="essay"`, `Effective rank</th>`} {
		if strings.Contains(body, without) {
			t.Errorf("the page has %s", without)
		}
	}
	for _, want := range []string{
		`id="chart-channel_std"`, `figures/collapse.svg?hide=effective_rank`, `<input type="hidden" name="batch" value="16">`, `<input type="hidden" name="lr" value="`,
		`<fieldset class="methods" disabled`, `<input type="hidden" name="hide" value="effective_rank,similarity,story,batch,essay">`, `<input type="hidden" name="lock" value="lr,method">`, "fixed for this lesson",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if !regexp.MustCompile(`<input id="f-lr"[^>]* disabled`).MatchString(body) || regexp.MustCompile(`<input id="f-steps"[^>]* disabled`).MatchString(body) {
		t.Error("not the learning rate is disabled, or not it alone")
	}
	_, svg := s.do("GET", strings.ReplaceAll(regexp.MustCompile(`/runs/[^"]*collapse\.svg\?hide=effective_rank`).FindString(body), "&amp;", "&"), "", "")
	if strings.Contains(svg, "Effective rank") || !strings.Contains(svg, "Spread of the channels") {
		t.Error("the server's picture shows what is hidden, or not what is left")
	}

	// the run that the form starts leads to a page of the same lesson
	resp, _ := s.do("POST", "/runs", asPage, settings+"&"+lesson)
	if to := resp.Header.Get("Location"); !strings.HasPrefix(to, "/runs/") || !strings.HasSuffix(to, "?"+lesson) {
		t.Errorf("it leads to %s", to)
	} else if _, body := s.do("GET", to, asPage, ""); strings.Contains(body, `id="chart-effective_rank"`) || !strings.Contains(body, "fixed for this lesson") {
		t.Error("the run's page has forgotten the lesson")
	}
	// a locked default stays with another method, whose own default is another
	_, body = s.do("GET", "/lab?method=simclr&lock=lr", asPage, "")
	form, _, _ := strings.Cut(body[strings.Index(body, `id="method-form"`):], "</form>")
	if !strings.Contains(form, `name="lr" value="0.06"`) {
		t.Error("the method chooser does not send the locked learning rate along")
	}

	_, body = s.do("GET", "/lab?"+settings+"&b.lr=0.01&"+lesson, asPage, "")
	for _, m := range regexp.MustCompile(`<a href="([^"]*)"[^>]* aria-label="(?:only this: lane|remove lane) [^"]*"`).FindAllStringSubmatch(body, -1) {
		if !strings.HasSuffix(html.UnescapeString(m[1]), "&"+lesson) {
			t.Errorf("a way to fewer lanes leaves the lesson: %s", m[1])
		}
	}
	if n := strings.Count(body, "only this: lane"); n != 2 {
		t.Errorf("%d ways to one lane", n)
	}

	_, body = s.do("GET", "/lab?hide=nothing&lock=lrr&show=sphera&theme=pink&hash=1-2-3", asPage, "")
	for _, want := range []string{"is not one of the names of figures, texts, controls and settings, which all stand under", "the nearest is lr", "the nearest is sphere", "light, dark or projector", "is no hash of a curve"} {
		if !strings.Contains(body, want) {
			t.Errorf("a mistaken lesson's page does not say %q", want)
		}
	}
	if strings.Contains(body, "sphere, norms, loss") {
		t.Error("it lists all names, in a sentence")
	}
	if !strings.Contains(body, "Make a lesson of it") {
		t.Error("the panel Share has no lesson that lists them")
	}
}

// Who shares a link is told what it lets others do, and a lesson can leave out the buttons for that.
func TestALinkLetsOthersStop(t *testing.T) {
	s := newServer(t)
	buttons := regexp.MustCompile(`<div class="buttons" role="group" aria-label="Run"( hidden)?>`)
	for lesson, hidden := range map[string]string{"": "", "&hide=run": " hidden"} {
		_, page := s.do("GET", "/lab?"+tiny+lesson, asPage, "")
		if !strings.Contains(page, "Whoever has the link can also pause and stop its runs.") {
			t.Errorf("%q: the panel Share does not say it", lesson)
		}
		if m := buttons.FindStringSubmatch(page); m == nil || m[1] != hidden {
			t.Errorf("%q: the buttons are %q", lesson, m)
		}
	}
}

// Every figure comes as SVG, PNG, CSV and JSON, and what the numbers say is what the
// records and the frames say, cell by cell.
func TestEveryFigureInFourFormats(t *testing.T) {
	s := newServer(t)
	id := s.start(strings.Replace(tiny, "probe.knn=0", "probe.knn=6", 1) + "&steps=12")
	m := s.finish(id)
	c, err := s.lab.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	batch, err := c.Next(t.Context())
	if err != nil || len(batch.Steps) != 12 {
		t.Fatalf("%d steps, %v", len(batch.Steps), err)
	}
	frame := func(name string, until int) (found record.Frame, step int) {
		for _, st := range batch.Steps[:until+1] {
			for _, f := range st.Frames {
				if f.Name == name {
					found, step = f, st.Step
				}
			}
		}
		return found, step
	}
	for _, f := range report.Figures() {
		base := "/runs/" + id + "/figures/" + f.Name
		for format, kind := range map[string]string{"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"} {
			if resp, body := s.do("GET", base+"."+format, "", ""); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != kind || len(body) < 20 {
				t.Errorf("%s.%s: %s %s", f.Name, format, resp.Status, resp.Header.Get("Content-Type"))
			}
		}
		_, text := s.do("GET", base+".csv?step=7", "", "")
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Errorf("%s.csv: %d rows, %v", f.Name, len(rows), err)
			continue
		}
		_, text = s.do("GET", base+".json?step=7", "", "")
		var v struct {
			Figure string
			Lanes  []struct {
				Step    *int
				Columns []string
				Rows    [][]any
			}
		}
		if err := json.Unmarshal([]byte(text), &v); err != nil || v.Figure != f.Name || len(v.Lanes) != 1 || len(v.Lanes[0].Rows) != len(rows)-1 || !slices.Equal(v.Lanes[0].Columns, rows[0]) {
			t.Errorf("%s.json is not %s.csv: %v", f.Name, f.Name, err)
			continue
		}
		for i, row := range v.Lanes[0].Rows { // JSON and CSV say the same
			for j, cell := range row {
				want := rows[i+1][j]
				ok := false
				switch cell := cell.(type) {
				case nil:
					ok = want == "" || want == "NaN" || strings.HasSuffix(want, "Inf")
				case string:
					ok = cell == want
				case float64:
					x, err := strconv.ParseFloat(want, 64)
					ok = err == nil && x == cell
				}
				if !ok {
					t.Errorf("%s, row %d, %s: %v in JSON and %q in CSV", f.Name, i, rows[0][j], cell, want)
				}
			}
		}
		checkNumbers(t, f, rows, m.Schema, batch.Steps, frame)
		if f.Frame != "" && len(f.Panels) == 0 || f.Name == "spectrum" {
			name := f.Frame
			if _, step := frame(name, 7); v.Lanes[0].Step == nil || *v.Lanes[0].Step != step {
				t.Errorf("%s is of step %v, the last frame up to step 7 of %d", f.Name, v.Lanes[0].Step, step)
			}
		}
	}
	if resp, _ := s.do("GET", "/runs/"+id+"/figures/norms.csv?step=x", "", ""); resp.StatusCode != 400 {
		t.Errorf("step=x: %s", resp.Status)
	}
}

// checkNumbers compares the rows of a figure, its header first, with records and frames.
func checkNumbers(t *testing.T, f report.Figure, rows [][]string, schema record.Schema, steps []record.Step, frame func(string, int) (record.Frame, int)) {
	t.Helper()
	is := func(text string, want float64) bool {
		x, err := strconv.ParseFloat(text, 64)
		return err == nil && (x == want || float32(x) == float32(want) || math.IsNaN(x) && math.IsNaN(want) || math.Abs(x-want) < 1e-6*math.Abs(want))
	}
	at := func(row []string, column string) string {
		if i := slices.Index(rows[0], column); i >= 0 {
			return row[i]
		}
		return "no column " + column
	}
	compared := 0
	check := func(row []string, column string, want float64) {
		compared++
		if got := at(row, column); !is(got, want) {
			t.Errorf("%s, row %v, %s: %q, want %g", f.Name, row[0], column, got, want)
		}
	}
	switch {
	case f.Name == "spectrum":
		fr, _ := frame("spectrum", 7)
		for k, row := range rows[1:] {
			check(row, "spectrum", float64(fr.At(0, k)))
		}
	case f.Name == "sphere":
		points, _ := frame("sphere", 7)
		length, _ := frame("sphere_length", 7)
		class, _ := frame("sphere_class", 7)
		for i, row := range rows[1:] {
			check(row, "x", float64(points.At(i, 0)))
			check(row, "positive_length", math.Pow(float64(length.At(i, 0)), 2))
			check(row, "negative_radial", math.Copysign(math.Pow(float64(length.At(i, 3)), 2), float64(length.At(i, 3))))
			check(row, "class", float64(class.At(0, i%class.Cols)))
		}
	case f.Labelled:
		fr, step := frame(f.Frame, 7)
		about, _ := schema.Matrix(f.Frame, step)
		for k, row := range rows[1:] {
			check(row, "cosine", float64(fr.At(k/fr.Cols, k%fr.Cols)))
			if at(row, "gradient") != about.Labels[k/fr.Cols] || at(row, "other") != about.Labels[k%fr.Cols] {
				t.Errorf("%s: row %d is of %v", f.Name, k, row[:2])
			}
		}
	case f.Frame != "":
		fr, _ := frame(f.Frame, 7)
		for i, row := range rows[1:] {
			for j := range fr.Cols {
				compared++
				if !is(row[j+1], float64(fr.At(i, j))) {
					t.Errorf("%s (%d, %d): %q, want %g", f.Name, i, j, row[j+1], fr.At(i, j))
				}
			}
		}
	default:
		for _, p := range f.Panels {
			for _, line := range p.Lines {
				index := schema.Index(line.Field)
				if index < 0 {
					continue
				}
				column, unit := line.Field, 1.0
				if line.Per != "" {
					column += "/" + line.Per
					for _, mark := range schema.Fields[index].Marks {
						if mark.Label == line.Per {
							unit = float64(mark.Value)
						}
					}
				}
				for _, row := range rows[1:] {
					n, err := strconv.Atoi(row[0])
					if err != nil || n >= len(steps) {
						t.Fatalf("%s: step %q", f.Name, row[0])
					}
					if steps[n].Has&schema.Fields[index].Every == 0 {
						if got := at(row, column); got != "" {
							t.Errorf("%s, step %d: %s was not measured, and is %s", f.Name, n, column, got)
						}
						continue
					}
					check(row, column, float64(steps[n].Values[index])/unit)
				}
			}
		}
	}
	if compared == 0 {
		t.Errorf("%s: nothing was compared", f.Name)
	}
}

// The picture for a posted link has the size that sites want, is drawn once, and
// shows the curves where the run is there.
func TestPreviews(t *testing.T) {
	s := newServer(t)
	settings := tiny + "&steps=40"
	get := func(path string) image.Image {
		resp, body := s.do("GET", path, "", "")
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "image/png" || resp.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Fatalf("%s: %s %v", path, resp.Status, resp.Header)
		}
		if again, _ := s.do("GET", path, "", "", "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != 304 {
			t.Errorf("%s again: %s", path, again.Status)
		}
		if _, again := s.do("GET", path, "", ""); again != body {
			t.Errorf("%s is drawn otherwise the second time", path)
		}
		img, err := png.Decode(bytes.NewReader([]byte(body)))
		if err != nil || img.Bounds().Size() != image.Pt(1200, 630) {
			t.Fatalf("%s: %v", path, err)
		}
		return img
	}
	coloured := func(img image.Image) int {
		n := 0
		for y := 200; y < 560; y++ {
			for x := range 1200 {
				if r, g, b, _ := img.At(x, y).RGBA(); max(r, g, b)-min(r, g, b) > 0x6000 {
					n++
				}
			}
		}
		return n
	}
	before := get("/preview.png?" + settings)
	id := s.start(settings)
	s.finish(id)
	after := get("/preview.png?" + settings)
	run := get("/runs/" + id + "/preview.png")
	get("/experiments/barlow-line/preview.png")
	if a, b, c := coloured(before), coloured(after), coloured(run); a != 0 || b < 500 || c != b {
		t.Errorf("coloured pixels: %d before the run, %d after it, %d on its page", a, b, c)
	}
	for _, page := range []string{"/lab?" + settings, "/runs/" + id, "/experiments/barlow-line"} {
		_, body := s.do("GET", page, asPage, "")
		m := regexp.MustCompile(`<meta property="og:image" content="([^"]*)"`).FindStringSubmatch(body)
		if m == nil || !strings.HasPrefix(m[1], s.URL) || !strings.Contains(body, `name="twitter:card" content="summary_large_image"`) {
			t.Errorf("%s names no picture: %v", page, m)
			continue
		}
		get(strings.ReplaceAll(strings.TrimPrefix(m[1], s.URL), "&amp;", "&"))
	}
	if resp, _ := s.do("GET", "/runs/nobody/preview.png", "", ""); resp.StatusCode != 404 {
		t.Errorf("of no run: %s", resp.Status)
	}
}

var verdictOf = regexp.MustCompile(`data-verdict="([a-z]+)">([\s\S]*?)</p>`)

// A link with a curve hash says whether the run came out the same, and if not where
// it first differs.
func TestReproduction(t *testing.T) {
	s := newServer(t)
	settings := tiny + "&steps=60"
	id := s.start(settings)
	s.finish(id)
	_, body := s.do("GET", "/lab?"+settings, asPage, "")

	hash := regexp.MustCompile(`hash=(\d-[a-z]+-60-[0-9a-f]{16}-[0-9a-z]+)`).FindStringSubmatch(body)
	if hash == nil {
		t.Fatalf("Share of a finished run has no hash:\n%s", body)
	}
	verdict := func(on *server, hash string) (kind, text string) {
		t.Helper()
		_, body := on.do("GET", "/lab?"+settings+"&hash="+hash, asPage, "")
		m := verdictOf.FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("nothing is said about %s", hash)
		}
		return m[1], strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[2], "")), " ")
	}

	fresh := newServer(t) // another server, which has not run it
	if kind, text := verdict(fresh, hash[1]); kind != "open" || !strings.Contains(text, "Run it") {
		t.Errorf("before the run: %s, %s", kind, text)
	}
	fresh.finish(fresh.start(settings))
	if kind, text := verdict(fresh, hash[1]); kind != "same" || !strings.Contains(text, "Reproduced bit for bit") {
		t.Errorf("after the run: %s, %s", kind, text)
	}

	// a check in the middle of the list is of another curve: step 30 of 60 is the 16 + 15th
	parts := strings.Split(hash[1], "-")
	flip := func(s string, at int) string {
		c := byte('0')
		if s[at] == c {
			c = '1'
		}
		return s[:at] + string(c) + s[at+1:]
	}
	tampered := strings.Join(append(slices.Clone(parts[:4]), flip(parts[4], 40)), "-")
	if kind, text := verdict(s, tampered); kind != "differs" || !regexp.MustCompile(`first differs (at step \d+|between steps \d+ and \d+)\.`).MatchString(text) {
		t.Errorf("a tampered check: %s, %s", kind, text)
	}
	tampered = strings.Join([]string{parts[0], parts[1], parts[2], flip(parts[3], 2), parts[4]}, "-")
	if kind, text := verdict(s, tampered); kind != "differs" || !strings.Contains(text, "damaged") {
		t.Errorf("a tampered hash: %s, %s", kind, text)
	}
	if kind, text := verdict(s, strings.Join([]string{parts[0], parts[1], parts[2], flip(parts[3], 2)}, "-")); kind != "differs" || !strings.Contains(text, "no checks") {
		t.Errorf("a tampered hash without checks: %s, %s", kind, text)
	}
	if kind, text := verdict(s, "1-plain-60-"+parts[3]); kind != "same" || strings.Contains(text, "engine version 1") {
		t.Errorf("the same curve of another engine: %s, %s", kind, text)
	}
	if kind, text := verdict(s, "1-plain-60-"+flip(parts[3], 0)); kind != "differs" || !strings.Contains(text, "computed by engine version 1 on machine class plain") {
		t.Errorf("another curve of another engine: %s, %s", kind, text)
	}

	// of another seed's run, really computed, the first difference is its first step
	other := s.start(settings + "&seed=2")
	s.finish(other)
	_, body = s.do("GET", "/lab?"+settings+"&seed=2&hash="+hash[1], asPage, "")
	if m := verdictOf.FindStringSubmatch(body); m == nil || m[1] != "differs" || !strings.Contains(m[2], "first differs at step 0.") {
		t.Errorf("another seed: %v", m)
	}
}

// Links stay short whatever they say: checks go first, then hashes.
func TestLinksAreCapped(t *testing.T) {
	s := newServer(t)
	lanes := tiny + "&steps=49"
	for _, lane := range []string{"b", "c", "d", "e", "f"} {
		lanes += fmt.Sprintf("&%s.seed=184467440737095%d&%s.batch=8", lane, lane[0], lane)
	}
	resp, body := s.do("POST", "/runs", asJSON, lanes)
	var v struct {
		Page  string
		Lanes []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || len(v.Lanes) != 6 {
		t.Fatalf("%s %s", resp.Status, body)
	}
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	_, body = s.do("GET", v.Page, asPage, "")
	m := regexp.MustCompile(`<input id="share-link"[^>]* value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("there is no link")
	}
	if n := len(strings.ReplaceAll(m[1], "&amp;", "&")); n > 1500 || !strings.Contains(m[1], "hash=2-") {
		t.Errorf("six lanes have a link of %d characters: %s", n, m[1])
	}
	if long, _ := s.do("GET", "/lab?"+strings.Repeat("hide=nothing&", 300), asPage, ""); long.StatusCode != 200 {
		t.Errorf("300 bad names: %s", long.Status)
	}
}
