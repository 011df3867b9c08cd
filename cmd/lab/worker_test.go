package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	natsd "github.com/nats-io/nats-server/v2/server"
)

// natsServer is a server with JetStream on loopback, which ends with the test.
func natsServer(t *testing.T) (url string) {
	t.Helper()
	s, err := natsd.NewServer(&natsd.Options{
		Host: "127.0.0.1", Port: natsd.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true,
		MaxPayload: 8 << 20, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the NATS server is not ready")
	}
	return s.ClientURL()
}

// A lab that computes nothing shows what a worker computes; both end when they are asked to.
func TestServeAndWorker(t *testing.T) {
	nats := natsServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs, serveErrs bytes.Buffer
	working := make(chan struct{})
	out := &watcher{word: "computes runs", seen: sync.OnceFunc(func() { close(working) })}
	worked := make(chan int, 1)
	go func() {
		m := &Main{Stdout: out, Stderr: &errs}
		worked <- m.Exec(ctx, []string{"worker", "-nats", nats, "-workers", "1", "-threads", "1", "-admin", "127.0.0.1:0"})
	}()
	served := make(chan error, 1)
	m := &Main{Stdout: io.Discard, Stderr: &serveErrs, Serving: func(url string) {
		go func() {
			defer cancel()
			if err := compute(url); err != nil {
				served <- err
				return
			}
			<-working
			admin := regexp.MustCompile(`Metrics and profiles are at (\S+)`).FindStringSubmatch(out.String())
			code, body, err := fetch("GET", admin[1]+"/metrics", "", "")
			if err == nil && (code != 200 || !strings.Contains(body, "\ngradlab_steps_computed_total 6\n")) {
				err = fmt.Errorf("the worker's metrics: %d %s", code, body)
			}
			served <- err
		}()
	}}
	if code := m.Exec(ctx, []string{"serve", "-nats", nats, "-workers", "0", "-addr", "127.0.0.1:0"}); code != 0 {
		t.Errorf("lab serve exits with %d: %s", code, serveErrs.String())
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if code := <-worked; code != 0 || !strings.Contains(out.String(), "computes runs of nats://127.0.0.1:") {
		t.Errorf("lab worker exits with %d, says %q: %s", code, out.String(), errs.String())
	}
}

// compute submits a run and reads its records to the end.
func compute(url string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequest(http.MethodPost, url+"/runs?keep=1&"+strings.Join(small, "&"), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("submitting: %s", answer.Status)
	}
	records, err := client.Get(url + answer.Header.Get("Location") + "/records?from=0")
	if err != nil {
		return err
	}
	defer records.Body.Close()
	b, err := io.ReadAll(records.Body)
	if n := bytes.Count(b, []byte("\n")); err == nil && n == 0 {
		err = fmt.Errorf("%s: no records", records.Status)
	}
	return err
}
