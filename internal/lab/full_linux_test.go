package lab

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The disk becomes full to the last byte while a run goes on: the run fails and says
// so, and when there is room again what was acknowledged is there and the run
// can be submitted again.
func TestDiskFull(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("this needs a small file system of its own, which only the superuser can mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	store := filepath.Join(dir, "store")
	gate := make(chan struct{}, 5)
	how := always
	how.patience = time.Second
	l, log := startLogged(t, store, gated(gate), how)
	s := tiny(1, 200)
	id := submit(t, l, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, l, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	close(gate)
	var m Manifest
	for deadline := time.Now().Add(time.Minute); m.State != Failed; m, _ = l.Run(id) {
		if time.Now().After(deadline) {
			t.Fatalf("the run is %s (%s) with %d steps", m.State, m.Reason, m.Done)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !strings.Contains(m.Reason, errUnstored.Error()) || !strings.Contains(m.Reason, "make room") || m.Done < 5 {
		t.Errorf("done %d, reason %q", m.Done, m.Reason)
	}
	if err := l.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "make room") {
		t.Errorf("the lab's health: %v", err)
	}
	if !strings.Contains(log.String(), "a checkpoint is not stored") {
		t.Errorf("the log says nothing of checkpoints:\n%s", log)
	}
	shut(t, l)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	l = start(t, store, 1, count)
	if again, _ := l.Run(id); again.Done < m.Done {
		t.Errorf("%d records are there, and %d were seen", again.Done, m.Done)
	}
	submit(t, l, s) // where even the end could not be stored it goes on by itself, and this changes nothing
	checkWhole(t, l, id, s)
}

// fill writes a file until the disk takes no more.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = io.Copy(f, zeros{})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
