package main

import (
	"flag"
	"fmt"
	"log/slog"
	"net"

	"gradlab/internal/admin"
	"gradlab/internal/lab"
)

// An adminPort is where a command serves metrics and profiles.
type adminPort struct {
	addr      string // "" is nowhere
	reachable bool   // it may be an address that others reach
}

func (a *adminPort) declare(f *flag.FlagSet) {
	f.StringVar(&a.addr, "admin", "", "metrics and profiles at `address`, such as 127.0.0.1:6060 (nowhere)")
	f.BoolVar(&a.reachable, "admin-open", false, "let -admin be an address that others reach")
}

// open serves until the program closes, and returns the metrics, whose hooks in the
// options of a lab it sets; nil where nothing is to be served. command names who asks.
func (a *adminPort) open(m *Main, command string, o *lab.Options) (*admin.Metrics, error) {
	if a.addr == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(a.addr)
	if err != nil {
		return nil, refused(command, a.addr, "-admin", err)
	}
	local := admin.Loopback(host)
	if !local && !a.reachable {
		return nil, &usageError{fmt.Errorf("-admin %s: others reach this address, and profiles show what is in memory; listen at 127.0.0.1, or say -admin-open too", a.addr), " " + command}
	}
	listener, err := net.Listen("tcp", a.addr)
	if err != nil {
		return nil, refused(command, a.addr, "-admin", err)
	}
	metrics := admin.NewMetrics()
	o.Stored = metrics.Stored
	server := admin.NewServer(metrics, local)
	server.ErrorLog = slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug)
	ended := make(chan struct{})
	go func() { // ends with Close below
		defer close(ended)
		server.Serve(listener)
	}()
	m.close = append(m.close, func() error {
		err := server.Close()
		<-ended
		return err
	})
	fmt.Fprintf(m.Stdout, "Metrics and profiles are at http://%s\n", listener.Addr())
	return metrics, nil
}
