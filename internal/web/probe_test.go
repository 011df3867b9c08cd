package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/random"
	"gradlab/internal/npy"
)

// embeddings returns n x d numbers as a .npy file: those of the images and, on
// top, noise of the view.
func embeddings(n, d int, view string, noise float64) []byte {
	a := npy.Array{Rows: n, Cols: d, Bits: 32, Data: make([]float64, n*d)}
	image, own := random.New(1, random.Named("image"), 0, 0), random.New(1, random.Named(view), 0, 0)
	for i := range a.Data {
		a.Data[i] = image.Normal() + noise*own.Normal()
	}
	return file(a)
}

// constant returns n rows that are all alike.
func constant(n, d int) []byte {
	a := npy.Array{Rows: n, Cols: d, Bits: 64, Data: make([]float64, n*d)}
	for i := range a.Data {
		a.Data[i] = float64(i%d + 1)
	}
	return file(a)
}

func file(a npy.Array) []byte {
	var b bytes.Buffer
	if err := npy.Write(&b, a); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// A part is one field of an upload; without a name it is no file.
type part struct {
	field, name string
	content     []byte
}

func form(parts ...part) (body []byte, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		var to io.Writer
		if p.name == "" {
			to, _ = w.CreateFormField(p.field) // into memory
		} else {
			to, _ = w.CreateFormFile(p.field, p.name)
		}
		to.Write(p.content)
	}
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func views(x1, x2 []byte) []part { return []part{{"x1", "x1.npy", x1}, {"x2", "x2.npy", x2}} }

func (s *server) upload(accept string, parts ...part) (*http.Response, string) {
	s.t.Helper()
	body, kind := form(parts...)
	return s.do("POST", "/probe", accept, string(body), "Content-Type", kind)
}

// words is a page as somebody reads it.
func words(page string) string {
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(text), " ")
}

// A timedWriter notes whether an answer that begins has been given time to be taken in.
type timedWriter struct {
	*httptest.ResponseRecorder
	deadline time.Time
	timed    bool
}

func (w *timedWriter) SetWriteDeadline(t time.Time) error { w.deadline = t; return nil }

func (w *timedWriter) WriteHeader(status int) {
	w.timed = !w.deadline.IsZero()
	w.ResponseRecorder.WriteHeader(status)
}

// An upload and its measurement may take longer than an answer may: the time for that
// counts from then on.
func TestProbeHasTimeForTheAnswer(t *testing.T) {
	h := newServer(t).handler
	good := embeddings(8, 4, "1", 0.3)
	for status, parts := range map[int][]part{200: views(good, good), 422: views(good, []byte("none"))} {
		for _, accept := range []string{asPage, asJSON} {
			body, kind := form(parts...)
			w, r := &timedWriter{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest("POST", "/probe", bytes.NewReader(body))
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Accept", accept)
			h.ServeHTTP(w, r)
			if w.Code != status || !w.timed {
				t.Errorf("%d as %s, begun after it was given its time: %v", w.Code, accept, w.timed)
			}
		}
	}
}

func TestProbePage(t *testing.T) {
	s := newServer(t)
	resp, page := s.do("GET", "/probe", asPage, "")
	if resp.StatusCode != 200 || !strings.Contains(page, `enctype="multipart/form-data"`) || !strings.Contains(page, "numpy.save") {
		t.Errorf("%d %.500s", resp.StatusCode, page)
	}
	if _, home := s.do("GET", "/", asPage, ""); !strings.Contains(home, `href="/probe"`) {
		t.Error("the first page does not lead there")
	}
}

func TestProbeHealthy(t *testing.T) {
	s := newServer(t)
	resp, page := s.upload(asPage, views(embeddings(200, 16, "1", 0.3), embeddings(200, 16, "2", 0.3))...)
	if resp.StatusCode != 200 || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %.500s", resp.StatusCode, resp.Header, words(page))
	}
	text := words(page)
	for _, want := range []string{"200 images in two views, width 16 No sign of collapse", "Effective rank", "spread evenly", "All 16 channels", "Nothing is stored"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, m := range method.All() {
		if !strings.Contains(text, m.Title) {
			t.Errorf("the page lacks %s", m.Title)
		}
	}
	if strings.Contains(page, "style=") || strings.Contains(text, "NaN") {
		t.Error("the page has an inline style or a NaN")
	}
}

// The commonest complaint is answered first, and in words.
func TestProbeCollapsed(t *testing.T) {
	s := newServer(t)
	x := constant(64, 8)
	resp, page := s.upload(asPage, views(x, x)...)
	text := words(page)
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, text)
	}
	verdict, measured := strings.Index(text, "have collapsed to a point This is why the loss says −1"), strings.Index(text, "What was measured")
	if verdict < 0 || verdict > measured {
		t.Errorf("the verdict stands at %d, the measurements at %d: %.800s", verdict, measured, text)
	}
	if !strings.Contains(text, "what is left of these gradients is rounding") {
		t.Error("directions of rounding are shown")
	}
	if strings.Count(text, "Perfect is no comfort here") != 2 {
		t.Error("alignment and positive similarity read perfect, and nothing is said")
	}

	_, body := s.upload(asJSON, views(x, x)...)
	var r struct {
		Collapse string
		Metrics  []struct {
			Name  string
			Value *float64
		}
		Gradients []struct {
			Label string
			Loss  float64
		}
	}
	if err := json.Unmarshal([]byte(body), &r); err != nil || r.Collapse != "point" {
		t.Fatalf("%v %.300s", err, body)
	}
	for _, g := range r.Gradients {
		if g.Label == "BYOL, no predictor" && math.Abs(g.Loss+1) > 1e-9 {
			t.Errorf("the loss is %g", g.Loss)
		}
	}
}

// One method with its settings, and the targets of a momentum branch.
func TestProbeOneMethod(t *testing.T) {
	s := newServer(t)
	both := views(embeddings(40, 8, "1", 0.3), embeddings(40, 8, "2", 0.3))
	resp, page := s.upload(asPage, append(both, part{"method", "", []byte("barlow")}, part{"lambda", "", []byte("0.5")})...)
	if text := words(page); resp.StatusCode != 200 || !strings.Contains(text, "Barlow Twins: drop-a") || !strings.Contains(text, "From the loss's") || !strings.Contains(page, `<option value="barlow" selected`) {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	resp, body := s.upload(asJSON, append(both, part{"t1", "t1.npy", embeddings(40, 8, "3", 0.3)}, part{"t2", "t2.npy", embeddings(40, 8, "4", 0.3)})...)
	if resp.StatusCode != 200 || !strings.Contains(body, `"target":"momentum"`) {
		t.Errorf("%d %.300s", resp.StatusCode, body)
	}
}

// refused checks an answer that says what is wrong at which field.
func refused(t *testing.T, name string, resp *http.Response, body string, want map[string]string) {
	t.Helper()
	var v struct {
		Errors []struct{ Key, Message string }
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%s: %d %v %.300s", name, resp.StatusCode, err, body)
		return
	}
	got := map[string]string{}
	for _, e := range v.Errors {
		got[e.Key] += e.Message
	}
	for key, words := range want {
		if !strings.Contains(got[key], words) {
			t.Errorf("%s: %s says %q, want %q", name, key, got[key], words)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: errors %v", name, got)
	}
}

func TestProbeRefuses(t *testing.T) {
	s := newServer(t)
	good := embeddings(8, 4, "1", 0.3)
	nan := npy.Array{Rows: 8, Cols: 4, Bits: 64, Data: make([]float64, 32)}
	nan.Data[5] = math.NaN()
	header := func(shape string) []byte {
		h := "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n"
		return append([]byte{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, byte(len(h)), 0}, h...)
	}
	for name, c := range map[string]struct {
		parts []part
		want  map[string]string
	}{
		"nothing":      {nil, map[string]string{"x1": "x1 is missing", "x2": "x2 is missing"}},
		"one view":     {[]part{{"x1", "x1.npy", good}}, map[string]string{"x2": "x2 is missing"}},
		"empty fields": {[]part{{"x1", "", nil}, {"x2", "", nil}, {"t1", "", nil}, {"t2", "", nil}, {"method", "", nil}}, map[string]string{"x1": "missing", "x2": "missing"}},
		"one target":   {append(views(good, good), part{"t1", "t1.npy", good}), map[string]string{"t2": "t2 is missing"}},
		"twice":        {append(views(good, good), part{"x1", "more.npy", good}), map[string]string{"x1": "given twice"}},
		"NaN":          {views(good, file(nan)), map[string]string{"x2": "x2: 1 of 32 numbers are NaN or infinite; the first, NaN, stands in row 1, column 1"}},
		"both bad":     {views(file(nan), good[:60]), map[string]string{"x1": "x1: 1 of 32", "x2": "cut off"}},
		"1-D":          {views(header("(6,)"), good), map[string]string{"x1": "x1.npy cannot be read: its array has shape (6,)"}},
		"3-D":          {views(header("(6, 2, 2)"), good), map[string]string{"x1": "x.reshape(len(x), -1)"}},
		"truncated":    {views(good[:len(good)-1], good), map[string]string{"x1": "promises 32 numbers and it ends after 31"}},
		"promises":     {views(header("(1000000000, 512)"), good), map[string]string{"x1": "give fewer rows: x[:1024]"}},
		"shapes":       {views(good, embeddings(8, 5, "2", 0)), map[string]string{"x2": "x1 has shape (8, 4) and x2 has (8, 5)"}},
		"ragged":       {views([]byte("\x93NUMPY\x01\x00\x39\x00{'descr': '|O', 'fortran_order': False, 'shape': (8,), }\n"), good), map[string]string{"x1": "numpy.stack(rows)"}},
		"one row":      {views(embeddings(1, 4, "1", 0), embeddings(1, 4, "2", 0)), map[string]string{"x1": "at least two rows"}},
		"many rows":    {views(embeddings(2049, 1, "1", 0), embeddings(2049, 1, "2", 0)), map[string]string{"x1": "2049 rows are more than the 2048", "x2": "2049 rows"}},
		"a picture":    {views([]byte("\x89PNG\r\n"), []byte("PK\x03\x04")), map[string]string{"x1": "not a .npy file", "x2": "an archive"}},
		"method":       {append(views(good, good), part{"method", "", []byte("barlw")}), map[string]string{"method": "the nearest is barlow"}},
		"knob":         {append(views(good, good), part{"tau", "", []byte("1")}), map[string]string{"tau": "without a method"}},
		"target twice": {append(views(good, good), part{"t1", "t", good}, part{"t2", "t", good}, part{"target", "", []byte("stopped")}), map[string]string{"target": "has no meaning"}},
		"long text":    {append(views(good, good), part{"x3", "x3.npy", good[:len(good):len(good)]}, part{"method", "", bytes.Repeat([]byte("m"), 999)}), map[string]string{"x3": "", "method": "fits into 256 bytes"}},
	} {
		resp, body := s.upload(asJSON, c.parts...)
		refused(t, name, resp, body, c.want)
	}

	// On the page each stands at its field, and the form is there to try again.
	resp, page := s.upload(asPage, append(views(file(nan), good[:60]), part{"tau", "", []byte("1")})...)
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", resp.StatusCode)
	}
	for _, want := range []string{`id="probe-x1-error">x1: 1 of 32`, `id="probe-x2-error">x2.npy cannot be read`, `aria-invalid="true"`, "<li>tau: "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Whatever comes, the answer is in the four hundreds and the server goes on.
func TestProbeHostile(t *testing.T) {
	s := newServer(t)
	good := embeddings(8, 4, "1", 0.3)
	whole, kind := form(views(good, good)...)
	many := make([]part, 100)
	for i := range many {
		many[i] = part{"tau", "", []byte("1")}
	}
	manyBody, manyKind := form(many...)
	for name, c := range map[string]struct {
		kind string
		body []byte
		want int
	}{
		"a form of text":      {"application/x-www-form-urlencoded", []byte("x1=1&x2=2"), 415},
		"JSON":                {"application/json", []byte(`{"x1":[[1]]}`), 415},
		"no boundary":         {"multipart/form-data", whole, 415},
		"another boundary":    {"multipart/form-data; boundary=other", whole, 400},
		"cut off":             {kind, whole[:len(whole)/2], 400},
		"cut in a header":     {kind, whole[:70], 400},
		"no end":              {kind, whole[:len(whole)-6], 400},
		"noise":               {kind, bytes.Repeat([]byte{0, 255, '\r', '\n', '-'}, 1000), 400},
		"hundred fields":      {manyKind, manyBody, 400},
		"nothing":             {kind, nil, 400},
		"a terabyte promised": {kind, bytes.Replace(whole, []byte("(8, 4)"), []byte("(9999999999999, 4)"), 1), 422},
	} {
		resp, body := s.do("POST", "/probe", asJSON, string(c.body), "Content-Type", c.kind)
		if resp.StatusCode != c.want || !strings.Contains(body, `"message"`) {
			t.Errorf("%s: %d, want %d: %.300s", name, resp.StatusCode, c.want, body)
		}
	}
	// Each byte of a good upload in turn is made another one.
	for at := 0; at < len(whole); at += 7 {
		broken := bytes.Clone(whole)
		broken[at] ^= 0xff
		if resp, body := s.do("POST", "/probe", asJSON, string(broken), "Content-Type", kind); resp.StatusCode >= 500 {
			t.Fatalf("byte %d: %d %s", at, resp.StatusCode, body)
		}
	}
	if resp, body := s.upload(asJSON, views(good, good)...); resp.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", resp.StatusCode, body)
	}
}

// A flood ends at the limit. The server answers before all of it has come, so a
// client may see the answer or a closed connection.
func TestProbeFlood(t *testing.T) {
	s := newServer(t)
	head, kind := form(part{"tau", "", nil})
	head = bytes.TrimSuffix(head, head[bytes.LastIndex(head, []byte("\r\n--")):])
	var sent atomic.Int64 // the answer may come while the transport still sends
	r, err := http.NewRequest("POST", s.URL+"/probe", io.MultiReader(bytes.NewReader(head), readerFunc(func(b []byte) (int, error) {
		sent.Add(int64(len(b)))
		return len(b), nil
	})))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept", asJSON)
	resp, err := s.client.Do(r)
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", resp.StatusCode)
		}
	}
	if n := sent.Load(); n > 40<<20 {
		t.Errorf("%d bytes were taken", n)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// Where too many come at once, the next one is told so, and nobody for longer than need be.
func TestProbeTooMany(t *testing.T) {
	s := newServer(t)
	good := embeddings(8, 4, "1", 0.3)
	body, kind := form(views(good, good)...)
	var ends []*io.PipeWriter
	done := make(chan error)
	hold := func() { // begins an upload and leaves it unfinished
		in, out := io.Pipe()
		ends = append(ends, out)
		r, err := http.NewRequest("POST", s.URL+"/probe", in)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Accept", asJSON)
		go func() {
			resp, err := s.client.Do(r)
			if err == nil {
				resp.Body.Close()
				if resp.StatusCode != 200 {
					err = fmt.Errorf("status %d", resp.StatusCode)
				}
			}
			done <- err
		}()
		out.Write(body[:100]) // fails where it is refused, and then done says so
	}
	for range 8 {
		hold()
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		resp, text := s.upload(asJSON, views(good, good)...)
		if resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "" && strings.Contains(text, "Try again") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("nine at once: %d", resp.StatusCode)
		}
		select {
		case <-done: // refused, since the ninth was there before it: another takes its place
			hold()
		default:
		}
	}
	for _, out := range ends {
		out.Write(body[100:])
		out.Close()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if resp, text := s.upload(asJSON, views(good, good)...); resp.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", resp.StatusCode, text)
	}
}
