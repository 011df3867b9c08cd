package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/lab"
)

type answer struct {
	ID, URL, State, Page string
	Lanes                []struct{ Lane, ID, URL, State, Spec string }
	Errors               []struct{ Key, Value, Problem, Range, Nearest, Message string }
}

// post submits settings as a program does.
func (s *server) post(settings string) (*http.Response, answer) {
	s.t.Helper()
	resp, body := s.do("POST", "/runs", asJSON, settings)
	var v answer
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		s.t.Fatalf("%v in %s", err, body)
	}
	return resp, v
}

func TestSubmit(t *testing.T) {
	s := newServer(t)
	resp, v := s.post(tiny + "&steps=5&method=byol")
	if resp.StatusCode != 200 || len(v.ID) != 12 || v.URL != "/runs/"+v.ID || len(v.Lanes) != 1 || v.Lanes[0].ID != v.ID {
		t.Fatalf("%s %+v", resp.Status, v)
	}
	m := s.finish(v.ID)
	if m.State != lab.Finished || m.Done != 5 || len(m.CurveHash) != 64 || !strings.Contains(m.Spec, "method=byol") {
		t.Errorf("the run ended as %+v", m)
	}
	if _, again := s.post("method=byol&steps=5&" + tiny); again.ID != v.ID || again.State != "finished" {
		t.Errorf("the same settings in another order gave %+v", again)
	}
	if resp, v := s.post(tiny + "&steps=5&method=byol&keep=1"); resp.StatusCode != 200 || v.ID != m.ID {
		t.Errorf("with keep=1: %s %+v", resp.Status, v)
	}

	// A browser is led to the run, and to the lab where there are several.
	resp, _ = s.do("POST", "/runs", asPage, tiny+"&steps=5&method=byol")
	if resp.StatusCode != 303 || resp.Header.Get("Location") != v.URL {
		t.Errorf("a form: %s to %q, want 303 to %s", resp.Status, resp.Header.Get("Location"), v.URL)
	}
	resp, _ = s.do("POST", "/runs", asPage, tiny+"&steps=5&method=byol&b.method=barlow")
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || resp.StatusCode != 303 || to.Path != "/lab" || to.Query().Get("b.method") != "barlow" {
		t.Errorf("a form with two lanes: %s to %q", resp.Status, resp.Header.Get("Location"))
	}
	_, v = s.post(tiny + "&steps=5&method=byol&b.method=barlow&c.lr=0.01")
	var lanes []string
	for _, l := range v.Lanes {
		lanes = append(lanes, l.Lane)
	}
	if !slices.Equal(lanes, []string{"", "b", "c"}) || v.Lanes[0].ID != m.ID || v.Page != "/lab?"+mustQuery(t, v.Page) {
		t.Errorf("three lanes: %+v", v)
	}
}

func mustQuery(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.RawQuery
}

func TestEveryErrorAtOnce(t *testing.T) {
	s := newServer(t)
	const bad = "batch=1&methd=byol&projector.depth=99&gradient=closed&predictor=mlp&method=byol&b.lr=fast"
	resp, v := s.post(bad)
	if resp.StatusCode != 422 {
		t.Fatalf("%s %+v", resp.Status, v)
	}
	want := map[string]string{"batch": "2", "methd": "method", "projector.depth": "8", "gradient": "loss", "b.lr": ""}
	for _, e := range v.Errors {
		nearest, ok := want[e.Key]
		if !ok {
			continue
		}
		delete(want, e.Key)
		if e.Message == "" || nearest != "" && e.Nearest != nearest {
			t.Errorf("%s: %+v, want the nearest to be %q", e.Key, e, nearest)
		}
	}
	if len(want) > 0 {
		t.Errorf("no error for %v in %+v", want, v.Errors)
	}
	if _, v := s.post("keep=perhaps"); len(v.Errors) != 1 || v.Errors[0].Key != "keep" {
		t.Errorf("keep=perhaps: %+v", v)
	}

	resp, body := s.do("POST", "/runs", asPage, bad)
	if resp.StatusCode != 422 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("in a browser: %s", resp.Status)
	}
	for _, part := range []string{"<form", "methd", "0..8"} {
		if !strings.Contains(body, part) {
			t.Errorf("the form is drawn again without %q", part)
		}
	}
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("%d runs were started all the same", n)
	}

	resp, v = s.post("encoder.width=512&encoder.depth=8&batch=4096&projector.width=16384&projector.depth=8&steps=100000")
	if resp.StatusCode != 422 || len(v.Errors) == 0 || v.Errors[0].Key == "" {
		t.Errorf("a run that no memory holds: %s %+v", resp.Status, v)
	}
}

func TestAGetStartsNothing(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/", "/lab", "/lab?" + tiny, "/lab?method=barlow&b.method=byol", "/runs?" + tiny, "/runs/0000000000ZZ/resume"} {
		s.do("GET", path, asPage, "")
		s.do("HEAD", path, asPage, "")
	}
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("%d runs after nothing but GET and HEAD", n)
	}
}

func TestOrders(t *testing.T) {
	s := newServer(t)
	id := s.start(long)
	order := func(name string) (int, lab.Manifest) {
		t.Helper()
		resp, body := s.do("POST", "/runs/"+id+"/"+name, asJSON, "")
		var m lab.Manifest
		if resp.StatusCode == 200 {
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
		}
		return resp.StatusCode, m
	}
	_, m := order("pause")
	if m.State != lab.Paused {
		t.Fatalf("after pause: %s", m.State)
	}
	_, stepped := order("step")
	if stepped.State != lab.Paused || stepped.Done != m.Done+1 {
		t.Errorf("after one step: %s, %d steps done, want %d", stepped.State, stepped.Done, m.Done+1)
	}
	if code, _ := order("resume"); code != 200 {
		t.Errorf("resume: %d", code)
	}
	if resp, _ := s.do("POST", "/runs/"+id+"/pause", asPage, ""); resp.StatusCode != 303 || resp.Header.Get("Location") != "/runs/"+id {
		t.Errorf("a browser's pause: %s to %q", resp.Status, resp.Header.Get("Location"))
	}
	if _, m := order("stop"); m.State != lab.Cancelled {
		t.Errorf("after stop: %s", m.State)
	}
	if code, _ := order("pause"); code != 409 {
		t.Errorf("pausing a run that has ended: %d, want 409", code)
	}
}

// The lab as a document: settings that do not work are explained at their
// fields, and a run's pictures and numbers are there without script.
func TestLabIsADocument(t *testing.T) {
	s := newServer(t)
	resp, body := s.do("GET", "/lab?batch=1&nonsense=2&method=barlow", asPage, "")
	if resp.StatusCode != 200 || !strings.Contains(body, "nonsense") || !strings.Contains(body, "is outside 2..") {
		t.Errorf("bad settings: %s, without the notices", resp.Status)
	}

	id := s.start(tiny + "&steps=20&method=barlow")
	s.finish(id)
	for _, path := range []string{"/runs/" + id, "/lab?" + tiny + "&steps=20&method=barlow", "/lab?method=barlow&steps=20&" + tiny + "&b.method=byol"} {
		resp, body := s.do("GET", path, asPage, "")
		if resp.StatusCode != 200 {
			t.Errorf("%s: %s", path, resp.Status)
		}
		for _, part := range []string{`action="/runs"`, `src="/runs/` + id + `/figures/norms.svg`, "<table", "<td>19</td>", "lab run ", id} {
			if !strings.Contains(body, part) {
				t.Errorf("%s: the page lacks %q", path, part)
			}
		}
	}
}

// A link that is not canonical, and the canonical one that the page gives, are
// the same lab.
func TestCanonicalLink(t *testing.T) {
	s := newServer(t)
	_, body := s.do("GET", "/lab?method=simclr&lr=0.0600&tau=0.5&batch=64", asPage, "")
	_, after, ok := strings.Cut(body, `rel="canonical" href="`)
	link, _, _ := strings.Cut(after, `"`)
	link = strings.ReplaceAll(link, "&amp;", "&")
	if !ok || strings.Contains(link, "lr=") || !strings.Contains(link, "batch=64") {
		t.Fatalf("canonical link %q", link)
	}
	_, again := s.do("GET", link, asPage, "")
	if again != body {
		t.Errorf("the page at %s is another one", link)
	}
}

func FuzzLab(f *testing.F) {
	s := newServer(f)
	for _, seed := range []string{
		"", "method=byol", "method=barlow&lambda=0&b.method=byol", "batch=1&batch=2", "a=b&&=&%zz", "then.lr=1&at=5", "b.at=3&c.then.x=1", "v=99", "%00=%ff",
		strings.Repeat("x", 5000), "seed=18446744073709551616", "projector.width=1e9", "lr=NaN&tau=Inf",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		s.t = t
		u := &url.URL{Path: "/lab", RawQuery: query}
		r, err := http.NewRequest("GET", s.URL+u.String(), nil)
		if err != nil {
			t.Skip() // no client can send it
		}
		w := newRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Errorf("/lab?%s: %d", query, w.Code)
		}
	})
}

// Two runs are compared by what they make of the same images; those that saw others
// are refused with the setting that stands in the way.
func TestCompare(t *testing.T) {
	s := newServer(t)
	const known = "encoder=mlp&encoder.width=16&batch=16&projector.depth=1&projector.width=16&steps=9&probe.knn="
	a, b := s.start(known+"4&data=shapes"), s.start(known+"4&data=shapes&method=barlow")
	other, blind := s.start(known+"4&data=emoji"), s.start(known+"0&data=shapes")
	for _, id := range []string{a, b, other, blind} {
		s.finish(id)
	}
	var got struct {
		Runs  [2]string
		Steps []struct {
			Step         int
			CKA, Overlap float64
		}
	}
	resp, body := s.do("GET", "/runs/"+a+"/compare/"+b, asJSON, "")
	if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 || len(got.Steps) != 3 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	if got.Runs != [2]string{a, b} || got.Steps[0].CKA < 0.999 || got.Steps[2].Step != 8 || got.Steps[2].CKA == got.Steps[0].CKA {
		t.Errorf("%+v", got)
	}
	for from, want := range map[string]int{"0": 3, "1": 2, "5": 1, "9": 0} {
		resp, body := s.do("GET", "/runs/"+a+"/compare/"+b+"?from="+from, asJSON, "")
		if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 || len(got.Steps) != want {
			t.Errorf("from step %s: %d %s, want %d steps", from, resp.StatusCode, body, want)
		}
	}
	if resp, body := s.do("GET", "/runs/"+a+"/compare/"+b+"?from=-1", asJSON, ""); resp.StatusCode != 400 || !strings.Contains(body, "from:") {
		t.Errorf("from step -1: %d %s", resp.StatusCode, body)
	}
	for id, says := range map[string]string{other: "data: one has seen shapes and the other emoji", blind: "probe.knn: 0", "000000000000": "does not know the run"} {
		if resp, body := s.do("GET", "/runs/"+a+"/compare/"+id, asJSON, ""); resp.StatusCode < 400 || resp.StatusCode >= 500 || !strings.Contains(body, says) {
			t.Errorf("with %s: %d %s", id, resp.StatusCode, body)
		}
	}
}

// A weight that outputs feel as its D-th part says how much that is, beside the
// published one at its width.
func TestAWeightSaysWhatIsFeltOfIt(t *testing.T) {
	s := newServer(t)
	_, body := s.do("GET", "/lab?method=unigrad&lambda=6&projector.width=128", asPage, "")
	if want := "lambda/D = 0.047 at D = 128; published 100/2048 = 0.049"; !strings.Contains(body, want) {
		t.Errorf("the page does not say %q", want)
	}
}
