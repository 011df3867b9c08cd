package lab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// storeVariable says where the tests of this package keep their runs: in a directory
// each, or, where it is "cluster", in a cluster of three servers inside the process, an
// account each.
const storeVariable = "GRADLAB_TEST_STORE"

// theCluster is what TestMain has started; nil where the tests use directories.
var theCluster *cluster

// A runner is testing.M with the cluster around it.
type runner struct{ *testing.M }

func (r runner) Run() int {
	if os.Getenv(storeVariable) == "cluster" {
		dir, err := os.MkdirTemp("", "cluster")
		if err == nil {
			defer os.RemoveAll(dir)
			theCluster, err = startCluster(dir)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "no cluster:", err)
			return 1
		}
		defer theCluster.stop()
	}
	return r.M.Run()
}

// A cluster is three NATS servers with JetStream, synced always, as docs/operate.md
// asks for.
type cluster struct {
	servers []*server.Server
	mu      sync.Mutex
	account map[string]int // of what would be a directory
}

const clusterAccounts = 150 // more than there are tests

func startCluster(dir string) (*cluster, error) {
	files, _, err := configure(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{account: map[string]int{}}
	for _, file := range files {
		s, err := startNode(file)
		if err != nil {
			return nil, err
		}
		c.servers = append(c.servers, s)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		for _, s := range c.servers {
			if s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == len(files) {
				return c, nil
			}
		}
		if time.Now().After(deadline) {
			c.stop()
			return nil, errors.New("it has no leader after a minute")
		}
	}
}

func startNode(file string) (*server.Server, error) {
	o, err := server.ProcessConfigFile(file)
	if err != nil {
		return nil, err
	}
	o.NoLog, o.NoSigs = true, true
	s, err := server.NewServer(o)
	if err == nil {
		s.Start()
	}
	return s, err
}

// configure writes the configurations of three servers, named n0 to n2, and returns
// the files and the ports of their clients.
func configure(dir string) (files []string, ports []int, err error) {
	if ports, err = freePorts(6); err != nil {
		return nil, nil, err
	}
	var routes, accounts []string
	for _, p := range ports[3:] {
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", p))
	}
	for i := range clusterAccounts {
		accounts = append(accounts, fmt.Sprintf("A%d: {jetstream: enabled, users: [{user: u%d, password: secret}]}", i, i))
	}
	for i, p := range ports[:3] {
		files = append(files, filepath.Join(dir, fmt.Sprintf("n%d.conf", i)))
		err := os.WriteFile(files[i], fmt.Appendf(nil, `
server_name: n%d
listen: "127.0.0.1:%d"
max_payload: 8MB
jetstream: {store_dir: %q, sync_interval: always, max_mem: 64MB, max_file: 8GB}
cluster: {name: test, listen: "127.0.0.1:%d", routes: [%s]}
accounts: {SYS: {users: [{user: sys, password: secret}]}, %s}
system_account: SYS
`, i, p, filepath.Join(dir, fmt.Sprint("n", i)), ports[3+i], strings.Join(routes, ", "), strings.Join(accounts, ", ")), 0o600)
		if err != nil {
			return nil, nil, err
		}
	}
	return files, ports[:3], nil
}

// freePorts returns ports of loopback that nobody listens at.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func (c *cluster) stop() {
	for _, s := range c.servers {
		s.Shutdown()
		s.WaitForShutdown()
	}
}

// urls returns the addresses for the account of a directory.
func (c *cluster) urls(dir string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.account[dir]
	if !ok {
		n = len(c.account)
		c.account[dir] = n
	}
	if n >= clusterAccounts {
		panic("lab: the cluster has too few accounts")
	}
	var out []string
	for _, s := range c.servers {
		out = append(out, fmt.Sprintf("nats://u%d:secret@%s", n, s.Addr()))
	}
	return strings.Join(out, ",")
}

// in returns the options with the store that a test calls dir.
func in(dir string, o Options) Options {
	if theCluster != nil {
		o.NATS = theCluster.urls(dir)
	} else {
		o.Dir = dir
	}
	return o
}

// alone skips a test of what only a store of the lab's own has.
func alone(t *testing.T) {
	t.Helper()
	if theCluster != nil {
		t.Skip("it is about the data directory")
	}
}
