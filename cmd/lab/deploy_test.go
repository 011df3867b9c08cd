package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	nats "github.com/nats-io/nats-server/v2/server"
	"go.yaml.in/yaml/v3"
)

const deployDir = "../../docs/deploy"

// A composeFile is what the test reads of docs/deploy/compose.yaml.
type composeFile struct {
	Services map[string]struct {
		Image       string
		Build       struct{ Context, Dockerfile string }
		Command     []string
		Volumes     []string
		Networks    []string
		Ports       []string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Healthcheck struct {
			Test    []string
			Disable bool
		}
		Deploy struct{ Replicas int }
	}
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]any
}

// The recipe in docs/deploy says what the program understands: its commands are given
// to the parser, its configuration to the NATS server's own.
func TestDeployment(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deployDir, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c composeFile
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	o, err := nats.ProcessConfigFile(filepath.Join(deployDir, "nats.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if !o.SyncAlways || o.MaxPayload < 8<<20 || o.StoreDir != "/data" || o.Cluster.Name == "" || len(o.Routes) != 3 {
		t.Errorf("the store does not sync always, takes only %d bytes, is in %q, or has the routes %v", o.MaxPayload, o.StoreDir, o.Routes)
	}
	for _, r := range o.Routes {
		s, ok := c.Services[r.Hostname()]
		if !ok || !slices.Contains(s.Command, r.Hostname()) || !slices.Contains(s.Volumes, r.Hostname()+":/data") ||
			!strings.Contains(strings.Join(s.Healthcheck.Test, " "), fmt.Sprintf("127.0.0.1:%d/healthz", o.HTTPPort)) || len(s.Ports) > 0 {
			t.Errorf("%s is not a server of the compose file with a name, a volume, a health check and no port for others: %+v", r, s)
		}
	}
	for name, s := range c.Services {
		for _, n := range s.Networks {
			if _, ok := c.Networks[n]; !ok {
				t.Errorf("%s: there is no network %s", name, n)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := c.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s: there is no volume %s", name, from)
			}
		}
		if s.Image != "gradlab" {
			continue
		}
		if _, err := os.Stat(filepath.Join(deployDir, s.Build.Context, s.Build.Dockerfile)); err != nil {
			t.Errorf("%s is not built here: %v", name, err)
		}
		if s.Deploy.Replicas != 2 || len(s.DependsOn) != 3 {
			t.Errorf("%s: %d of them, which wait for %d servers", name, s.Deploy.Replicas, len(s.DependsOn))
		}
		understood(t, s.Command)
		for _, p := range s.Ports { // to this machine alone, and to where the command listens
			_, port, _ := strings.Cut(strings.TrimPrefix(p, "127.0.0.1:"), ":")
			if !strings.HasPrefix(p, "127.0.0.1:") || !slices.Contains(s.Command, ":"+port) {
				t.Errorf("%s publishes %s, and is %v", name, p, s.Command)
			}
		}
		if (len(s.Ports) > 0) == s.Healthcheck.Disable { // the image asks who serves
			t.Errorf("%s publishes %v, and its health check is off: %v", name, s.Ports, s.Healthcheck.Disable)
		}
	}
	if !c.Networks["store"].Internal {
		t.Error("the store can be reached from outside")
	}
}

// The container runs a command that there is, asks for its health with one, and is nobody.
func TestContainer(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deployDir, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var last, user string
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "FROM":
			last = rest
		case "USER":
			user = rest
		case "CMD", "HEALTHCHECK":
			_, list, _ := strings.Cut(line, "[")
			var args []string
			if err := yaml.Unmarshal([]byte("["+list), &args); err != nil {
				t.Fatal(err)
			}
			understood(t, slices.DeleteFunc(args, func(a string) bool { return a == "/lab" }))
		}
	}
	if last != "scratch" || user == "" || strings.HasPrefix(user, "0") || !strings.Contains(string(text), "CGO_ENABLED=0") {
		t.Errorf("the image is made from %s and runs as %q", last, user)
	}
}

// understood checks that the program's parser takes the arguments.
func understood(t *testing.T, args []string) {
	t.Helper()
	m := &Main{Stdout: io.Discard, Stderr: io.Discard}
	if err := m.ParseFlags(args); err != nil {
		t.Errorf("lab %s: %v", strings.Join(args, " "), err)
	}
}

func TestReady(t *testing.T) {
	out, errs, code := program(t, "ready", "-addr", "127.0.0.1:1")
	if code != 1 || errs == "" {
		t.Errorf("of nobody: exit %d, %s%s", code, out, errs)
	}
	if _, _, code := program(t, "ready", "-addr", "nonsense"); code != 2 {
		t.Errorf("of nonsense: exit %d", code)
	}
}
