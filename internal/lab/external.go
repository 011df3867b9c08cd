package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	clusterSize  = 3                // peers that keep a copy each, so that one of them may be lost
	settlingTime = 20 * time.Second // in which a cluster that has just been started finds its peers
)

// connect opens the store of an external server or cluster. urls are those of its
// servers, with commas between them; user and password may stand in them.
func (s *store) connect(urls string, log *slog.Logger, limit int64) (err error) {
	s.place = Redacted(urls)
	s.conn, err = nats.Connect(urls,
		nats.Name("gradlab"),
		nats.Timeout(5*time.Second),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250*time.Millisecond),
		nats.PingInterval(2*time.Second), nats.MaxPingsOutstanding(2), // a frozen server is noticed, and left for another
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("the connection to the store is lost", "store", s.place, "err", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { log.Warn("connected to the store again", "server", c.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("nats: "+err.Error(), "store", s.place) }),
	)
	if err != nil {
		return fmt.Errorf("no NATS server can be used at %s: %w", s.place, err)
	}
	// A message of records holds half a megabyte, or one step; the rest is for headers.
	s.piece = min(pieceSize, int(s.conn.MaxPayload())*3/4)
	if s.js, err = jetstream.New(s.conn, jetstream.WithDefaultTimeout(s.patience)); err == nil {
		err = s.settle(log, limit)
	}
	if err != nil {
		s.close()
		return fmt.Errorf("the store at %s cannot be used: %w", s.place, err)
	}
	return nil
}

// settle prepares the store, with three replicas where the cluster has three
// servers with JetStream. What is there already keeps the number that it has.
func (s *store) settle(log *slog.Logger, limit int64) error {
	ctx, done := context.WithTimeout(context.Background(), 2*settlingTime)
	defer done()
	replicas := 1
	if s.conn.ConnectedClusterName() != "" {
		replicas = clusterSize
	}
	for deadline := time.Now().Add(settlingTime); ; {
		try, end := context.WithTimeout(ctx, 10*time.Second)
		n := replicas
		there, err := s.js.Stream(try, recordsStream)
		if err == nil {
			n = there.CachedInfo().Config.Replicas
		}
		if err == nil || errors.Is(err, jetstream.ErrStreamNotFound) {
			err = s.prepare(try, limit, n)
		}
		end()
		early, without := time.Now().Before(deadline), errors.Is(err, nats.ErrNoResponders)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount),
			without && (replicas == 1 || !early): // a cluster may still be choosing its leader
			return fmt.Errorf("it keeps nothing: start nats-server with JetStream (-js): %w", err)
		case early && (passing(err) || fewPeers(err)):
			time.Sleep(betweenTries)
		case replicas > 1 && fewPeers(err):
			log.Warn("the cluster has fewer than three servers with JetStream: runs are kept by one of them only", "store", s.place, "err", err)
			replicas = 1
		default:
			return err
		}
	}
}

// fewPeers tells whether a cluster has not enough servers for the replicas wanted.
func fewPeers(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && slices.Contains([]jetstream.ErrorCode{10005, 10023, 10074}, api.ErrorCode) // no peers, resources, no cluster
}

// Redacted is a list of addresses of servers without the passwords in them.
func Redacted(urls string) string {
	var out []string
	for text := range strings.SplitSeq(urls, ",") {
		if u, err := url.Parse(strings.TrimSpace(text)); err == nil {
			text = u.Redacted()
		}
		out = append(out, text)
	}
	return strings.Join(out, ",")
}
