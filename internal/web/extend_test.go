package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gradlab/internal/lab"
)

// A finished run goes on by a form or a program; what cannot be is told, all at once.
func TestExtend(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=6")
	short := s.finish(id)

	resp, body := s.do("POST", "/runs/"+id+"/extend", asJSON, "more=4")
	var v answer
	if err := json.Unmarshal([]byte(body), &v); err != nil || resp.StatusCode != 200 || !strings.Contains(v.Page, "then.steps=10") {
		t.Fatalf("%s %s", resp.Status, body)
	}
	long := s.finish(v.ID)
	if long.State != lab.Finished || long.Done != 10 || long.Resumed != 6 || long.From != id {
		t.Errorf("it is %s after %d steps, resumed at %d from %q", long.State, long.Done, long.Resumed, long.From)
	}
	first, second := s.stepsOf(id), s.stepsOf(v.ID)
	for i := range first {
		if field := short.Schema.Difference(first[i], second[i]); field != "" {
			t.Errorf("step %d has another %s", i, field)
		}
	}
	if again := s.start(tiny + "&steps=6&then.steps=10"); again != v.ID {
		t.Errorf("its settings are run %s", again)
	}

	resp, _ = s.do("POST", "/runs/"+id+"/extend", asPage, "more=4&then.schedule=cosine")
	if to := resp.Header.Get("Location"); resp.StatusCode != 303 || to != "/runs/"+v.ID {
		t.Errorf("a form that holds the last rate: %s to %q", resp.Status, to)
	}
	resp, _ = s.do("POST", "/runs/"+id+"/extend", asPage, "more=4&then.schedule=constant")
	to := strings.TrimPrefix(resp.Header.Get("Location"), "/runs/")
	if m := s.finish(to); resp.StatusCode != 303 || m.Done != 10 || m.CurveHash == long.CurveHash {
		t.Errorf("a form that does not: %s, %d steps", resp.Status, m.Done)
	}

	for body, want := range map[string]string{
		"":                      "more",
		"more=0":                "1..99994",
		"more=many":             "whole number",
		"more=1&lr=0.1":         "says nothing about how a run goes on",
		"more=1&then.batch=8":   "cannot change in the middle of a run",
		"more=1&then.lr=-1&x=1": "x",
	} {
		if resp, text := s.do("POST", "/runs/"+id+"/extend", asJSON, body); resp.StatusCode != 422 || !strings.Contains(text, want) {
			t.Errorf("%q: %s %s, want %q", body, resp.Status, text, want)
		}
	}
	if resp, _ := s.do("POST", "/runs/nobody/extend", asJSON, "more=1"); resp.StatusCode != 404 {
		t.Errorf("nobody's run: %s", resp.Status)
	}
}

// Nobody pins run after run: what is pinned fills the disk whatever it may hold.
func TestPinsAreRationed(t *testing.T) {
	s := newServer(t)
	pin := func(id string) (*http.Response, string) { return s.do("POST", "/runs/"+id+"/pin", asJSON, "") }
	var ids []string
	for seed := range 21 {
		ids = append(ids, s.start(fmt.Sprintf("%s&steps=2&seed=%d", tiny, seed)))
		s.finish(ids[seed])
	}
	for _, id := range ids[:20] {
		if resp, body := pin(id); resp.StatusCode != 200 {
			t.Fatalf("%s: %s", resp.Status, body)
		}
	}
	if resp, body := pin(ids[0]); resp.StatusCode != 200 {
		t.Errorf("what is pinned already: %s, %s", resp.Status, body)
	}
	resp, body := pin(ids[20])
	if m, _ := s.lab.Run(ids[20]); resp.StatusCode != 429 || resp.Header.Get("Retry-After") == "" || m.Pinned {
		t.Errorf("one more: %s, pinned: %v", resp.Status, m.Pinned)
	}
	for _, says := range []string{"pin: ", ids[20], "at most 20 runs at once and one every 1h0m0s"} {
		if !strings.Contains(strings.ToLower(body), says) {
			t.Errorf("no %q in %s", says, body)
		}
	}
}

// A run is pinned and unpinned, and its page says so.
func TestPin(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	for _, order := range []string{"pin", "unpin"} {
		resp, body := s.do("POST", "/runs/"+id+"/"+order, asJSON, "")
		if m, _ := s.lab.Run(id); resp.StatusCode != 200 || m.Pinned != (order == "pin") || strings.Contains(body, `"pinned":true`) != m.Pinned {
			t.Errorf("%s: %s %.200s", order, resp.Status, body)
		}
		resp, _ = s.do("POST", "/runs/"+id+"/"+order, asPage, "")
		_, page := s.do("GET", resp.Header.Get("Location"), asPage, "")
		if resp.StatusCode != 303 || strings.Contains(page, "Pinned: it stays") != (order == "pin") {
			t.Errorf("%s in a browser: %s", order, resp.Status)
		}
	}
	if resp, _ := s.do("POST", "/runs/nobody/pin", asJSON, ""); resp.StatusCode != 404 {
		t.Errorf("nobody's run: %s", resp.Status)
	}
}

// A run whose records made room for others says what it was, and is computed again by
// the button that started it.
func TestForgottenRun(t *testing.T) {
	dir := t.TempDir()
	s := newServerIn(t, dir)
	id := s.start(tiny + "&steps=5")
	hash := s.finish(id).CurveHash
	if err := s.lab.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	small, err := lab.Open(lab.Options{Dir: dir, Keep: 1})
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := small.Run(id); m.State != lab.Forgotten {
		t.Fatalf("in a small store it is %s", m.State)
	}
	if err := small.Close(context.Background()); err != nil {
		t.Fatal(err)
	}

	s = newServerIn(t, dir)
	_, page := s.do("GET", "/runs/"+id, asPage, "")
	for _, part := range []string{"forgotten: run it again", "Its records made room for others.", "It was finished after 5 steps", hash} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %q", part)
		}
	}
	if resp, lines := s.do("GET", "/runs/"+id+"/records", "", ""); resp.StatusCode != 200 || lines != "" {
		t.Errorf("its records: %s %q", resp.Status, lines)
	}
	if again := s.start(tiny + "&steps=5"); again != id {
		t.Errorf("run again it is %s", again)
	}
	if m := s.finish(id); m.CurveHash != hash || m.Attempt != 2 || m.Earlier == nil || m.Earlier.Again != lab.Reproduced {
		t.Errorf("run again it is %+v", m)
	}
	if _, page := s.do("GET", "/runs/"+id, asPage, ""); !strings.Contains(page, "reproduced, the same curve") {
		t.Error("the page does not say that it is reproduced")
	}
}

// The steps that may be added are told to the form, and none where there can be none.
func TestExtendForm(t *testing.T) {
	s := newServer(t)
	for settings, want := range map[string][]string{
		"steps=5":                   {`max="99995"`, `value="500"`, "at the last learning rate, 0.0057", "at the learning rate 0.06 again"},
		"steps=5&schedule=constant": {`max="99995"`, "!then.schedule"},
		"steps=5&at=2&then.lr=0.01": {`max="99995"`, "!then.schedule"},
		"steps=5&then.steps=7":      {`max="99993"`, "!then.schedule"},
	} {
		id := s.start(tiny + "&" + settings)
		_, page := s.do("GET", "/runs/"+id, asPage, "")
		if s.finish(id); strings.Contains(page, `action="/runs/`+id+`/extend"`) && strings.Contains(page, `data-state="running"`) {
			t.Errorf("%s: a run that goes on can be extended", settings)
		}
		_, page = s.do("GET", "/runs/"+id, asPage, "")
		for _, part := range want {
			part, absent := strings.CutPrefix(part, "!")
			if strings.Contains(page, part) == absent {
				t.Errorf("%s: the page with %q: %v", settings, part, absent)
			}
		}
	}
}

// What a lesson fixes stays fixed behind the end: without the steps nothing goes on, without the schedule
// the last learning rate is held, and the run that the form starts leads to a page of the same lesson.
func TestALockHoldsBehindTheEnd(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=5")
	s.finish(id)
	const form, rate, branch = `class="more-steps"`, `name="then.schedule"`, `data-go="branch"`
	for lesson, want := range map[string][]string{
		"lock=lr":                     {form, rate, branch},
		"lock=schedule":               {form, branch, "!" + rate},
		"lock=steps":                  {branch, "!" + form},
		"hide=steps":                  {branch, "!" + form},
		"hide=run":                    {branch, "!" + form},
		"lock=all":                    {"!" + form, "!" + branch},
		"lock=all,-batch":             {"!" + form, "!" + branch}, // which cannot change in mid-run
		"lock=all,-tau":               {branch, "!" + form},
		"lock=all,-steps":             {form, branch, "!" + rate},
		"lock=all,-tau&hide=branch":   {"!" + branch},
		"lock=all,-tau&hide=settings": {"!" + branch},
	} {
		for _, page := range []string{"/lab?" + tiny + "&steps=5&" + lesson, "/runs/" + id + "?" + lesson} {
			_, body := s.do("GET", page, asPage, "")
			for _, part := range want {
				part, absent := strings.CutPrefix(part, "!")
				if strings.Contains(body, part) == absent {
					t.Errorf("%s: the page with %q: %v", page, part, absent)
				}
			}
		}
	}

	resp, _ := s.do("POST", "/runs/"+id+"/extend", asPage, "more=4&hide=story&lock=all,-steps")
	to := resp.Header.Get("Location")
	if !strings.HasPrefix(to, "/runs/") || !strings.HasSuffix(to, "?hide=story&lock=all,-steps") {
		t.Errorf("the form of a lesson leads to %q", to)
	}
	if _, body := s.do("GET", to, asPage, ""); !strings.Contains(body, "fixed for this lesson") {
		t.Error("the longer run's page has forgotten the lesson")
	}
	if resp, text := s.do("POST", "/runs/"+id+"/extend", asJSON, "more=4&lock=lrr"); resp.StatusCode != 422 || !strings.Contains(text, "lrr") {
		t.Errorf("a lock that nobody knows: %s %s", resp.Status, text)
	}
}
