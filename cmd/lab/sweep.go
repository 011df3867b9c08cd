package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"time"

	"gradlab/internal/grid"
	"gradlab/internal/sweep"
)

var sweepCommand = command{
	name: "sweep", args: "[preset] [key=a,b ...]", doc: "a grid of experiments, on a server or here",
	long: `
Computes every combination of the values given, such as
  lab sweep method=barlow projector.depth=1,2,3 seed=1..5
and prints a row for each point: the last values of some columns, seeds folded into
mean ± standard deviation. A value may be a list, a range of whole numbers, or both.
With -server the runs are computed there, and go on without this program; without
it they are computed here, in the store that lab serve uses, which it must not be
using. Either way the same command finds again what is done, and the page named at
the end shows the runs as small multiples. The exit status is 1
where a run could not be computed; one that diverged is a result.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		s := &sweeper{m: m, local: server{m: m}}
		f.StringVar(&s.server, "server", "", "compute on the lab at `address`, such as http://127.0.0.1:8080 (here)")
		columns := f.String("columns", "", "tell these `fields` of the last record ("+strings.Join(sweep.Columns, ",")+")")
		f.BoolVar(&s.json, "json", false, "print one JSON object a run and line instead of the table")
		f.StringVar(&s.out, "o", "", "write a CSV with one row a run to `file`")
		prepare := s.local.declare(f)
		return func(args []string) (func(context.Context) error, error) {
			s.columns = strings.FieldsFunc(*columns, func(r rune) bool { return r == ',' || r == ' ' })
			if err := prepare(); err != nil {
				return nil, err
			}
			return s.run, s.parse(args, flagsSet(f))
		}
	},
}

// A sweeper is `lab sweep`.
type sweeper struct {
	m       *Main
	server  string
	local   server // what computes where no server is named
	columns []string
	json    bool
	out     string

	page   string // path and query of the grid on a lab's pages
	sweep  *sweep.Sweep
	client *sweep.Client
	shown  int    // width of the line of progress
	stuck  string // what was said last of why nothing is computed
}

// parse reads the grid and makes sure that what it will need is there.
func (s *sweeper) parse(args []string, set map[string]bool) error {
	slug := ""
	if len(args) > 0 && !strings.Contains(args[0], "=") {
		slug = args[0]
	}
	preset, args, err := takePreset(args)
	if err != nil {
		return err
	}
	if s.server != "" {
		if u, err := url.Parse(s.server); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("-server %s: it takes an address such as http://127.0.0.1:8080", s.server)
		}
		for _, name := range []string{"store", "images", "threads", "workers", "memory", "checkpoint"} {
			if set[name] {
				return fmt.Errorf("-%s is for runs that are computed here, and -server %s computes them there", name, s.server)
			}
		}
	}
	s.page = pageOf(slug, args)
	g, err := grid.Parse(preset, args)
	if err != nil {
		return err
	}
	for _, text := range g.Notices {
		fmt.Fprintln(s.m.Stderr, text)
	}
	jar, err := cookiejar.New(nil) // a server tells visitors apart by a cookie
	if err != nil {
		return err
	}
	s.client = &sweep.Client{Base: s.server, HTTP: &http.Client{Jar: jar, Timeout: time.Minute}}
	s.sweep, err = sweep.New(g, s.client, s.columns)
	return err
}

// run computes the grid and prints what came out, also where it is interrupted.
func (s *sweeper) run(ctx context.Context) error {
	out := s.m.Stdout
	if s.out != "" { // better now than after an hour
		f, err := os.OpenFile(s.out, os.O_WRONLY|os.O_CREATE, 0o666)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	if s.server == "" {
		if err := s.open(); err != nil {
			return err
		}
	}
	answered := false
	err := s.sweep.Run(ctx, func(p sweep.Progress) {
		answered = true
		s.show(p)
	})
	s.clear()
	if !answered {
		return err
	}
	if errors.Is(err, context.Canceled) {
		where := "here"
		if s.server != "" {
			where = "there, where they go on meanwhile"
		}
		err = fmt.Errorf("interrupted; the same command finds the runs again %s", where)
	}
	if s.json {
		err = errors.Join(err, s.sweep.JSON(out))
	} else {
		err = errors.Join(err, s.sweep.Table(out))
	}
	if s.out != "" {
		err = errors.Join(err, s.keep())
	}
	fmt.Fprintln(s.m.Stderr, s.seen())
	return errors.Join(err, s.sweep.Lost())
}

// seen says where the runs are to be seen.
func (s *sweeper) seen() string {
	if s.server != "" {
		return "See it at " + strings.TrimSuffix(s.server, "/") + s.page
	}
	return "lab serve shows it at " + s.page
}

// pageOf is the address of a grid on a lab's pages. Commas stay as people read them.
func pageOf(slug string, args []string) string {
	var parts []string
	if slug != "" {
		parts = append(parts, "preset="+slug)
	}
	for _, a := range args {
		key, value, _ := strings.Cut(a, "=")
		parts = append(parts, url.QueryEscape(key)+"="+strings.ReplaceAll(url.QueryEscape(value), "%2C", ","))
	}
	return "/sweep?" + strings.Join(parts, "&")
}

// open opens a lab in this process, and speaks to it as to any other, through pipes.
func (s *sweeper) open() error {
	s.local.lab.Log = s.m.log()
	_, handler, err := s.local.open()
	if err != nil {
		return err
	}
	listener := newPipes()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	ended := make(chan struct{})
	go func() { // ends with Close
		defer close(ended)
		_ = server.Serve(listener)
	}()
	transport := &http.Transport{DialContext: listener.dial}
	s.m.close = append(s.m.close, func() error {
		transport.CloseIdleConnections()
		err := server.Close()
		<-ended
		return err
	})
	s.client.Base, s.client.HTTP.Transport = "http://here", transport
	s.sweep.Pause = 200 * time.Millisecond // asking costs nobody a network
	return nil
}

// keep writes the CSV.
func (s *sweeper) keep() error {
	f, err := os.Create(s.out)
	if err != nil {
		return err
	}
	return errors.Join(s.sweep.CSV(f), f.Close())
}

// show says how far the sweep is: on a terminal in one line that is written again and
// again, elsewhere in a line for each run that ends.
func (s *sweeper) show(p sweep.Progress) {
	line := fmt.Sprintf("%d of %d runs, %d running, %.0f %%", p.Ended, p.Runs, p.Running, 100*p.Share)
	if p.Left > 0 && p.Ended < p.Runs {
		line += fmt.Sprintf(", about %v left", p.Left.Round(roundTo(p.Left)))
	}
	if p.Away != "" {
		line += "; trying again: " + p.Away
	}
	if p.Stuck != "" {
		line += "; " + p.Stuck
	}
	if s.m.Terminal {
		fmt.Fprintf(s.m.Stderr, "\r%-*s", s.shown, line)
		s.shown = len(line)
		return
	}
	for _, r := range p.Just {
		fmt.Fprintf(s.m.Stderr, "%s: %s after %d steps\n", r.Name, r.State, r.Done)
	}
	if len(p.Just) > 0 || p.Away != "" || p.Stuck != s.stuck {
		fmt.Fprintln(s.m.Stderr, line)
	}
	s.stuck = p.Stuck
}

// clear takes the line of progress away.
func (s *sweeper) clear() {
	if s.shown > 0 {
		fmt.Fprintf(s.m.Stderr, "\r%*s\r", s.shown, "")
	}
}

// roundTo is as exact as an estimate of that size deserves.
func roundTo(d time.Duration) time.Duration {
	switch {
	case d > time.Hour:
		return 5 * time.Minute
	case d > 2*time.Minute:
		return time.Minute
	case d > 10*time.Second:
		return 5 * time.Second
	}
	return time.Second
}

// flagsSet returns which flags were given.
func flagsSet(f *flag.FlagSet) map[string]bool {
	set := map[string]bool{}
	f.Visit(func(f *flag.Flag) { set[f.Name] = true })
	return set
}
