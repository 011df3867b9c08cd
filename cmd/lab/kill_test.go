package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// killsOfARun is how often a run is cut off at most before it may end.
const killsOfARun = 3

// TestKilledServer kills `lab serve` in mid-run, at random moments, while a viewer
// reads NDJSON. Each record that the viewer saw is there afterwards, to the byte;
// the run goes on from a checkpoint, without being asked; and its curve is that of
// a run that nobody disturbed. GRADLAB_KILLS says how often (make soak).
func TestKilledServer(t *testing.T) {
	kills := killsOfARun
	if testing.Short() {
		kills = 2
	}
	if n, err := strconv.Atoi(os.Getenv("GRADLAB_KILLS")); err == nil {
		kills = n
	}
	dir := t.TempDir()
	v := newVictim(t, dir, "-store", filepath.Join(dir, "store"), "-checkpoint", "50ms", "-threads", "2")
	defer v.kill()
	for run := 1; v.kills < kills; run++ {
		v.suffer(run, min(kills-v.kills, killsOfARun))
	}
	t.Logf("%d kills: %d times the run went on from a checkpoint; steps computed again: %v", v.kills, v.resumed, v.again)
	if v.resumed < (v.kills+1)/2 {
		t.Errorf("of %d kills only %d ended at a checkpoint", v.kills, v.resumed)
	}
}

// A victim is a lab that is killed again and again, and its viewer.
type victim struct {
	t       *testing.T
	program string
	args    []string // of lab serve
	random  *rand.Rand

	process *exec.Cmd
	url     string
	client  *http.Client

	kills, resumed int
	again          []int // for each of them, how many steps that the viewer had seen were computed again
}

// newVictim builds the program in dir.
func newVictim(t *testing.T, dir string, args ...string) *victim {
	t.Helper()
	program := filepath.Join(dir, "lab.exe") // a name that runs everywhere
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("random moments of seed %d", seed)
	return &victim{t: t, program: program, args: args, random: rand.New(rand.NewPCG(seed, 0))}
}

// suffer submits a run, kills the lab in the middle of it, and sees it end.
func (v *victim) suffer(seed, kills int) {
	t := v.t
	query := enduring(seed)
	duration, hash := undisturbed(t, query)
	v.start()
	id := v.submit(query)

	var seen []string // the viewer's lines
	for range kills {
		before := len(seen)
		until := time.Duration((0.1 + 0.2*v.random.Float64()) * float64(duration))
		var began time.Time
		if ended := v.view(id, &seen, func() bool {
			if began.IsZero() {
				began = time.Now() // of the first record that is new to the viewer
			}
			return time.Since(began) < until
		}); ended {
			t.Logf("run %d ended before it could be killed again", seed)
			break
		}
		v.count(id, before)
		v.kill()
		v.kills++
		v.start()
	}
	before := len(seen)
	v.view(id, &seen, func() bool { return true })
	m := v.count(id, before)
	if m.State != "finished" || m.CurveHash != hash {
		t.Fatalf("run %d is %s (%s) with curve hash %s, want %s", seed, m.State, m.Reason, m.CurveHash, hash)
	}
	body := v.get("/runs/" + id + "/records?wait=0")
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	if there := strings.SplitAfter(string(b), "\n"); !slices.Equal(there[:len(there)-1], seen) {
		t.Fatalf("run %d: the viewer saw %d records, and %d others are there", seed, len(seen), len(there)-1)
	}
}

// enduring is a run that is long enough to be disturbed.
func enduring(seed int) string {
	return fmt.Sprintf("data=shapes&encoder=mlp&encoder.width=32&encoder.depth=1&projector.depth=1&projector.width=32&batch=16&method=moco&bank=256&probe.every=20&probe.knn=0&steps=600&seed=%d", seed)
}

// count notes whether the lab that was started last went on from a checkpoint; the
// viewer had seen so many records before.
func (v *victim) count(id string, seen int) manifest {
	m := v.manifest(id)
	if m.Resumed > 0 {
		v.resumed++
		v.again = append(v.again, max(0, seen-m.Resumed))
	}
	return m
}

// undisturbed computes the run here, and says how long that took.
func undisturbed(t *testing.T, query string) (took time.Duration, hash string) {
	t.Helper()
	settings, err := spec.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	h, began := record.NewHash(engine.Schema(s)), time.Now()
	err = engine.Run(t.Context(), s, engine.Options{Threads: 1}, func(r record.Step) error { h.Add(r); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(began), h.Sum()
}

// start starts the lab and waits until it listens.
func (v *victim) start() {
	v.t.Helper()
	v.kill()
	v.process = exec.Command(v.program, append([]string{"serve", "-addr", "127.0.0.1:0"}, v.args...)...)
	v.process.Stderr = os.Stderr
	out, err := v.process.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := v.process.Start(); err != nil {
		v.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "Gradlab is at ")
	if err != nil || !found {
		v.t.Fatalf("the lab says %q, %v", line, err)
	}
	v.url, v.client = url, &http.Client{Transport: &http.Transport{}}
}

// kill ends the lab as a power cut would end it for others: without a word.
func (v *victim) kill() {
	if v.process != nil {
		v.process.Process.Kill()
		v.process.Wait()
		v.process = nil
		v.client.CloseIdleConnections()
	}
}

func (v *victim) submit(query string) string {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+"/runs", strings.NewReader(query+"&keep=1"))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var m manifest
	if err := json.NewDecoder(answer.Body).Decode(&m); err != nil || m.ID == "" {
		v.t.Fatalf("%s: %v", answer.Status, err)
	}
	return m.ID
}

// view reads records behind those seen, until more says no or the run has ended,
// which it reports. What is no whole line was not seen.
func (v *victim) view(id string, seen *[]string, more func() bool) (ended bool) {
	v.t.Helper()
	body := v.get(fmt.Sprintf("/runs/%s/records?from=%d", id, len(*seen)))
	defer body.Close()
	for lines := bufio.NewReader(body); ; {
		line, err := lines.ReadString('\n')
		if err == io.EOF && line == "" {
			return true
		}
		if err != nil {
			v.t.Fatal(err)
		}
		if want := fmt.Sprintf(`{"step":%d,`, len(*seen)); !strings.HasPrefix(line, want) {
			v.t.Fatalf("the viewer sees %.40s... where %s is due", line, want)
		}
		*seen = append(*seen, line)
		if !more() {
			return false
		}
	}
}

type manifest struct {
	ID, State, Reason string
	CurveHash         string `json:"curve_hash"`
	Resumed           int
}

func (v *victim) manifest(id string) (m manifest) {
	v.t.Helper()
	body := v.get("/runs/" + id)
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&m); err != nil {
		v.t.Fatal(err)
	}
	return m
}

func (v *victim) get(path string) io.ReadCloser {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		v.t.Fatalf("%s: %s", path, answer.Status)
	}
	return answer.Body
}
