package web_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPath finds a Chromium, or skips the test and says so. Where
// GRADLAB_BROWSER is "required", as in CI, a missing one fails the test; "skip"
// leaves the browser out where a second run would say nothing new.
func browserPath(t *testing.T) string {
	t.Helper()
	if os.Getenv("GRADLAB_BROWSER") == "skip" {
		t.Skip("GRADLAB_BROWSER=skip")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("GRADLAB_BROWSER") == "required" {
		t.Fatal("no Chromium found, and GRADLAB_BROWSER=required")
	}
	t.Skip("no Chromium found: the page is not tested in a browser")
	return ""
}

// A browser opens pages for one test, each in a profile of its own. All tests share one
// Chromium process: to start it takes longer than many of them.
type browser struct {
	t   *testing.T
	ctx context.Context // of the process
}

// newBrowser lets the test run beside others that have a browser: much of their time is spent
// waiting for pages and runs.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := browserPath(t)
	t.Parallel()
	ctx, err := chromium.start(path)
	if err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return &browser{t: t, ctx: ctx}
}

// chromium is the process of all tests. It is started when the first of them wants it, and
// again where it has died; main ends it.
var chromium process

type process struct {
	mu      sync.Mutex // guards what follows, and is held while the process starts
	ctx     context.Context
	profile string
	end     func()
}

func (c *process) start(path string) (context.Context, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx != nil && c.ctx.Err() == nil {
		return c.ctx, nil
	}
	c.stopLocked()
	profile, err := os.MkdirTemp("", "gradlab-chromium-")
	if err != nil {
		return nil, err
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options(path, profile)...)
	ctx, cancel := chromedp.NewContext(alloc)
	c.ctx, c.profile = ctx, profile
	c.end = func() {
		_ = chromedp.Cancel(ctx) // waits until the process has ended, so that its profile can be removed
		cancel()
		stop()
	}
	if err := chromedp.Do(ctx); err != nil { // starts the process; no deadline on this context, it would end it
		c.stopLocked()
		return nil, err
	}
	return ctx, nil
}

// options start Chromium with nothing of its own to do. Each page has a window of its own, though nobody
// sees it, and the lists under a window's address bar are pages too, in a process of their own: to make
// them takes Chromium four times as long as the page.
func options(path, profile string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-features", "Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"),
		chromedp.UserDataDir(profile))
}

// stop ends the process and removes what it has written.
func (c *process) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopLocked()
}

func (c *process) stopLocked() {
	if c.ctx == nil {
		return
	}
	c.end()
	_ = os.RemoveAll(c.profile)
	c.ctx = nil
}

// A tab is a page in a context of its own (cookies, storage), which remembers
// everything that a user would not like: errors on the console, exceptions and
// requests to other hosts.
type tab struct {
	t    *testing.T
	ctx  context.Context
	host string

	mu     sync.Mutex
	faults []string
}

// open opens a page in a fresh profile. theme is "light" or "dark".
func (b *browser) open(address string, width, height int64, theme string) *tab {
	b.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &tab{t: b.t, host: u.Host}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	b.t.Cleanup(cancel)
	p.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // makes the tab; a deadline on its first context would close it
		b.t.Fatal(err)
	}
	p.do("open "+address,
		chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
				return err
			}
			// with several pages open only one would have the focus
			_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
			return err
		}),
		themed(theme),
		chromedp.Navigate(address))
	return p
}

// themed sets the theme that the system asks for.
func themed(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
		})
		return err
	})
}

func (p *tab) listen(ev any) {
	var fault string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			fault += " " + ev.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		switch ev.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert:
			var args []string
			for _, a := range ev.Args {
				args = append(args, string(a.Value)+a.Description)
			}
			fault = fmt.Sprintf("console.%s: %s", ev.Type, strings.Join(args, " "))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			fault = fmt.Sprintf("log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(ev.Request.URL); err == nil && u.Host != "" && u.Host != p.host {
			fault = "request to another host: " + ev.Request.URL
		}
	}
	if fault != "" {
		p.mu.Lock()
		p.faults = append(p.faults, fault)
		p.mu.Unlock()
	}
}

// clean fails the test if the page did something that it should not.
func (p *tab) clean(what string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		p.t.Errorf("%s: %s", what, f)
	}
	p.faults = nil
}

// patience is how long anything that a test waits for may take. It is there to end a broken test, not to measure the
// machine, on which others may be at work.
const patience = 3 * time.Minute

func (p *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// eval returns the value of a JavaScript expression; promises are awaited.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := tryEval[T](p, expression)
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func tryEval[T any](p *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// wait polls until the expression is true, on the page that a link leads to where one was followed. What
// cannot be evaluated yet, since its parts are not there or the page is leaving, is not true yet.
func (p *tab) wait(what, expression string) {
	p.t.Helper()
	var fault error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var is bool
		if is, fault = tryEval[bool](p, "Boolean("+expression+")"); is {
			return
		}
		if p.ctx.Err() != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t.Fatalf("%s: still not so after %s: %s\nits last evaluation: %v\nfaults: %s", what, patience, expression, fault, strings.Join(p.faults, "\n"))
}

// painted waits until the page's figures and words show all that has come to it. The painter draws what fits into a
// frame, figure by figure: what one figure shows says nothing of the others.
func (p *tab) painted() {
	p.t.Helper()
	p.wait("all that has come is drawn", "gradlab.painted()")
}

// shot writes a picture of the window to a file, or of the whole page where full is set.
func (p *tab) shot(file string, full bool) {
	p.t.Helper()
	action := chromedp.CaptureScreenshot()
	if full {
		action = chromedp.FullScreenshot(100)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
