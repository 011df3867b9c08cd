package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/web"
)

var serveCommand = command{
	name: "serve", args: "", doc: "the lab in a browser; what lab alone does",
	long: `
Opens the lab: prints its address and serves until it is interrupted. Runs are
kept in the store and go on where they were when the lab is opened again.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		s := &server{m: m}
		f.StringVar(&s.addr, "addr", "127.0.0.1:8080", "listen at `address`; :8080 is for everybody in the network")
		prepare := s.declare(f)
		f.Func("keep", "let old runs that nobody pinned lose their records where there is more than `size`, such as 10GB (no limit)", func(text string) (err error) {
			s.lab.Keep, err = parseSize(text)
			return err
		})
		f.Func("checkpoint", "keep what a run has learnt every `time`, such as 1m (10s, less often where that is dear)", func(text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d <= 0 {
				return fmt.Errorf("want a time above zero, such as 10s or 1m")
			}
			s.lab.Checkpoint = d
			return nil
		})
		return func(args []string) (func(context.Context) error, error) {
			prepare()
			if len(args) > 0 {
				return nil, fmt.Errorf("lab serve takes no %q; settings belong to a link: %s/lab?%s", args[0], "http://"+s.addr, strings.Join(args, "&"))
			}
			return s.run, nil
		}
	},
}

// A server is `lab serve`.
type server struct {
	m    *Main
	addr string
	lab  lab.Options
}

// declare declares what is said of a lab whether it serves or not. What it returns is
// called once the flags are read.
func (s *server) declare(f *flag.FlagSet) func() {
	f.StringVar(&s.lab.Dir, "store", "", "keep runs in `folder` ("+shown(storeDir)+")")
	f.StringVar(&s.lab.Images, "images", "", "look for images that are not part of the program in `folder`")
	threads := countFlag(f, "threads", "use `n` threads (all that the machine has)")
	workers := countFlag(f, "workers", "compute `n` runs at a time (3)")
	return func() { s.lab.Threads, s.lab.Workers = *threads, *workers }
}

const (
	drainTime = 10 * time.Second // requests that are under way may end
	closeTime = 20 * time.Second // runs put down what they have
)

// run serves until the context ends.
func (s *server) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return s.refused(err)
	}
	s.m.close = append(s.m.close, func() error { return ignoreClosed(listener.Close()) })

	handler, err := s.open()
	if err != nil {
		return err
	}
	httpServer := web.NewServer(s.addr, handler)
	httpServer.ErrorLog = slog.NewLogLogger(s.lab.Log.Handler(), slog.LevelDebug)
	ended := make(chan error, 1)
	go func() { ended <- httpServer.Serve(listener) }() // ends with Shutdown or Close below

	url := browserURL(listener.Addr())
	fmt.Fprintf(s.m.Stdout, "Gradlab is at %s\nRuns are kept in %s. Press Ctrl-C to stop.\n", url, s.lab.Dir)
	if s.m.Serving != nil {
		s.m.Serving(url)
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	handler.Drain()
	grace, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := httpServer.Shutdown(grace); err != nil {
		httpServer.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// open opens the lab, which the program closes when it ends, and returns its face.
func (s *server) open() (*web.Handler, error) {
	s.lab.Log = slog.New(slog.NewTextHandler(s.m.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if s.lab.Dir == "" {
		dir, err := storeDir()
		if err != nil {
			return nil, fmt.Errorf("%w; say where runs are kept with -store", err)
		}
		s.lab.Dir = dir
	}
	l, err := lab.Open(s.lab)
	if err != nil {
		return nil, err
	}
	s.m.close = append(s.m.close, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		return l.Close(ctx)
	})
	return web.New(l, web.Options{Log: s.lab.Log}), nil
}

// refused explains why an address cannot be had.
func (s *server) refused(err error) error {
	host, port, splitErr := net.SplitHostPort(s.addr)
	switch {
	case splitErr != nil:
		return &usageError{fmt.Errorf("-addr %s: it takes host:port, such as 127.0.0.1:8080", s.addr), " serve"}
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %s is in use, perhaps by a lab that is open already.\nChoose another, or let the system choose: lab serve -addr %s", port, net.JoinHostPort(host, "0"))
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %s is not for everybody; choose one above 1023: lab serve -addr %s", port, net.JoinHostPort(host, "8080"))
	}
	return fmt.Errorf("cannot listen at %s: %w", s.addr, err)
}

// browserURL is the address to type: a listener on all interfaces is reached by localhost.
func browserURL(addr net.Addr) string {
	a, ok := addr.(*net.TCPAddr)
	if !ok || !a.IP.IsUnspecified() {
		return "http://" + addr.String()
	}
	return fmt.Sprintf("http://localhost:%d", a.Port)
}

// storeDir is where runs are kept unless -store says otherwise.
func storeDir() (string, error) {
	home, err := os.UserHomeDir()
	switch {
	case os.Getenv("XDG_DATA_HOME") != "":
		return filepath.Join(os.Getenv("XDG_DATA_HOME"), "gradlab"), nil
	case runtime.GOOS == "windows" && os.Getenv("LocalAppData") != "":
		return filepath.Join(os.Getenv("LocalAppData"), "gradlab"), nil
	case err != nil:
		return "", err
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support", "gradlab"), nil
	}
	return filepath.Join(home, ".local", "share", "gradlab"), nil
}

func shown(dir func() (string, error)) string {
	d, err := dir()
	if err != nil {
		return "to be chosen"
	}
	return d
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
