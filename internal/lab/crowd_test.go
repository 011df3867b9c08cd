package lab_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A process plays a role.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

func play(t *testing.T, job load) *process {
	t.Helper()
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestViewersRole$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), roleKey+"="+string(text))
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
	p := &process{t, cmd, in, json.NewDecoder(out)}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, io.MultiReader(p.out.Buffered(), out))
		if err := cmd.Wait(); err != nil {
			t.Errorf("the %s: %v", job.Role, err)
		}
	})
	return p
}

// hear returns the next thing that a process says.
func hear[T any](p *process) (v T) {
	p.t.Helper()
	if err := p.out.Decode(&v); err != nil {
		p.t.Fatalf("%s says nothing: %v", p.cmd.Args, err)
	}
	return v
}

// sample asks the server how it is.
func (p *process) sample() sample {
	p.t.Helper()
	fmt.Fprintln(p.in)
	return hear[sample](p)
}

// What many viewers cost, with a server and viewers in processes of their own on this
// machine. It fails where a viewer misses a record or sees one twice; the figures are
// for people. GRADLAB_VIEWERS=30s is how long each load lasts (make bench-viewers).
func TestViewers(t *testing.T) {
	last, err := time.ParseDuration(os.Getenv("GRADLAB_VIEWERS"))
	if err != nil {
		t.Skip("make bench-viewers runs this")
	}
	for _, c := range []struct {
		name string
		job  load
	}{
		{"1000 viewers", load{Viewers: 1000}},
		{"1000 viewers, 100 stalled", load{Viewers: 900, Stalled: 100, Frames: true}},
		{"300 followers, frames", load{Viewers: 300, Frames: true}},
		{"300 event streams, frames", load{Viewers: 300, Frames: true, Events: true}},
	} {
		t.Run(c.name, func(t *testing.T) { underLoad(t, c.name, c.job, last) })
	}
}

func underLoad(t *testing.T, name string, job load, last time.Duration) {
	job.Base, job.For = time.Now(), last
	server := play(t, with(job, "server"))
	job.Address = hear[string](server)
	var crowds []*process
	for i := range 2 {
		half := with(job, "viewers")
		half.Viewers, half.Stalled = (job.Viewers+i)/2, (job.Stalled+i)/2
		crowd := play(t, half)
		hear[string](crowd)
		crowds = append(crowds, crowd)
	}
	first := server.sample() // and the run begins
	began := time.Now()
	time.Sleep(last / 10) // connections have settled
	start := server.sample()
	time.Sleep(last * 7 / 10) // the run is still on
	end := server.sample()
	took := time.Since(began).Seconds()

	late, timer := make([]int, longest), make([]int, longest)
	steps := 0
	for _, crowd := range crowds {
		r := hear[receipt](crowd)
		for ms, n := range r.Late {
			late[ms] += n
			steps += n
			timer[ms] += r.Timer[ms]
		}
		for _, f := range r.Faults {
			t.Error(f)
		}
	}
	if want := job.Viewers * int(last/perStep); steps != want {
		t.Errorf("%d steps were received, want %d", steps, want)
	}
	after := server.sample()
	t.Logf("%s, %v: age of a step when it is received p50 %d ms, p99 %d ms, largest %d ms (a timer of the same processes is late by p50 %d ms, p99 %d ms, the store takes p50 %d ms, p99 %d ms); server %.2f cores, "+
		"resident %d MB -> %d MB, heap %.1f MB -> %.1f MB -> %.1f MB when all have gone, %d goroutines, %d descriptors; viewers at the start %d, at the end %d, of whom stalled %d",
		name, last, share(late, 0.5), share(late, 0.99), share(late, 1), share(timer, 0.5), share(timer, 0.99), share(after.Store, 0.5), share(after.Store, 0.99), (end.CPU-first.CPU)/took,
		start.RSS>>20, end.RSS>>20, mb(start.Heap), mb(end.Heap), mb(after.Heap), start.Goroutines, start.FDs,
		start.Sockets+start.Events, end.Sockets+end.Events, max(0, end.Sockets-job.Viewers))
}

func with(job load, role string) load {
	job.Role = role
	return job
}

// share returns the age that so many of the steps do not exceed.
func share(late []int, part float64) int {
	all := 0
	for _, n := range late {
		all += n
	}
	sum := 0
	for ms, n := range late {
		if sum += n; float64(sum) >= part*float64(all) {
			return ms
		}
	}
	return -1
}

func mb(bytes int64) float64 { return float64(bytes) / (1 << 20) }
