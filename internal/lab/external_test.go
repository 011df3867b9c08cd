package lab

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// The store is away for longer than anybody's patience: runs are let go, viewers wait,
// and all go on when it is back.
func TestStoreGoesAway(t *testing.T) {
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	dir, gate := t.TempDir(), make(chan struct{}, 100)
	s := startServer(t, dir, ports[0])
	how := quick
	how.patience = time.Second
	a := share(t, s.ClientURL(), NoWorkers, count, how)
	b, diary := shareLogged(t, s.ClientURL(), 1, gated(gate), how)
	run := tiny(1, 40)
	id := submit(t, a, run)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	s.Shutdown()
	s.WaitForShutdown()
	gate <- struct{}{} // a step that cannot be stored
	for deadline := time.Now().Add(patience); !strings.Contains(diary.String(), "left to others"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the worker holds on to its run")
		}
	}
	if err := a.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "is lost") {
		t.Errorf("the lab's health: %v", err)
	}
	startServer(t, dir, ports[0])
	close(gate)
	checkWhole(t, a, id, run)
	shut(t, b) // before the server
	shut(t, a)
}

func TestServersThatCannotBeUsed(t *testing.T) {
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	plain.Start()
	defer plain.WaitForShutdown()
	defer plain.Shutdown()
	if !plain.ReadyForConnections(time.Minute) {
		t.Fatal("the server is not ready")
	}
	for name, c := range map[string]struct{ url, says string }{
		"nobody there":      {fmt.Sprintf("nats://me:secret@127.0.0.1:%d", ports[0]), "no NATS server can be used at nats://me:xxxxx@127.0.0.1"},
		"without JetStream": {plain.ClientURL(), "start nats-server with JetStream (-js)"},
	} {
		l, err := Open(Options{NATS: c.url})
		if err == nil {
			shut(t, l)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
}
