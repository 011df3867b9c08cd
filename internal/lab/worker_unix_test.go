//go:build unix

package lab

import (
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// workerVariable holds the options of a worker in another process, as JSON.
const workerVariable = "GRADLAB_TEST_WORKER"

// workerLimit is where the first worker's engine stands still, so that it cannot end a
// run before it is struck, however late that is.
const workerLimit = 60

type workerOptions struct {
	NATS  string
	Limit int
}

// childWorker is the other process of the tests below. It ends when it is killed.
func childWorker() {
	var o workerOptions
	if err := json.Unmarshal([]byte(os.Getenv(workerVariable)), &o); err != nil {
		panic(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if _, err := open(Options{NATS: o.NATS, Workers: 1, Log: log}, limited(slow, o.Limit), hunted); err != nil {
		panic(err)
	}
	select {}
}

// startWorker starts a worker in another process, and kills it with the test.
func startWorker(t *testing.T, url string, limit int) (*os.Process, *diary) {
	t.Helper()
	b, err := json.Marshal(workerOptions{url, limit})
	if err != nil {
		t.Fatal(err)
	}
	cmd, d := exec.Command(os.Args[0]), new(diary)
	cmd.Env = append(os.Environ(), workerVariable+"="+string(b))
	cmd.Stderr = d
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("worker %d:\n%s", cmd.Process.Pid, d)
		}
	})
	return cmd.Process, d
}

// A worker is struck in mid-run while somebody looks, by kill -9 or by a sleep that is
// longer than its lease. Another goes on; what was seen stands; and what the sleeper
// says when it wakes is refused.
func TestWorkersAreStruck(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "frozen": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			url := external(t)
			a := share(t, url, NoWorkers, count, hunted)
			first, says := startWorker(t, url, workerLimit)
			s := tiny(1, killSteps)
			id := submit(t, a, s)
			seen := awaitThat(t, a, id, "25 steps", func(m Manifest) bool { return m.Done >= 25 }).Done
			if err := first.Signal(signal); err != nil {
				t.Fatal(err)
			}
			startWorker(t, url, killSteps)
			began := time.Now()
			awaitThat(t, a, id, "another's steps", func(m Manifest) bool { return m.Done > workerLimit })
			t.Logf("%d steps were seen; another went on after %v", seen, time.Since(began))
			checkWhole(t, a, id, s)
			if signal != syscall.SIGSTOP {
				return
			}
			if err := first.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); !strings.Contains(says.String(), "left to others"); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the worker that woke does not let go")
				}
			}
			checkWhole(t, share(t, url, NoWorkers, count, hunted), id, s) // from the store
		})
	}
}
