package lab

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// nodeVariable holds the configuration of a NATS server in another process.
const nodeVariable = "GRADLAB_TEST_NODE"

// childNode is a server of the cluster of TestLeaderIsLost. It ends when it is killed.
func childNode() {
	if _, err := startNode(os.Getenv(nodeVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

// Of three servers, each a process, the one that leads the stream of records is killed
// (kill -9) while a run is computed and looked at, and started again: no record that
// was seen is lost, the run goes on, and so does its viewer. GRADLAB_LEADERS says how
// often (make soak); with the cluster as the tests' store it is done once.
func TestLeaderIsLost(t *testing.T) {
	trials, err := strconv.Atoi(os.Getenv("GRADLAB_LEADERS"))
	if err != nil && theCluster == nil {
		t.Skip("it takes half a minute: GRADLAB_LEADERS=1, or make soak")
	}
	files, ports, err := configure(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	nodes, url := map[string]*exec.Cmd{}, ""
	startOne := func(i int) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), nodeVariable+"="+files[i])
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		nodes[fmt.Sprint("n", i)] = cmd
	}
	for i, p := range ports {
		startOne(i)
		url += fmt.Sprintf(",nats://u0:secret@127.0.0.1:%d", p)
	}
	t.Cleanup(func() {
		for _, cmd := range nodes {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	awaitListening(t, ports)
	a := share(t, url[1:], NoWorkers, count, usual)
	share(t, url[1:], 1, slow, usual)
	for trial := range max(trials, 1) {
		s := tiny(trial, 5000)
		id := submit(t, a, s)
		c, err := a.Follow(id, 0)
		if err != nil {
			t.Fatal(err)
		}
		var seen []record.Step
		see := func(until int) (longest time.Duration) {
			for len(seen) < until {
				began := time.Now()
				b, err := c.Next(t.Context())
				if errors.Is(err, io.EOF) {
					t.Fatalf("the run has ended after %d steps", len(seen))
				}
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, b.Steps...)
				longest = max(longest, time.Since(began))
			}
			return longest
		}
		see(100)
		info, err := a.store.records.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leader := info.Cluster.Leader
		if info.Config.Replicas != 3 || nodes[leader] == nil {
			t.Fatalf("%d replicas, the leader is %q", info.Config.Replicas, leader)
		}
		before := len(seen)
		nodes[leader].Process.Kill()
		nodes[leader].Wait()
		longest := see(before + 1000) // more than may have been on the way
		t.Logf("leader %s killed after %d steps: the viewer waited %v at most", leader, before, longest)
		startOne(int(leader[1] - '0'))
		if err := a.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		c.Close()
		late := share(t, url[1:], NoWorkers, count, usual)
		stored, m := all(t, late, id, 0)
		if m.Done != len(stored) || len(stored) < len(seen) {
			t.Errorf("%d steps were seen, %d are stored, the manifest says %d", len(seen), len(stored), m.Done)
		}
		for i, r := range stored {
			if d := m.Schema.Difference(r, made(s, i)); d != "" || i < len(seen) && m.Schema.Difference(seen[i], r) != "" {
				t.Fatalf("step %d has another %s than was seen", i, d)
			}
		}
		awaitCurrent(t, a)
	}
}

// awaitListening waits until servers take connections.
func awaitListening(t *testing.T, ports []int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); len(ports) > 0; {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ports[0]))
		if err == nil {
			conn.Close()
			ports = ports[1:]
			continue
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// awaitCurrent waits until every server has all records again.
func awaitCurrent(t *testing.T, l *Lab) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		info, err := l.store.records.Info(t.Context())
		if err == nil && len(info.Cluster.Replicas) == 2 && !slices.ContainsFunc(info.Cluster.Replicas, func(p *jetstream.PeerInfo) bool { return !p.Current || p.Offline }) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server that was killed does not catch up: %v", err)
		}
	}
}
