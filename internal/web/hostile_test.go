package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gradlab/internal/web"
)

// A hostile makes requests that nobody means well with, the same ones for a seed.
type hostile struct {
	*rand.Rand
	id string // of a run that has ended
}

func (h hostile) pick(words ...string) string { return words[h.IntN(len(words))] }

// bytes are up to n of any kind.
func (h hostile) bytes(n int) string {
	b := make([]byte, h.IntN(n+1))
	for i := range b {
		b[i] = byte(h.Uint32())
	}
	return string(b)
}

// word is a value that somebody has been caught with before, or anything.
func (h hostile) word() string {
	return h.pick("", "0", "-1", "1e999", "NaN", "9223372036854775808", "2147483648", "99999999999999999999", "0x10", "1_000", " 7", "+7", "７", "true", "null",
		"../../etc/passwd", "..%2f..%2f", "%00", "\x00", "<script>alert(1)</script>", "'; drop table runs; --", "${jndi:ldap://x}", strings.Repeat("a", 3000),
		strings.Repeat("(", 500), "byol", "barlow", "none", "mlp", h.bytes(40))
}

// query is a string of settings and parameters, most of them wrong.
func (h hostile) query() string {
	keys := []string{"v", "method", "gradient", "data", "batch", "steps", "seed", "device", "encoder", "encoder.width", "projector.depth", "predictor", "target", "momentum",
		"lr", "warmup", "augment.crop", "probe.every", "tau", "lambda", "bank", "at", "then.lr", "b.method", "c.then.at", "g.lr", "from", "to", "name", "wait", "with", "theme", "keep", "b.", ".", ""}
	var parts []string
	for range h.IntN(8) {
		parts = append(parts, url.QueryEscape(keys[h.IntN(len(keys))])+"="+url.QueryEscape(h.word()))
	}
	if h.IntN(8) == 0 {
		parts = append(parts, h.bytes(30)) // not even escaped
	}
	return strings.Join(parts, h.pick("&", "&", "&", ";", "&&", "?"))
}

func (h hostile) path() string {
	id := h.pick(h.id, h.id, h.id, "0000000000ZZ", h.word())
	return h.pick(h.pick("/", "/credits", "/probe", "/api/methods", "/readyz", "/recorded/"+h.word()+"/records"), "/lab", "/runs", "/recorded/first/figures/"+h.word()+".png", "/experiments/"+h.word(), "/static/"+h.word(), "/"+h.bytes(60),
		"/runs/"+id, "/runs/"+id+"/records", "/runs/"+id+"/records.csv", "/runs/"+id+"/frames", "/runs/"+id+"/frames", "/runs/"+id+"/events", "/runs/"+id+"/events", "/runs/"+id+"/socket",
		"/runs/"+id+"/figures/"+h.pick("norms", h.word(), h.word())+h.pick(".svg", ".exe"), "/runs/"+id+"/compare/"+h.pick(h.id, h.word()),
		"/runs/"+id+"/"+h.pick("pause", "resume", "step", "stop"), "/runs/"+id+"//records", "//"+id)
}

func (h hostile) header() http.Header {
	head := http.Header{}
	for range h.IntN(4) {
		head.Set(h.pick("Accept", "Last-Event-ID", "Range", "If-None-Match", "Origin", "Sec-Fetch-Site", "Content-Type", "Accept-Encoding", "X-Forwarded-For", "Cookie", "Host", "Transfer-Encoding", "Expect"), h.word())
	}
	head.Set("Accept", h.pick(asJSON, asPage, "*/*", "", h.word()))
	return head
}

// upload is a form with files, damaged somewhere.
func (h hostile) upload() (kind, body string) {
	const border = "borderborder"
	var b strings.Builder
	for range 1 + h.IntN(4) {
		array := "\x93NUMPY\x01\x00\x76\x00" + fmt.Sprintf("%-117s\n", fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }",
			h.pick("<f4", "<f8", "|O", "<U9", h.word()), h.pick("False", "True", "Maybe"), h.pick("4, 2", "0, 0", "4,", "4294967296, 4294967296", "-1, 2", h.word()))) + h.bytes(64)
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q; filename=%q\r\n\r\n%s\r\n", border, h.pick("x1", "x2", "t1", "t2", "method", "tau", h.word()), h.word(), h.pick(array, array, h.word(), ""))
	}
	b.WriteString(h.pick("--"+border+"--\r\n", "", "--"))
	body = b.String()
	return "multipart/form-data; boundary=" + h.pick(border, border, border, "other", `"`), body[:len(body)-h.IntN(len(body)/4)]
}

// request is the next one.
func (h hostile) request() *http.Request {
	u := &url.URL{Path: h.path(), RawQuery: h.query()}
	r := &http.Request{Method: h.pick("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"), URL: u, Host: "lab.test", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h.header(), RemoteAddr: "192.0.2.1:9", RequestURI: u.RequestURI()}
	body := ""
	switch h.IntN(6) {
	case 0:
		r.Method, u.Path = "POST", "/runs"
		body = h.query() + "&hostile=1" // or, where all is well by chance, this would be a test of the engine
	case 1:
		r.Method, u.Path = "POST", "/probe"
		var kind string
		kind, body = h.upload()
		r.Header.Set("Content-Type", kind)
	case 2:
		if r.Method == "POST" {
			body = h.bytes(200)
		}
	}
	if u.Path == "/runs" && r.Method == "POST" && !strings.Contains(body, "hostile=1") {
		u.RawQuery = "hostile=1"
	}
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return r
}

// raw is a request as bytes, for what a client library would not send.
func (h hostile) raw() string {
	key := h.pick("dGhlIHNhbXBsZSBub25jZQ==", h.word())
	return h.pick(
		"GET /runs/"+h.id+"/socket?from="+url.QueryEscape(h.word())+" HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "+h.pick("13", "7")+"\r\nSec-WebSocket-Key: "+strings.Map(printable, key)+"\r\n\r\n"+h.bytes(100),
		"POST /runs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhostile=1",
		"POST /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET "+h.path()+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"GET /lab HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: "+strings.Repeat("y", 40000)+"\r\n\r\n",
		h.bytes(300)+"\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	)
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// A journal keeps what is logged as an error.
type journal struct {
	mu sync.Mutex
	bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.Buffer.Write(b)
}

// Bounds on what is left of ten thousand requests.
const (
	heapLeft       = 16 << 20
	goroutinesLeft = 20 // connections that are on their way out
)

// Ten thousand requests that nobody means well with are answered, each as the fault of
// who sent it; nothing panics, and nothing of them stays.
func TestHostileRequests(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=12&method=barlow")
	s.finish(id)
	var errs journal
	handler := web.New(s.lab, web.Options{Log: slog.New(slog.NewTextHandler(&errs, &slog.HandlerOptions{Level: slog.LevelError}))})
	direct, overTCP := 9000, 1000
	if testing.Short() {
		direct, overTCP = 1000, 100
	}
	front := httptest.NewUnstartedServer(handler)
	front.Config = web.NewServer("", handler)
	front.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	front.Start()

	var codes [600]atomic.Int64
	attack := func(seed uint64, direct, overTCP int) {
		h := hostile{rand.New(rand.NewPCG(seed, 7)), id}
		for range direct {
			r := h.request()
			about := r.Method + " " + r.URL.String()
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r.WithContext(t.Context()))
			codes[w.Code].Add(1)
			if w.Code >= 500 {
				t.Errorf("seed %d: %.300q: %d %.300s", seed, about, w.Code, w.Body)
			}
		}
		for range overTCP {
			text := h.raw()
			code, err := rawStatus(front.Listener.Addr().String(), text, h.IntN(4) == 0)
			codes[code].Add(1)
			if code >= 500 && code != http.StatusHTTPVersionNotSupported || err != nil {
				t.Errorf("seed %d: %.200q: %d, %v", seed, text, code, err)
			}
		}
	}
	attack(1, 200, 20) // what is kept for good is kept now: pools, caches, connections
	heap, goroutines := left()
	var wg sync.WaitGroup
	for seed := range uint64(4) {
		wg.Go(func() { attack(2+seed, direct/4, overTCP/4) })
	}
	slow := slowBodies(t, front.Listener.Addr().String(), 5)
	wg.Wait()
	for _, c := range slow {
		c.Close()
	}
	handler.Drain()
	front.Close()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		h, g := left()
		if h-heap <= heapLeft && g-goroutines <= goroutinesLeft {
			break
		}
		if time.Now().After(end) {
			t.Errorf("%d bytes of heap and %d goroutines are left; the bounds are %d and %d", h-heap, g-goroutines, heapLeft, goroutinesLeft)
			break
		}
	}
	if errs.Len() > 0 {
		t.Errorf("the log has errors: %.2000s", errs.String())
	}
	for _, code := range []int{200, 303, 400, 403, 404, 405, 413, 415, 422, 431} {
		if code != 303 && code != 413 && codes[code].Load() == 0 {
			t.Errorf("no request was answered with %d: they are not as mixed as they should be", code)
		}
	}
}

// left is what this process holds, garbage aside.
func left() (heap, goroutines int) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc), runtime.NumGoroutine()
}

// rawStatus sends bytes, may hang up behind them, and returns the status of the answer;
// 0 where the server hangs up as well.
func rawStatus(address, text string, gone bool) (int, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	io.WriteString(c, text)
	if gone {
		c.(*net.TCPConn).CloseWrite()
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	code := 0
	if fmt.Sscanf(line, "HTTP/1.1 %d", &code); code == 0 && err == nil {
		return 0, fmt.Errorf("answer %q", line)
	}
	return code, nil
}

// slowBodies begins requests whose bodies never end.
func slowBodies(t *testing.T, address string, n int) (list []net.Conn) {
	t.Helper()
	for i := range n {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\n", []string{"/runs", "/probe"}[i%2])
		list = append(list, c)
	}
	return list
}
