package web_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	scriptBudget = 60 << 10 // bytes of script, gzipped, that a page may load, with what comes when somebody wants it
	shiftBudget  = 0.1      // cumulative layout shift: what is called good
	tracedFor    = time.Minute
	quick        = 30 * time.Second // shorter streams are measured once and not in rounds
	growing      = 3 * time.Minute  // longer ones are judged by what the page holds in the end
	heldPerStep  = 1 << 10          // bytes of heap, and of buffers, that a step of a lane may leave: its scalars and curves, with as much again
	heldElse     = 8                // MB of heap, whatever the steps
	heldFrames   = 32               // MB of buffers in all for frames, which do not grow with the steps for ever
)

// What the pages cost a reader, from the browser's own traces: how soon they are seen and
// answer, and what streaming does to them. Times are for people, and each task's stands
// beside what its thread computed: a busy machine makes the first longer, not the second.
// What no machine changes is checked: that a page is painted, that the first one and the lab move, that a first point comes and
// every lane streams, what is loaded and shifts, and what is held in the end. GRADLAB_PAGES=3m is how long three lanes stream
// (make bench-pages).
func TestPages(t *testing.T) {
	last, err := time.ParseDuration(os.Getenv("GRADLAB_PAGES"))
	if err != nil {
		t.Skip("make bench-pages runs this")
	}
	browserPath(t)
	s := newServer(t)
	const run = fast + "&steps=300"
	for _, lane := range []string{"", "&method=byol", "&method=barlow"} {
		s.finish(s.start(run + lane))
	}
	rounds := 3
	if last < quick {
		rounds = 1
	}
	lanes := run + "&b.method=byol&c.method=barlow"
	var loads []load
	for _, v := range []visit{
		{"the first page", "/", 1440}, {"lab, not run", "/lab", 1440}, {"lab, a run", "/lab?" + run, 1440}, {"lab, three lanes", "/lab?" + lanes, 1440},
		{"on a phone", "/lab?" + run, 390}, {"embedded", "/embed?" + run + "&show=norms,sphere", 1440},
		{"an experiment", "/experiments/barlow-line", 1440}, {"probe", "/probe", 1440}, {"credits", "/credits", 1440},
	} {
		for range rounds {
			t.Run(v.name, func(t *testing.T) { loads = append(loads, visited(t, s, v)) })
		}
	}
	t.Log("cold loads, times in ms; wall time / CPU time of the main thread\n" + table(loads))

	for seed := range rounds {
		t.Run("the first point", func(t *testing.T) { firstPoint(t, s, seed) })
	}
	if last >= quick { // TestTheLidCloses has the rest
		for _, r := range recesses {
			t.Run(r.name, func(t *testing.T) { afterwards(t, r) })
		}
	}
	t.Run("streaming", func(t *testing.T) { threeLanes(t, last) })
}

// A visit is a page in a window of some width.
type visit struct {
	name, page string
	width      int64
}

// visited opens a page in a browser that has never seen it, and looks at it for two seconds.
func visited(t *testing.T, s *server, v visit) load {
	b := coldBrowser(t)
	p := b.open("about:blank", v.width, 900, "light")
	p.host = strings.TrimPrefix(s.URL, "http://")
	p.do("watch for movement", onNewDocument(moves))
	tr := p.traced(func() {
		p.do("open "+v.page, chromedp.Navigate(s.URL+v.page))
		p.rest(2 * time.Second)
	})
	p.clean(v.page)
	l := load{visit: v, first: tr.last("firstContentfulPaint"), largest: tr.last("largestContentfulPaint::Candidate"), tasks: tr.tasks()}
	var largest string
	l.shift, largest = tr.shift()
	if l.first == 0 {
		t.Error("the trace has no first paint")
	}
	for _, task := range l.tasks {
		if task.At+task.Wall > l.first {
			l.blocked += max(0, task.Wall-longTask)
			l.worked += max(0, task.CPU-longTask)
		}
	}
	l.script = eval[int](p, `performance.getEntriesByType("resource").filter((e) => new URL(e.name).pathname.endsWith(".js")).reduce((sum, e) => sum + e.encodedBodySize, 0)`)
	if v.page == "/" || v.page == "/lab" { // the trace has ended; what has not moved by now is waited for, and fails the test where it never does
		p.wait(v.name+" moves", `performance.getEntriesByName("moves").length`)
	}
	l.moving = time.Duration(eval[float64](p, `performance.getEntriesByName("moves")[0]?.startTime ?? 0`) * float64(time.Millisecond))
	held := p.holds()
	l.nodes, l.heap = held.nodes, held.heap
	t.Logf("first paint %s ms, largest %s ms, blocked %s / %s ms, layout shift %.3f%s, script %.1f KB, %d nodes, heap %.1f MB\n%s",
		ms(l.first), ms(l.largest), ms(l.blocked), ms(l.worked), l.shift, largest, float64(l.script)/1024, l.nodes, l.heap, longOnes(l.tasks))
	if l.script > scriptBudget || l.script == 0 {
		t.Errorf("the page has loaded %d bytes of script, gzipped, the budget is %d", l.script, scriptBudget)
	}
	if l.shift > shiftBudget {
		t.Errorf("the layout shifts by %.3f while the page loads, at most %g is good", l.shift, shiftBudget)
	}
	return l
}

// moves marks when the first page's figure shows a step, or a curve of the lab that nobody has run yet grows: from then on it moves.
const moves = `document.addEventListener("DOMContentLoaded", () => {
	const said = document.querySelector("[data-moving] [data-step]");
	if (said) new MutationObserver((_, watch) => {
		if (!/ [1-9]\d* of /.test(said.textContent)) return;
		performance.mark("moves");
		watch.disconnect();
	}).observe(said, {childList: true, characterData: true, subtree: true});
	let first;
	const grows = () => {
		const n = globalThis.gradlab?.charts?.()[0]?.curves[0]?.values.length;
		if (n > 0) first ??= n;
		if (n > first) performance.mark("moves");
		else requestAnimationFrame(grows);
	};
	if (document.querySelector("[data-recorded]")) grows();
})`

// firstPoint clicks Run on a server that has nothing to do, and says how long the
// reader waits for the first point of the curve.
func firstPoint(t *testing.T, s *server, seed int) {
	b := coldBrowser(t)
	p := b.open(fmt.Sprintf("%s/lab?steps=400&seed=%d", s.URL, 100+seed), 1440, 900, "light")
	p.wait("the page is ready", `globalThis.gradlab?.charts().length > 0`)
	p.rest(time.Second)
	var took float64
	tr := p.traced(func() {
		took = eval[float64](p, `new Promise((done) => {
			const clicked = performance.now();
			document.querySelector('[data-action="run"]').click();
			const drawn = () => gradlab.charts().some((c) => c.curves.some((k) => k.values.some((v) => v !== null)));
			const look = () => requestAnimationFrame(drawn() ? () => done(performance.now() - clicked) : look);
			look();
		})`)
	})
	shift, largest := tr.shift()
	t.Logf("%.0f ms from the click to the first live point, layout shift %.3f%s\n%s", took, shift, largest, longOnes(tr.tasks()))
	if shift > shiftBudget {
		t.Errorf("the layout shifts by %.3f when the first point comes", shift)
	}
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `gradlab.lanes()[0].state === "cancelled"`)
	p.clean("with a first point")
}

// afterwards says how soon the curve is whole after a recess.
func afterwards(t *testing.T, r recess) {
	b := coldBrowser(t)
	s := newServer(t)
	l := s.under()
	p := b.open(l.url()+"/lab?"+fast+"&steps=100000", 1440, 900, "light")
	_, had := p.missed(s, l, r)
	began := time.Now()
	r.comes(p)
	eval[bool](p, fmt.Sprintf(`new Promise((done) => {
		const look = () => gradlab.lanes()[0].length >= %d ? done(true) : setTimeout(look, 10);
		look();
	})`, had+whileClosed))
	t.Logf("%s ms until what was missed is there", ms(time.Since(began)))
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `gradlab.lanes()[0].state === "cancelled"`)
}

// steady is a run of some ten milliseconds a step, longer than anybody looks.
const steady = "data=shapes&encoder=mlp&encoder.width=64&batch=64&projector.depth=2&projector.width=64&probe.every=10&probe.knn=50&steps=100000"

// threeLanes follows three lanes for a while: what holds the reader up, and whether anything grows.
func threeLanes(t *testing.T, last time.Duration) {
	b := coldBrowser(t)
	p := b.open(polite(t)+"/lab?"+steady+"&b.method=byol&c.method=barlow", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("everything has been measured more than once", `gradlab.lanes().every((l) => l.length > 120)`)
	lengths := func() []int { return eval[[]int](p, `gradlab.lanes().map((l) => l.length)`) }
	steps := func() (sum int) {
		for _, n := range lengths() {
			sum += n
		}
		return sum
	}

	began, at0 := steps(), lengths()
	at := time.Now()
	var watched time.Duration
	tr := p.traced(func() {
		p.rest(min(last, tracedFor))
		watched = time.Since(at)
	})
	tasks := tr.tasks()
	var busy, computed time.Duration
	for _, task := range tasks {
		busy += task.Wall
		computed += task.CPU
	}
	shift, largest := tr.shift()
	t.Logf("three lanes, %d steps in %.0f s: %.0f frames a second, main thread busy %.0f %% of the time, computing %.0f %%, layout shift %.3f%s\n%s",
		steps()-began, watched.Seconds(), float64(tr.count("Commit"))/watched.Seconds(), 100*busy.Seconds()/watched.Seconds(), 100*computed.Seconds()/watched.Seconds(), shift, largest, longOnes(tasks))

	// from here on nothing is traced
	before := p.holds()
	at = time.Now()
	said := fmt.Sprintf("%6s %8s %9s %11s %7s %10s\n", "time", "steps", "heap MB", "buffers MB", "nodes", "listeners")
	after := before
	say := func() {
		after = p.holds()
		said += fmt.Sprintf("%5.0fs %8d %9.1f %11.1f %7d %10d\n", time.Since(at).Seconds(), steps(), after.heap, after.buffers, after.nodes, after.listeners)
	}
	for time.Since(at) < last {
		p.rest(min(last-time.Since(at), time.Minute))
		say()
	}
	t.Logf("after a collection of garbage, at first %.1f MB, %.1f MB, %d nodes, %d listeners\n%s", before.heap, before.buffers, before.nodes, before.listeners, said)
	for i, n := range lengths() {
		if n <= at0[i] {
			t.Errorf("lane %c does not stream: it had %d steps and has %d", 'A'+i, at0[i], n)
		}
	}
	if last >= growing {
		came := steps() - began
		kept := float64(heldPerStep*came) / (1 << 20)
		if after.heap > before.heap+kept+heldElse || after.buffers > before.buffers+kept+heldFrames {
			t.Errorf("the page grows: %d steps, for which %.1f MB may be kept, have made %.1f MB of heap %.1f, and %.1f MB of buffers %.1f", came, kept, before.heap, after.heap, before.buffers, after.buffers)
		}
	}
	if shift > shiftBudget {
		t.Errorf("the layout shifts by %.3f while lanes stream", shift)
	}
	// marks come and go, a sentence has a word more
	if after.nodes > before.nodes+before.nodes/20 || after.listeners > before.listeners+before.listeners/20 {
		t.Errorf("the page grows: %d nodes have become %d, %d listeners %d", before.nodes, after.nodes, before.listeners, after.listeners)
	}
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every((l) => l.state === "cancelled")`)
	p.clean("while three lanes stream")
}
