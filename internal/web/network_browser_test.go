package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// behind puts a proxy before the server that lets no socket through and, where keep is
// set, holds an answer until it is whole. It returns the proxy's address.
func (s *server) behind(keep bool) string {
	s.t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	through := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		FlushInterval: -1,
		ModifyResponse: func(r *http.Response) error {
			if !keep {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }, // the page has gone
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			http.Error(w, "no upgrades here", http.StatusForbidden)
			return
		}
		through.ServeHTTP(w, r)
	}))
	s.t.Cleanup(proxy.Close)
	return proxy.URL
}

// forgive drops the faults that a test brought about.
func (p *tab) forgive(word string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.faults[:0]
	for _, f := range p.faults {
		if !strings.Contains(f, word) {
			kept = append(kept, f)
		}
	}
	p.faults = kept
}

// Where sockets do not get through, as in some schools, the same messages come as an
// event stream; where that is kept back too, in long polls. The page says so, and
// misses nothing.
func TestWithoutSockets(t *testing.T) {
	b := newBrowser(t)
	for _, c := range []struct {
		way, says string
		keep      bool
	}{{"events", "event stream", false}, {"poll", "neither sockets nor streams", true}} {
		t.Run(c.way, func(t *testing.T) {
			s := newServer(t)
			p := b.open(s.behind(c.keep)+"/lab?"+fast+"&steps=100000", 1280, 720, "light")
			p.press(`[data-action="run"]`)
			p.wait("records arrive", `gradlab.lanes()[0].length > 100 && gradlab.lanes()[0].way === "`+c.way+`"`)
			p.wait("the page says how", `document.querySelector("[data-status]").textContent.includes("`+c.says+`")`)
			p.wait("frames come too", `gradlab.lanes()[0].frame("correlation")?.step > 100`)
			had := eval[int](p, `gradlab.lanes()[0].length`)
			eval[bool](p, `(gradlab.cut(), true)`)
			p.wait("the page goes on after a cut", `gradlab.lanes()[0].length > 50 + `+eval[string](p, `String(gradlab.lanes()[0].length)`))
			id := eval[string](p, `gradlab.lanes()[0].run`)
			s.do("POST", "/runs/"+id+"/stop", asJSON, "")
			p.wait("the end arrives", `gradlab.lanes()[0].state === "cancelled" && gradlab.lanes()[0].link === "closed"`)
			want := s.columns(id, "loss")["loss"]
			if got := eval[[]float32](p, `gradlab.lanes()[0].column("loss")`); !same(got, want) || len(got) <= had {
				t.Errorf("the page has %d losses, which are not the server's %d", len(got), len(want))
			}
			p.forgive("WebSocket connection")
			p.forgive("net::ERR_ABORTED") // by the cut
			p.clean("without sockets")
		})
	}
}

// A browser's own reader of event streams understands them, and comes to an end.
func TestEventSource(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=120")
	p := b.open(s.URL+"/lab", 1280, 720, "light")
	got := eval[string](p, `new Promise((done) => {
		const source = new EventSource("/runs/`+id+`/events");
		let blocks = 0, types = "", last = "";
		source.addEventListener("block", (e) => { blocks++; last = e.lastEventId; });
		source.addEventListener("message", (e) => { types += JSON.parse(e.data).type + " "; });
		source.onerror = () => { if (source.readyState === EventSource.CLOSED) done(types.replace(/(state )+/, "") + last + (blocks > 0 ? "" : " no blocks")); };
	})`)
	if got != "hello bye 119" { // states aside: the run may have ended before hello
		t.Errorf("it was told %q", got)
	}
	p.clean("with an EventSource")
}
