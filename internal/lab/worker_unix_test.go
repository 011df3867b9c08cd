//go:build unix

package lab

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

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
			for deadline := time.Now().Add(patience); !strings.Contains(says.String(), "left to others"); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the worker that woke does not let go")
				}
			}
			checkWhole(t, share(t, url, NoWorkers, count, hunted), id, s) // from the store
		})
	}
}
