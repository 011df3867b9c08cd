package web_test

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// longTask is what a task of the main thread may take before it counts as one that
// holds up what the reader does.
const longTask = 50 * time.Millisecond

// A task is what the main thread did in one go.
type task struct {
	At, Wall, CPU time.Duration // At: since the page began to load, or else the trace
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
