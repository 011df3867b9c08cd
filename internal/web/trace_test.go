package web_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	cdpio "github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// A trace is what Chromium recorded of a page: what its main thread did, and when
// something of the page was seen. All times are microseconds of one clock.
type trace struct {
	main  []traceEvent // of the main thread, by time, those that last longer first
	frame string       // of the page
}

// A traceEvent is one entry of the browser's trace format. TDur is the time that the
// thread computed: Dur less what other processes and waiting took.
type traceEvent struct {
	Name  string    `json:"name"`
	Phase string    `json:"ph"`
	PID   int       `json:"pid"`
	TID   int       `json:"tid"`
	TS    float64   `json:"ts"`
	Dur   float64   `json:"dur"`
	TDur  float64   `json:"tdur"`
	Args  traceArgs `json:"args"`
}

type traceArgs struct {
	Name  string    `json:"name"` // of a thread
	Frame string    `json:"frame"`
	Data  traceData `json:"data"`
}

type traceData struct {
	Frame          string  `json:"frame"`
	Function       string  `json:"functionName"`
	URL            string  `json:"url"`
	Type           string  `json:"type"`
	Score          float64 `json:"score"`
	HadRecentInput bool    `json:"had_recent_input"`
	Moved          []moved `json:"impacted_nodes"`
}

// What a layout shift has moved, as x, y, width and height.
type moved struct {
	From [4]float64 `json:"old_rect"`
	To   [4]float64 `json:"new_rect"`
}

// UnmarshalJSON takes what it understands: the arguments of most events are others.
func (a *traceArgs) UnmarshalJSON(text []byte) error {
	type plain traceArgs
	var p plain
	if json.Unmarshal(text, &p) == nil {
		*a = traceArgs(p)
	}
	return nil
}

// traced has the browser record what the page does meanwhile. The trace is kept by the
// browser until then, so the page's own thread does nothing for it but to note times.
func (p *tab) traced(during func()) *trace {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	ended := cdp.Events(ctx, chromedp.FromContext(ctx).Target, tracing.TracingComplete)
	if _, err := chromedp.Call(ctx, tracing.Start, tracing.StartParams{
		TransferMode: tracing.StartTransferModeReturnAsStream,
		TraceConfig: &tracing.TraceConfig{
			RecordMode:         tracing.TraceConfigRecordModeRecordAsMuchAsPossible,
			IncludedCategories: []string{"loading", "blink.user_timing", "devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-lighthouse", "v8.execute"},
			ExcludedCategories: []string{"*"},
		},
	}); err != nil {
		p.t.Fatal(err)
	}
	during()
	if _, err := chromedp.Call(ctx, tracing.End, cdp.Empty{}); err != nil {
		p.t.Fatal(err)
	}
	tr := &trace{frame: string(tree.FrameTree.Frame.ID)}
	for end, err := range ended {
		if err == nil && end.DataLossOccurred {
			err = fmt.Errorf("the browser has lost a part of it")
		}
		if err == nil {
			err = tr.read(&traceStream{ctx: ctx, handle: end.Stream})
		}
		if err != nil {
			p.t.Fatalf("trace: %v", err)
		}
		return tr
	}
	p.t.Fatal("the trace has no end")
	return nil
}

// A traceStream reads what the browser holds ready.
type traceStream struct {
	ctx    context.Context
	handle cdpio.StreamHandle
	rest   []byte
	over   bool
}

func (s *traceStream) Read(b []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.over {
			return 0, io.EOF
		}
		r, err := chromedp.Call(s.ctx, cdpio.Read, cdpio.ReadParams{Handle: s.handle})
		if err != nil {
			return 0, err
		}
		s.rest, s.over = r.Data, r.EOF
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// read takes in the trace and keeps the main thread of the page's process.
func (tr *trace) read(r io.Reader) error {
	type thread struct{ pid, tid int }
	threads := map[thread][]traceEvent{}
	mains := map[thread]bool{}
	shows := map[int]bool{} // processes in which the page's frame is drawn
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	for { // {"traceEvents":[ and the events
		token, err := d.Token()
		if err != nil {
			return err
		}
		if token == json.Delim('[') {
			break
		}
	}
	for d.More() {
		var e traceEvent
		if err := d.Decode(&e); err != nil {
			return err
		}
		at := thread{e.PID, e.TID}
		switch {
		case e.Name == "thread_name":
			mains[at] = mains[at] || e.Args.Name == "CrRendererMain"
			continue
		case e.Args.Frame == tr.frame || e.Args.Data.Frame == tr.frame:
			shows[e.PID] = true
		}
		threads[at] = append(threads[at], e)
	}
	for at, events := range threads {
		if mains[at] && shows[at.pid] && len(events) > len(tr.main) {
			tr.main = events
		}
	}
	if len(tr.main) == 0 {
		return fmt.Errorf("it has nothing of the page")
	}
	slices.SortStableFunc(tr.main, func(a, b traceEvent) int { return cmp.Or(cmp.Compare(a.TS, b.TS), cmp.Compare(b.Dur, a.Dur)) })
	return nil
}
