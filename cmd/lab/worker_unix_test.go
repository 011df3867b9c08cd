//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Workers of a lab are struck in mid-run at random moments, while a viewer reads NDJSON
// from a lab that computes nothing: by kill -9, and by a sleep that is longer than their
// claim, after which they wake. Another goes on; every record that was seen stands, and
// the curve is that of a run that nobody disturbed. GRADLAB_STRIKES says how often
// (make soak); internal/lab has the same with shorter leases.
func TestWorkersAreStruck(t *testing.T) {
	strikes, err := strconv.Atoi(os.Getenv("GRADLAB_STRIKES"))
	if err != nil {
		t.Skip("each strike takes a lease of ten seconds: GRADLAB_STRIKES=2, or make soak")
	}
	nats := natsServer(t)
	v := newVictim(t, t.TempDir(), "-nats", nats, "-workers", "0")
	v.start()
	defer v.kill()
	work := func() *exec.Cmd {
		cmd := exec.Command(v.program, "worker", "-nats", nats, "-workers", "1", "-threads", "2", "-checkpoint", "50ms")
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	worker := work()
	defer func() { end(t, worker) }()
	for i := range strikes {
		signal, query := syscall.SIGKILL, enduring(1000+i)
		if i%2 == 1 {
			signal = syscall.SIGSTOP
		}
		duration, hash := undisturbed(t, query)
		id := v.submit(query)
		var seen []string
		var began time.Time
		until := time.Duration((0.1 + 0.3*v.random.Float64()) * float64(duration))
		if v.view(id, &seen, func() bool {
			if began.IsZero() {
				began = time.Now()
			}
			return time.Since(began) < until
		}) {
			t.Logf("strike %d: the run ended before", i)
			continue
		}
		if err := worker.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		last, longest, before, other := time.Now(), time.Duration(0), len(seen), work()
		v.view(id, &seen, func() bool {
			longest, last = max(longest, time.Since(last)), time.Now()
			return len(seen) < before+100 // more than was on the way
		})
		t.Logf("strike %d, %v after %d steps: the viewer waited %v at most", i, signal, before, longest.Round(100*time.Millisecond))
		if signal == syscall.SIGSTOP {
			if err := worker.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
		}
		v.view(id, &seen, func() bool { return true })
		if m := v.manifest(id); m.State != "finished" || m.CurveHash != hash {
			t.Fatalf("the run is %s (%s) with curve hash %s, want %s", m.State, m.Reason, m.CurveHash, hash)
		}
		body := v.get("/runs/" + id + "/records?wait=0")
		b, err := io.ReadAll(body)
		body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if there := strings.SplitAfter(string(b), "\n"); !slices.Equal(there[:len(there)-1], seen) {
			t.Fatalf("the viewer saw %d records, and %d others are there", len(seen), len(there)-1)
		}
		if signal == syscall.SIGKILL {
			worker.Wait()
		} else {
			end(t, worker) // the one that slept
		}
		worker = other
	}
}

// end asks a worker to end, as Ctrl-C does, and sees that it does so well.
func end(t *testing.T, worker *exec.Cmd) {
	t.Helper()
	if err := worker.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := worker.Wait(); err != nil {
		t.Errorf("a worker that is asked to end: %v", err)
	}
}
