package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// embed opens the store in dir, or makes it there, with a server inside the process.
func (s *store) embed(dir string, log *slog.Logger, limit int64) error {
	if dir == "" {
		return errors.New("no data directory is given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the data directory cannot be made: %w", err)
	}
	s.place = dir
	var err error
	if s.lock, err = lockFile(filepath.Join(dir, "lock")); err != nil {
		return err
	}
	if err := s.start(dir, log, limit); err != nil {
		s.close()
		return fmt.Errorf("the store in %s does not start: %w", dir, err)
	}
	return nil
}

// start starts the server. Everything is synced to the disk before it is
// acknowledged: the server's own default would be to sync every two minutes, and an
// acknowledgement would not wait for it.
func (s *store) start(dir string, log *slog.Logger, limit int64) (err error) {
	s.server, err = server.NewServer(&server.Options{
		ServerName: "gradlab",
		DontListen: true,
		JetStream:  true,
		StoreDir:   dir,
		SyncAlways: true,
		MaxPayload: maxPayload,
		NoSigs:     true, // signals are the program's
	})
	if err != nil {
		return err
	}
	fatal := make(chan string, 1)
	s.server.SetLoggerV2(serverLog{log, fatal}, false, false, false)
	s.server.Start()
	for tries := 0; !s.server.ReadyForConnections(100 * time.Millisecond); tries++ {
		select {
		case why := <-fatal:
			return errors.New(why)
		default:
		}
		if tries == 300 {
			return errors.New("it is not ready after 30 seconds")
		}
	}
	if s.conn, err = nats.Connect("", nats.InProcessServer(s.server), nats.Name("gradlab")); err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return err
	}
	ctx, done := context.WithTimeout(context.Background(), 30*time.Second)
	defer done()
	return s.prepare(ctx, limit, 1)
}

// maxPayload is the most bytes of a message: it holds at least one step, whatever its frames.
const maxPayload = 8 << 20
