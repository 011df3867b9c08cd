package web_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// coldBrowser starts a Chromium of its own, which has nothing in memory and nothing else to do.
func coldBrowser(t *testing.T) *browser {
	t.Helper()
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options(browserPath(t), t.TempDir())...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the process has ended, so that TempDir can be removed
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return &browser{t: t, ctx: ctx}
}

// onNewDocument has a script run in every document before its own.
func onNewDocument(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// rest leaves the page alone for a while.
func (p *tab) rest(d time.Duration) {
	p.t.Helper()
	for ; d > 0; d -= 20 * time.Second { // well within what an expression may take
		eval[bool](p, fmt.Sprintf(`new Promise((done) => setTimeout(() => done(true), %d))`, min(d, 20*time.Second).Milliseconds()))
	}
}

// What a page holds in memory after a collection of garbage.
type holding struct {
	heap, buffers    float64 // MB: objects; what typed arrays have outside of the heap
	nodes, listeners int
}

func (p *tab) holds() holding {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	call := func(what string, err error) {
		if err != nil {
			p.t.Fatalf("%s: %v", what, err)
		}
	}
	_, err := chromedp.Call(ctx, heapprofiler.CollectGarbage, cdp.Empty{})
	call("collect garbage", err)
	heap, err := chromedp.Call(ctx, runtime.GetHeapUsage, cdp.Empty{})
	call("heap", err)
	dom, err := chromedp.Call(ctx, memory.GetDOMCounters, cdp.Empty{})
	call("counters", err)
	return holding{heap: heap.UsedSize / (1 << 20), buffers: heap.BackingStorageSize / (1 << 20), nodes: int(dom.Nodes), listeners: int(dom.JsEventListeners)}
}
