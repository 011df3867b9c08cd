package web_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpio "github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// longTask is what a task of the main thread may take before it counts as one that
// holds up what the reader does.
const longTask = 50 * time.Millisecond

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

// A task is what the main thread did in one go.
type task struct {
	At, Wall, CPU time.Duration // At: since the beginning of the trace, or of the navigation in it
	What          string        // that took its time, the longest first
}

// tasks returns the main thread's tasks from a moment on, and when the page began to load,
// or else the trace.
func (tr *trace) tasks() []task {
	begin := tr.began()
	var all []task
	end := 0.0
	for i, e := range tr.main {
		if e.Name != "RunTask" || e.Phase != "X" || e.TS < end {
			continue // a loop within a task is a part of it
		}
		end = e.TS + e.Dur
		t := task{At: since(begin, e.TS), Wall: since(0, e.Dur), CPU: since(0, e.TDur)}
		if t.Wall > longTask {
			t.What = within(e, tr.main[i+1:])
		}
		all = append(all, t)
	}
	return all
}

// since returns the time between two moments in microseconds.
func since(a, b float64) time.Duration { return time.Duration((b - a) * float64(time.Microsecond)) }

// within says what ran in a task, each with the time that it took itself, without what
// it called.
func within(t traceEvent, after []traceEvent) string {
	own := map[string]float64{}
	type open struct {
		label string
		end   float64
	}
	stack := []open{{"other", t.TS + t.Dur}}
	own["other"] = t.Dur
	for _, e := range after {
		if e.TS >= t.TS+t.Dur {
			break
		}
		if e.Phase != "X" {
			continue
		}
		for len(stack) > 1 && stack[len(stack)-1].end <= e.TS {
			stack = stack[:len(stack)-1]
		}
		own[stack[len(stack)-1].label] -= e.Dur
		stack = append(stack, open{e.label(), e.TS + e.Dur})
		own[e.label()] += e.Dur
	}
	labels := make([]string, 0, len(own))
	for l := range own {
		labels = append(labels, l)
	}
	slices.SortFunc(labels, func(a, b string) int { return cmp.Or(cmp.Compare(own[b], own[a]), cmp.Compare(a, b)) })
	var said []string
	for _, l := range labels[:min(4, len(labels))] {
		if own[l] >= 1000 {
			said = append(said, fmt.Sprintf("%s %.0f", l, own[l]/1000))
		}
	}
	return strings.Join(said, ", ")
}

// label names what an event is about: "FunctionCall draw lab.js".
func (e traceEvent) label() string {
	name := e.Name
	for _, part := range []string{e.Args.Data.Type, e.Args.Data.Function, path.Base(e.Args.Data.URL)} {
		part, _, _ = strings.Cut(part, "?")
		if part != "" && part != "." && part != "/" {
			name += " " + part
		}
	}
	return name
}

// began returns when the page began to load, or where that is not in the trace when the trace begins.
func (tr *trace) began() float64 {
	begin := tr.main[0].TS
	for _, e := range tr.main {
		if e.Name == "navigationStart" && e.Args.Frame == tr.frame {
			begin = e.TS
		}
	}
	return begin
}

// last returns when something of that name happened to the page last; 0 where it did not.
func (tr *trace) last(name string) time.Duration {
	i := len(tr.main) - 1
	for ; i >= 0; i-- {
		if e := tr.main[i]; e.Name == name && (e.Args.Frame == tr.frame || e.Args.Data.Frame == tr.frame) {
			return since(tr.began(), e.TS)
		}
	}
	return 0
}

// count returns how many events of that name there are.
func (tr *trace) count(name string) int {
	n := 0
	for _, e := range tr.main {
		if e.Name == name {
			n++
		}
	}
	return n
}

// shift returns the cumulative layout shift: the largest sum of shifts with less than a
// second from one to the next, within five seconds, that no input brought about. It also
// says when the largest of them was, and what it moved.
func (tr *trace) shift() (sum float64, largest string) {
	const gap, longest = 1e6, 5e6
	var window, first, last, one float64
	for _, e := range tr.main {
		if e.Name != "LayoutShift" || e.Args.Data.HadRecentInput {
			continue
		}
		if e.TS-last > gap || e.TS-first > longest {
			window, first = 0, e.TS
		}
		last = e.TS
		window += e.Args.Data.Score
		sum = max(sum, window)
		if e.Args.Data.Score > one {
			one = e.Args.Data.Score
			largest = fmt.Sprintf(", the largest %.3f at %.1f s", one, since(tr.began(), e.TS).Seconds())
			for _, m := range e.Args.Data.Moved {
				largest += fmt.Sprintf(", %v to %v", m.From, m.To)
			}
		}
	}
	return sum, largest
}
