package main

import (
	"fmt"
	"log/slog"
	"net"

	"gradlab/internal/admin"
)

// openAdmin serves metrics and profiles where -admin says, until the program closes,
// and returns the metrics; nil where it says nothing. The lab's hooks are set.
func (s *server) openAdmin() (*admin.Metrics, error) {
	if s.admin == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(s.admin)
	if err != nil {
		return nil, refused(s.admin, "-admin", err)
	}
	local := admin.Loopback(host)
	if !local && !s.reachable {
		return nil, &usageError{fmt.Errorf("-admin %s: others reach this address, and profiles show what is in memory; listen at 127.0.0.1, or say -admin-open too", s.admin), " serve"}
	}
	listener, err := net.Listen("tcp", s.admin)
	if err != nil {
		return nil, refused(s.admin, "-admin", err)
	}
	m := admin.NewMetrics()
	s.lab.Stored = m.Stored
	server := admin.NewServer(m, local)
	server.ErrorLog = slog.NewLogLogger(s.lab.Log.Handler(), slog.LevelDebug)
	ended := make(chan struct{})
	go func() { // ends with Close below
		defer close(ended)
		server.Serve(listener)
	}()
	s.m.close = append(s.m.close, func() error {
		err := server.Close()
		<-ended
		return err
	})
	fmt.Fprintf(s.m.Stdout, "Metrics and profiles are at http://%s\n", listener.Addr())
	return m, nil
}
