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
kept in the store and go on where they were when the lab is opened again.

With -nats they are kept by a NATS server or cluster with JetStream, which any
number of lab serve and lab worker share: each of them shows and computes the
runs of all. -workers 0 leaves computing to the others.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		s := &server{m: m}
		f.StringVar(&s.addr, "addr", "127.0.0.1:8080", "listen at `address`; :8080 is for everybody in the network")
		prepare := s.declare(f)
		natsFlag(f, &s.lab)
		f.Func("keep", "let old runs that nobody pinned lose their records where there is more than `size`, such as 10GB (no limit)", func(text string) (err error) {
			s.lab.Keep, err = parseSize(text)
			return err
		})
		s.admin.declare(f)
		logFlag(f, &m.json)
		return func(args []string) (func(context.Context) error, error) {
			if err := prepare(); err != nil {
				return nil, err
			}
			if len(args) > 0 {
				return nil, fmt.Errorf("lab serve takes no %q; settings belong to a link: %s/lab?%s", args[0], "http://"+s.addr, strings.Join(args, "&"))
			}
			return s.run, nil
		}
	},
}

// A server is `lab serve`.
type server struct {
	m     *Main
	addr  string
	admin adminPort
	place string // where runs are kept, for people
	lab   lab.Options
}

// declare declares what is said of a lab whether it serves or not. What it returns is
// called once the flags are read.
func (s *server) declare(f *flag.FlagSet) func() error {
	f.StringVar(&s.lab.Dir, "store", "", "keep runs in `folder` ("+shown(storeDir)+")")
	workers := -1 // the program's choice
	f.Func("workers", "compute `n` runs at a time (3); 0 is none, where others share the store", number(&workers, 0))
	engineFlags(f, &s.lab)
	return func() error {
		switch {
		case s.lab.NATS != "" && s.lab.Dir != "":
			return fmt.Errorf("-store and -nats: runs are kept in a folder or by a NATS server, not both")
		case workers == 0 && s.lab.NATS == "":
			return fmt.Errorf("-workers 0: nobody would compute anything; it needs others that share the store (-nats)")
		case workers == 0:
			s.lab.Workers = lab.NoWorkers
		case workers > 0:
			s.lab.Workers = workers
		}
		return nil
	}
}

const (
	drainTime = 10 * time.Second // requests that are under way may end
	closeTime = 20 * time.Second // runs put down what they have
)

// run serves until the context ends.
func (s *server) run(ctx context.Context) error {
	s.lab.Log = s.m.log()
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return refused("serve", s.addr, "-addr", err)
	}
	s.m.close = append(s.m.close, func() error { return ignoreClosed(listener.Close()) })
	metrics, err := s.admin.open(s.m, "serve", &s.lab)
	if err != nil {
		return err
	}

	l, handler, err := s.open()
	if err != nil {
		return err
	}
	if metrics != nil {
		metrics.Watch(l, handler)
	}
	httpServer := web.NewServer(s.addr, handler)
	httpServer.ErrorLog = slog.NewLogLogger(s.lab.Log.Handler(), slog.LevelDebug)
	ended := make(chan error, 1)
	go func() { ended <- httpServer.Serve(listener) }() // ends with Shutdown or Close below

	url := browserURL(listener.Addr())
	fmt.Fprintf(s.m.Stdout, "Gradlab is at %s\nRuns are kept in %s. Press Ctrl-C to stop.\n", url, s.place)
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

// open opens the lab, which the program closes when it ends, and returns it with its face.
func (s *server) open() (*lab.Lab, *web.Handler, error) {
	s.place = lab.Redacted(s.lab.NATS)
	if s.lab.NATS == "" {
		if s.lab.Dir == "" {
			dir, err := storeDir()
			if err != nil {
				return nil, nil, fmt.Errorf("%w; say where runs are kept with -store", err)
			}
			s.lab.Dir = dir
		}
		s.place = s.lab.Dir
	}
	l, err := s.m.open(s.lab)
	if err != nil {
		return nil, nil, err
	}
	return l, web.New(l, web.Options{Log: s.lab.Log}), nil
}

// refused explains why the address of a command's flag cannot be had.
func refused(command, addr, flag string, err error) error {
	host, port, splitErr := net.SplitHostPort(addr)
	switch {
	case splitErr != nil:
		return &usageError{fmt.Errorf("%s %s: it takes host:port, such as 127.0.0.1:8080", flag, addr), " " + command}
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %s is in use, perhaps by a lab that is open already.\nChoose another, or let the system choose: lab %s %s %s", port, command, flag, net.JoinHostPort(host, "0"))
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %s is not for everybody; choose one above 1023: lab %s %s %s", port, command, flag, net.JoinHostPort(host, "8080"))
	}
	return fmt.Errorf("cannot listen at %s: %w", addr, err)
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
