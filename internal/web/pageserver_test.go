package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gradlab/internal/lab"
	"gradlab/internal/web"
)

// polite starts a lab in a process of its own that gives way to the browser, and returns its
// address: a page that streams is to be measured beside a machine that trains elsewhere.
func polite(t *testing.T) string {
	t.Helper()
	args := []string{os.Args[0], "-test.run=^TestPoliteServer$", "-test.timeout=0"}
	if nice, err := exec.LookPath("nice"); err == nil {
		args = append([]string{nice, "-n", "19"}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), politeKey+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	t.Cleanup(func() {
		in.Close() // tells it to end
		io.Copy(io.Discard, said)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server: %v", err)
		}
	})
	address, err := said.ReadString('\n')
	if err != nil {
		t.Fatalf("the server does not say where it is: %v", err)
	}
	return strings.TrimSpace(address)
}

const politeKey = "GRADLAB_PAGES_SERVER"

// TestPoliteServer is the process that polite starts: a lab with the program's own number of
// runs at a time, until its input ends.
func TestPoliteServer(t *testing.T) {
	if os.Getenv(politeKey) == "" {
		t.Skip("TestPages starts this")
	}
	l, err := lab.Open(lab.Options{Dir: t.TempDir(), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	h := web.New(l, web.Options{Log: slog.New(slog.DiscardHandler)})
	s := httptest.NewUnstartedServer(h)
	s.Config = web.NewServer("", h)
	s.Start()
	fmt.Println(s.URL)
	io.Copy(io.Discard, os.Stdin)
	h.Drain()
	s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := l.Close(ctx); err != nil {
		t.Error(err)
	}
}
