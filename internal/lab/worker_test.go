package lab

import (
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"testing"
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

// childWorker is the other process of TestWorkersAreStruck. It ends when it is killed.
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
