package web_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A lid is a network between a browser and the server that goes away without a word: the
// connections that there are when it closes never carry anything again, and who only listens
// is not told; who speaks finds out. New ones work.
type lid struct {
	listener net.Listener
	server   string
	working  sync.WaitGroup

	mu    sync.Mutex
	shut  chan struct{} // closed while the lid is
	conns []net.Conn
}

// under puts a lid over the server.
func (s *server) under() *lid {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	l := &lid{listener: listener, server: strings.TrimPrefix(s.URL, "http://"), shut: make(chan struct{})}
	l.working.Go(l.serve)
	s.t.Cleanup(func() {
		listener.Close()
		l.mu.Lock()
		for _, c := range l.conns {
			c.Close()
		}
		l.mu.Unlock()
		l.working.Wait()
	})
	return l
}

func (l *lid) url() string { return "http://" + l.listener.Addr().String() }

// serve accepts connections until the listener closes; each has two goroutines, which
// end with its connections.
func (l *lid) serve() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.server)
		if err != nil {
			in.Close()
			continue
		}
		l.mu.Lock()
		l.conns = append(l.conns, in, out)
		shut := l.shut
		l.mu.Unlock()
		l.working.Go(func() { carry(out, in, shut, func() { in.Close() }) })
		l.working.Go(func() { carry(in, out, shut, func() {}) })
	}
}

// carry takes bytes one way. What comes once the lid has closed is lost, and answered by spoken.
func carry(to, from net.Conn, shut <-chan struct{}, spoken func()) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		select {
		case <-shut:
			if n > 0 {
				spoken()
			}
			io.Copy(io.Discard, from)
			return
		default:
		}
		if err != nil {
			to.Close()
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			from.Close()
			return
		}
	}
}

// close cuts off everything that is connected.
func (l *lid) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.shut)
	l.shut = make(chan struct{})
}

// lifecycle freezes the page, as a browser does with what has been out of sight for long
// and a machine that sleeps with everything, or has it go on in sight.
func (p *tab) lifecycle(state page.SetWebLifecycleStateState) {
	p.t.Helper()
	p.do(string(state), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		seen := state == page.SetWebLifecycleStateStateActive
		if _, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: seen}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
		return err
	}))
}

// online tells the browser that there is a network again, or none.
func (p *tab) online(yes bool) {
	p.t.Helper()
	p.do("network", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !yes})
		return err
	}))
}

// whileClosed is how many steps a run takes while nobody can see it.
const whileClosed = 300

// A recess is a time in which the page hears nothing of a run that goes on.
type recess struct {
	name          string
	begins, comes func(*tab)
}

var recesses = []recess{
	{"the lid closes", func(p *tab) { p.lifecycle(page.SetWebLifecycleStateStateFrozen) }, func(p *tab) { p.lifecycle(page.SetWebLifecycleStateStateActive) }},
	{"the network is another one", func(p *tab) { p.online(false) }, func(p *tab) { p.online(true) }},
}

// missed starts a run and lets it go on through a recess. It returns the run and how many
// steps the page has of it before the recess ends.
func (p *tab) missed(s *server, l *lid, r recess) (id string, had int) {
	p.t.Helper()
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 100`)
	id = eval[string](p, `gradlab.lanes()[0].run`)
	l.close()
	r.begins(p)
	had = eval[int](p, `gradlab.lanes()[0].length`)
	s.awaitSteps(id, had+whileClosed)
	if now := eval[int](p, `gradlab.lanes()[0].length`); now != had {
		p.t.Errorf("while nothing comes %d steps have become %d", had, now)
	}
	return id, had
}

// Closing the lid during a run and opening it again shows the identical curve, without a gap;
// so does moving to another network. How soon it is whole is a figure of make bench-pages.
func TestTheLidCloses(t *testing.T) {
	for _, r := range recesses {
		t.Run(r.name, func(t *testing.T) {
			b := newBrowser(t)
			s := newServer(t)
			l := s.under()
			p := b.open(l.url()+"/lab?"+fast+"&steps=100000", 1280, 720, "light")
			id, had := p.missed(s, l, r)
			r.comes(p)
			p.wait("what was missed arrives, and more", fmt.Sprintf(`gradlab.lanes()[0].length > %d`, had+whileClosed+50))
			p.press(`[data-action="stop"]`)
			p.wait("the end arrives", `gradlab.lanes()[0].state === "cancelled" && gradlab.lanes()[0].link === "closed"`)

			want := s.columns(id, "loss", "positive_norm", "negative_norm")
			for field, column := range want {
				if got := eval[[]float32](p, fmt.Sprintf(`gradlab.lanes()[0].column(%q)`, field)); !same(got, column) {
					t.Errorf("the page has %d values of %s, which are not the server's %d", len(got), field, len(column))
				}
			}
			p.wait("the curve is drawn to its end", fmt.Sprintf(`gradlab.charts().find((c) => c.title === "Loss").curves[0].values.length === %d`, len(want["loss"])))
			if got := eval[[]float32](p, `gradlab.charts().find((c) => c.title === "Loss").curves[0].values`); !same(got, want["loss"]) {
				t.Error("the curve that is drawn is not the server's")
			}
			p.forgive("WebSocket connection") // which the recess ended
			p.clean("afterwards")
		})
	}
}

// awaitSteps waits until a run has taken so many steps, and is a viewer meanwhile: without any, a run pauses after a minute.
func (s *server) awaitSteps(id string, steps int) {
	s.t.Helper()
	c, err := s.lab.Follow(id, steps-1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	for b, err := c.Next(s.t.Context()); len(b.Steps) == 0; b, err = c.Next(s.t.Context()) {
		if err != nil {
			s.t.Fatal(err)
		}
	}
}
