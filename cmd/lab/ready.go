package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// readyTime is how long a lab may take to say that it is ready.
const readyTime = 4 * time.Second

var readyCommand = command{
	name: "ready", args: "", doc: "asks a lab whether it is ready: for health checks",
	long: `
Asks the lab at an address whether it wants requests, and says what it says. The
exit status is 0 where it does. A container without a shell uses it.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		addr := f.String("addr", "127.0.0.1:8080", "ask the lab at `address`")
		return func(args []string) (func(context.Context) error, error) {
			if len(args) > 0 {
				return nil, fmt.Errorf("lab ready takes no %q", args[0])
			}
			if _, _, err := net.SplitHostPort(*addr); err != nil {
				return nil, fmt.Errorf("-addr %s: it takes host:port, such as 127.0.0.1:8080", *addr)
			}
			return func(ctx context.Context) error { return m.ready(ctx, *addr) }, nil
		}
	},
}

func (m *Main) ready(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // of its own: no proxy of the environment
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the lab at %s is not ready: %s", addr, strings.TrimSpace(string(said)))
	}
	fmt.Fprintf(m.Stdout, "%s", said)
	return nil
}
