package lab_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/spec"
	"gradlab/internal/web"
)

// The two roles of the load test, each in a process of its own: they are this test
// program, started by TestViewers, which talks to them by their standard streams.
const roleKey = "GRADLAB_VIEWERS_ROLE"

// A load is what a process is told to do.
type load struct {
	Role    string // "server" or "viewers"
	Base    time.Time
	Frames  bool          // of the run: 16 KiB twice a second
	For     time.Duration // the run lasts
	Address string        // of the run
	Viewers int           // who read
	Stalled int           // and who do not
	Events  bool          // over event streams
}

// A sample is how a server is.
type sample struct {
	CPU             float64 // seconds so far
	RSS, Heap       int64   // bytes
	Goroutines, FDs int
	Sockets, Events int   // viewers
	Store           []int // messages by the milliseconds until they were acknowledged
}

// A receipt is what the viewers of one process got.
type receipt struct {
	Late   []int // steps by their age in milliseconds
	Timer  []int // and how late a timer of this process was: what the machine itself does
	Faults []string
}

const (
	blocks  = 20 // a second
	perStep = time.Second / blocks / 5
	longest = 10000 // milliseconds
)

func TestViewersRole(t *testing.T) {
	var job load
	if json.Unmarshal([]byte(os.Getenv(roleKey)), &job) != nil {
		t.Skip("a part of make bench-viewers")
	}
	in := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	if job.Role == "viewers" {
		watch(t, job, in, out)
	} else {
		serve(t, job, in, out)
	}
}

// serve is the server: its run begins with the first line of input, and each further
// line asks for a sample.
func serve(t *testing.T, job load, in *bufio.Scanner, out *json.Encoder) {
	begin := make(chan struct{})
	var mu sync.Mutex
	store := make([]int, longest)
	stored := func(_ int, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		store[min(int(took.Milliseconds()), longest-1)]++
	}
	l, err := lab.OpenWith(lab.Options{Dir: t.TempDir(), Workers: 1, Threads: 1, Stored: stored}, paced(job, begin))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close(context.Background())
	settings, _ := spec.ParseQuery(fmt.Sprintf("data=shapes&encoder=mlp&steps=%d&probe.knn=0", job.For/perStep))
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	m, err := l.Submit(t.Context(), s, lab.Submission{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	h := web.New(l, web.Options{Log: slog.New(slog.DiscardHandler)})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewServer("", h)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		server.Serve(listener)
	}()
	out.Encode(fmt.Sprintf("%s/runs/%s", listener.Addr(), m.ID))
	for n := 0; in.Scan(); n++ {
		if n == 0 {
			close(begin)
		}
		s := now(h)
		mu.Lock()
		s.Store = slices.Clone(store)
		mu.Unlock()
		out.Encode(s)
	}
	h.Drain()
	server.Close()
	<-ended
}

// paced is an engine that takes a step every ten milliseconds, whose first value is
// when that was: milliseconds since the base.
func paced(job load, begin <-chan struct{}) func(context.Context, spec.Spec, engine.Options, func(record.Step) error) error {
	return func(ctx context.Context, s spec.Spec, _ engine.Options, emit func(record.Step) error) error {
		select {
		case <-begin:
		case <-ctx.Done():
			return ctx.Err()
		}
		start := time.Now()
		values := len(engine.Schema(s).Fields)
		for step := range s.Steps {
			time.Sleep(time.Until(start.Add(time.Duration(step) * perStep)))
			r := record.Step{Step: step, Has: record.EachStep, Values: make([]float32, values)}
			r.Values[0] = float32(time.Since(job.Base).Seconds() * 1000)
			if job.Frames && step%50 == 0 {
				r.Frames = []record.Frame{{Name: "correlation", Rows: 128, Cols: 128, Of: 128, Scale: 1, Data: make([]int8, 128*128)}}
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := emit(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// now samples this process.
func now(h *web.Handler) sample {
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	t := h.Traffic()
	s := sample{CPU: cpu(), Heap: int64(mem.HeapAlloc), Goroutines: runtime.NumGoroutine(), Sockets: t.Sockets, Events: t.Events}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		s.FDs = len(fds)
	}
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		pages, _ := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
		s.RSS = pages * int64(os.Getpagesize())
	}
	return s
}

// watch is a crowd of viewers. They connect, then say so; they end with the run.
func watch(t *testing.T, job load, in *bufio.Scanner, out *json.Encoder) {
	var mu sync.Mutex
	r := receipt{Late: make([]int, longest), Timer: make([]int, longest)}
	var wg sync.WaitGroup
	var stalled []*websocket.Conn // referred to, or the collector would close them
	for i := range job.Viewers + job.Stalled {
		next, err := open(t.Context(), job)
		if err != nil {
			t.Fatalf("viewer %d: %v", i, err)
		}
		if i >= job.Viewers {
			conn, err := dial(job.Address, 4096)
			if err != nil {
				t.Fatal(err)
			}
			stalled = append(stalled, conn)
			continue
		}
		wg.Go(func() {
			late, err := count(job, next)
			mu.Lock()
			defer mu.Unlock()
			for _, ms := range late {
				r.Late[min(max(0, ms), longest-1)]++
			}
			if err != nil {
				r.Faults = append(r.Faults, err.Error())
			}
		})
	}
	out.Encode("connected")
	all := make(chan struct{})
	go func() {
		wg.Wait()
		close(all)
	}()
	for over := false; !over; {
		due := time.Now().Add(perStep)
		select {
		case <-time.After(perStep):
			r.Timer[min(int(time.Since(due).Milliseconds()), longest-1)]++
		case <-all:
			over = true
		}
	}
	out.Encode(r)
	in.Scan() // until the samples are taken
	for _, conn := range stalled {
		conn.Close()
	}
}

// count reads a viewer's blocks to the goodbye and returns the age of each step in
// milliseconds when it came. Steps must come in order, each once.
func count(job load, next func() ([]byte, error)) (late []int, err error) {
	due := 0
	for {
		b, err := next()
		if err == io.EOF && time.Duration(due)*perStep < job.For {
			return late, fmt.Errorf("goodbye when step %d is due", due)
		}
		if err != nil {
			return late, ignoreEOF(err)
		}
		if kind, _ := record.Kind(b); kind != record.KindSteps {
			continue
		}
		steps, _, err := record.DecodeSteps(b)
		if err != nil || steps[0].Step != due {
			return late, fmt.Errorf("step %d where %d is due, %w", steps[0].Step, due, err)
		}
		due += len(steps)
		at := time.Since(job.Base).Seconds() * 1000
		for _, s := range steps {
			late = append(late, int(at-float64(s.Values[0])))
		}
	}
}

func ignoreEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// open connects one viewer and returns what reads its blocks.
func open(ctx context.Context, job load) (next func() ([]byte, error), err error) {
	if job.Events {
		return openEvents(ctx, job.Address)
	}
	conn, err := dial(job.Address, 0)
	if err != nil {
		return nil, err
	}
	return func() ([]byte, error) {
		kind, b, err := conn.ReadMessage()
		if err == nil && kind == websocket.TextMessage && strings.HasPrefix(string(b), `{"type":"bye"`) {
			conn.Close()
			return nil, io.EOF
		}
		return b, err
	}, nil
}

func dial(address string, buffer int) (*websocket.Conn, error) {
	d := websocket.Dialer{NetDial: func(network, addr string) (net.Conn, error) {
		c, err := net.Dial(network, addr)
		if tcp, ok := c.(*net.TCPConn); ok && buffer > 0 {
			tcp.SetReadBuffer(buffer)
		}
		return c, err
	}}
	conn, _, err := d.Dial("ws://"+address+"/socket", nil)
	return conn, err
}

func openEvents(ctx context.Context, address string) (next func() ([]byte, error), err error) {
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+address+"/events", nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReader(resp.Body)
	return func() ([]byte, error) {
		for block := false; ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				resp.Body.Close()
				return nil, err // the server ends the answer after its goodbye
			}
			data, ok := strings.CutPrefix(line, "data: ")
			if block = block || line == "event: block\n"; ok && block {
				return base64.StdEncoding.DecodeString(strings.TrimSpace(data))
			}
		}
	}, nil
}
