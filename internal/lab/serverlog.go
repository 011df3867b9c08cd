package lab

import (
	"fmt"
	"log/slog"
)

// serverLog hands what the NATS server has to say to the lab's log, and the
// reason why it cannot start to whoever starts it.
type serverLog struct {
	log   *slog.Logger
	fatal chan string // takes one
}

func (s serverLog) Noticef(format string, v ...any) { s.log.Debug(fmt.Sprintf("nats: "+format, v...)) }
func (s serverLog) Warnf(format string, v ...any)   { s.log.Warn(fmt.Sprintf("nats: "+format, v...)) }
func (s serverLog) Errorf(format string, v ...any)  { s.log.Error(fmt.Sprintf("nats: "+format, v...)) }
func (s serverLog) Debugf(string, ...any)           {}
func (s serverLog) Tracef(string, ...any)           {}

// Fatalf is called where the server gives up; it does not end the process.
func (s serverLog) Fatalf(format string, v ...any) {
	s.Errorf(format, v...)
	select {
	case s.fatal <- fmt.Sprintf(format, v...):
	default: // the first reason is the one that counts
	}
}
