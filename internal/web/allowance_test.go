package web

import (
	"bytes"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/lab"
)

func TestAllowance(t *testing.T) {
	a := newAllowance(3, time.Minute)
	now := time.Now()
	for range 3 {
		if wait := a.take("a", now); wait != 0 {
			t.Fatalf("one of three is to wait %v", wait)
		}
	}
	if wait := a.take("a", now.Add(20*time.Second)); wait != 40*time.Second {
		t.Errorf("the fourth is to wait %v, want 40 s", wait)
	}
	if wait := a.take("b", now); wait != 0 {
		t.Errorf("somebody else is to wait %v", wait)
	}
	if wait := a.take("a", now.Add(time.Minute)); wait != 0 {
		t.Errorf("after a minute it is to wait %v", wait)
	}
	if wait := a.take("a", now.Add(61*time.Second)); wait != 59*time.Second {
		t.Errorf("the next is to wait %v, want 59 s", wait)
	}
	if wait := a.take("a", now.Add(time.Hour)); wait != 0 {
		t.Errorf("after an hour it is to wait %v", wait)
	}
}

// Where the address refuses, the visitor has used none of his own up.
func TestARefusalCostsNothing(t *testing.T) {
	r, now := newRation("link", "makes", "short links", 2, time.Minute), time.Now()
	for i := range 2 * perAddress {
		if err := r.take(lab.Submission{Visitor: strconv.Itoa(i), Address: "school"}, "/lab", now); err != nil {
			t.Fatal(err)
		}
	}
	late := lab.Submission{Visitor: "late", Address: "school"}
	for range 3 {
		if err := r.take(late, "/lab", now); err == nil {
			t.Fatal("the address has no end")
		}
	}
	late.Address = "home"
	for range 2 {
		if err := r.take(late, "/lab", now); err != nil {
			t.Error(err)
		}
	}
}

// Strangers without number do not fill the memory: those beyond share an allowance, and
// who has used none for long is not known any more.
func TestAllowancesAreForgotten(t *testing.T) {
	a := newAllowance(1, time.Minute)
	now := time.Now()
	for i := range mostNames {
		a.take(strconv.Itoa(i), now)
	}
	if first, second := a.take("late", now), a.take("later", now); first != 0 || second == 0 {
		t.Errorf("beyond the bound the first is to wait %v and the second %v", first, second)
	}
	if n := len(a.full); n > mostNames+1 {
		t.Errorf("%d names are kept", n)
	}
	if wait := a.take("later", now.Add(time.Minute)); wait != 0 || len(a.full) != 1 {
		t.Errorf("a minute later it is to wait %v; %d names are kept", wait, len(a.full))
	}
}

// Who has made many short links is told when the next one may be; others at the same
// address are not held up, until there are too many from there.
func TestShortLinksAreRationed(t *testing.T) {
	h := bare(new(bytes.Buffer))
	h.links = linkRation()
	later := time.Now().Add(time.Hour) // at which all of it is used up
	ask := func() (status int, retry, body string) {
		r := httptest.NewRequest("POST", "/s", strings.NewReader("link=/lab"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		h.handle(h.shorten)(w, r)
		return w.Code, w.Header().Get("Retry-After"), w.Body.String()
	}
	stranger := h.submission(httptest.NewRequest("POST", "/s", nil))
	for range linksAtOnce {
		if err := h.links.take(stranger, "/lab", later); err != nil {
			t.Fatal(err)
		}
	}
	status, retry, body := ask()
	if seconds, err := strconv.Atoi(retry); status != 429 || err != nil || seconds < 3600 || !strings.Contains(body, "at most 30 short links at once") {
		t.Errorf("beyond the quota: %d, again after %s s, %s", status, retry, body)
	}
	left := perAddress*linksAtOnce - linksAtOnce
	for i := range left {
		if err := h.links.take(lab.Submission{Visitor: strconv.Itoa(i), Address: stranger.Address}, "/lab", later); err != nil {
			t.Fatalf("visitor %d at the address: %v", i, err)
		}
	}
	if err := h.links.take(lab.Submission{Visitor: "another", Address: stranger.Address}, "/lab", later); err == nil || !strings.Contains(err.Error(), "network address") {
		t.Errorf("beyond what an address may: %v", err)
	}
	if err := h.links.take(lab.Submission{Visitor: "another", Address: "elsewhere"}, "/lab", later); err != nil {
		t.Errorf("at another address: %v", err)
	}
}
