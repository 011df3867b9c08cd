package web

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
)

// A cookie names its visitor in every process with the same key; one that is forged,
// cut or of another key names nobody, and another is given in its place.
func TestCookie(t *testing.T) {
	h, twin, stranger := &Handler{secret: []byte("one")}, &Handler{secret: []byte("one")}, &Handler{secret: []byte("two")}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/lab", nil)
	h.greet(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies are set", len(cookies))
	}
	c := cookies[0]
	if line := w.Header().Get("Set-Cookie"); !c.HttpOnly || c.Secure || c.Path != "/" || c.MaxAge < 1e7 || !strings.Contains(line, "SameSite=Lax") {
		t.Errorf("the cookie is %s", line)
	}
	with := func(value string) *submissionOf {
		r := httptest.NewRequest("POST", "/runs", nil)
		r.Header.Set("Cookie", cookieName+"="+value)
		return &submissionOf{h.submission(r), twin.submission(r), stranger.submission(r)}
	}
	who := with(c.Value)
	if who.here.Visitor == "" || who.here != who.twin || who.stranger.Visitor != "" || strings.Contains(c.Value, who.here.Visitor) {
		t.Errorf("the cookie %q names %+v", c.Value, who)
	}
	number, signature, _ := strings.Cut(c.Value, ".")
	other := base64.RawURLEncoding.EncodeToString([]byte("another number.."))
	for _, forged := range []string{"", ".", number, number + ".", other + "." + signature, number + "." + signature[1:], number + "." + signature + "A",
		number + "." + strings.Repeat("A", len(signature)), "." + signature, strings.Repeat("x", 4000), number + "." + number} {
		if got := with(forged).here; got.Visitor != "" || got.Address == "" {
			t.Errorf("the forged cookie %.80q names %+v", forged, got)
		}
		r := httptest.NewRequest("GET", "/lab", nil)
		r.Header.Set("Cookie", cookieName+"="+forged)
		w := httptest.NewRecorder()
		if h.greet(w, r); len(w.Result().Cookies()) != 1 {
			t.Errorf("no other cookie for %.80q", forged)
		}
	}
	r.AddCookie(c)
	w = httptest.NewRecorder()
	if h.greet(w, r); len(w.Result().Cookies()) != 0 {
		t.Error("who has a cookie is given another")
	}
	r = httptest.NewRequest("GET", "/lab", nil)
	r.TLS = new(tls.ConnectionState)
	w = httptest.NewRecorder()
	if h.greet(w, r); !w.Result().Cookies()[0].Secure {
		t.Error("behind TLS the cookie is not kept to TLS")
	}
}

// A submissionOf is who three servers take the sender of a request for.
type submissionOf struct{ here, twin, stranger lab.Submission }

func TestAddress(t *testing.T) {
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:1234", "", "192.0.2.7"},
		{"192.0.2.7:1234", "198.51.100.1", "192.0.2.7"}, // anybody can say that
		{"127.0.0.1:1234", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
		{"[::1]:1234", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"127.0.0.1:1234", "unknown", "127.0.0.1"},
		{"[2001:db8::1]:1234", "", "2001:db8::/64"},
		{"[::ffff:192.0.2.7]:1", "", "192.0.2.7"},
		{"[fe80::1%eth0]:1", "", "fe80::/64"},
		{"@", "", "@"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := address(r); got != c.want {
			t.Errorf("%s, forwarded %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

// A run's speed counts what was computed here: not what it took over, which costs no time.
func TestSpeedOfARun(t *testing.T) {
	short := spec.Default()
	long, err := short.Extended(short.Steps, nil)
	if err != nil {
		t.Fatal(err)
	}
	manifest := func(steps, taken int, served time.Duration) lab.Manifest {
		m := lab.Manifest{Steps: steps, Done: steps}
		m.Taken, m.Served = taken, served
		return m
	}
	cost := engine.Cost{FLOPs: 600e9}
	for _, c := range []struct {
		m    lab.Manifest
		s    spec.Spec
		want float64
	}{
		{manifest(300, 300, 10*time.Second), short, 60e9},
		{manifest(300, 100, 10*time.Second), short, 20e9}, // a restart has lost the others, and their time
		{manifest(600, 600, 10*time.Second), long, 60e9},
		{manifest(600, 300, 10*time.Second), long, 0}, // the steps behind a change may be dearer
		{manifest(300, leastSteps-1, 10*time.Second), short, 0},
		{manifest(300, 0, 0), short, 0}, // of an earlier lab, which did not count
	} {
		if got := speed(c.m, c.s, cost); math.Abs(got-c.want) > 1 {
			t.Errorf("%d of %d steps in %v: %g operations a second, want %g", c.m.Taken, c.m.Steps, c.m.Served, got, c.want)
		}
	}
}

// A server knows its pace from the runs that it has computed. One that a run extends makes it
// no faster, though nearly all of its records came for nothing.
func TestPaceOfALab(t *testing.T) {
	l, err := lab.Open(lab.Options{Dir: t.TempDir(), Workers: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close(t.Context())
	var p pace
	after := func(s spec.Spec) float64 {
		t.Helper()
		m, err := l.Submit(t.Context(), s, lab.Submission{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := l.Follow(m.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for err == nil {
			_, err = c.Next(t.Context())
		}
		if m, _ := l.Run(m.ID); !errors.Is(err, io.EOF) || m.State != lab.Finished {
			t.Fatalf("the run is %s (%s), %v", m.State, m.Reason, err)
		}
		return p.of(l)
	}
	s, err := spec.Parse([]spec.Setting{{Key: "data", Value: "shapes"}, {Key: "batch", Value: "16"}, {Key: "encoder", Value: "mlp"}, {Key: "encoder.width", Value: "16"}, {Key: "steps", Value: "25"}})
	if err != nil {
		t.Fatal(err)
	}
	if pace := after(s.Lasting(leastSteps - 1)); pace != 0 {
		t.Errorf("a run of too few steps has the pace %g", pace)
	}
	pace := after(s)
	if pace <= 0 {
		t.Errorf("a run has the pace %g", pace)
	}
	longer, err := s.Extended(1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again := after(longer); again != pace || len(p.known) != 3 {
		t.Errorf("with one step more the pace is %g and was %g; %d runs are known", again, pace, len(p.known))
	}
}

// A run that would take too long is refused with the nearest length that fits: of an
// extended run, the nearest extension.
func TestTooLong(t *testing.T) {
	l, err := lab.Open(lab.Options{Dir: t.TempDir(), Workers: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close(t.Context())
	h := &Handler{lab: l}
	refused := func(s spec.Spec) error {
		cost, err := l.Plan(s)
		if err != nil {
			t.Fatal(err)
		}
		return h.tooLong(s, cost)
	}
	short := spec.Default()
	long, err := short.Extended(9*short.Steps, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		s     spec.Spec
		key   string
		least string
	}{{short, "steps", "1.."}, {long, "then.steps", strconv.Itoa(short.Steps+1) + ".."}} {
		h.pace.best = 0
		if err := refused(c.s); err != nil {
			t.Errorf("where no pace is known: %v", err)
		}
		cost, _ := l.Plan(c.s)
		h.pace.best = cost.FLOPs / mostTime
		if err := refused(c.s); err != nil {
			t.Errorf("what just fits: %v", err)
		}
		h.pace.best /= 3
		var errs knob.Errors
		if err := refused(c.s); !errors.As(err, &errs) || errs[0].Key != c.key || !strings.HasPrefix(errs[0].Range, c.least) || !strings.Contains(err.Error(), "6 h") {
			t.Fatalf("three times too long: %v", err)
		}
		nearest, err := strconv.Atoi(errs[0].Nearest)
		if err != nil {
			t.Fatal(err)
		}
		if refused(c.s.Lasting(nearest)) != nil || refused(c.s.Lasting(nearest+1)) == nil {
			t.Errorf("of %d steps the nearest to fit are said to be %d", c.s.Length(), nearest)
		}
	}
	h.pace.best /= 10 // now the run that is extended takes too long itself
	if err := refused(long); err == nil || !strings.HasSuffix(err.Error(), "; none fits") {
		t.Errorf("where no extension fits: %v", err)
	}
}
