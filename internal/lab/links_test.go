package lab

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestShortLinks(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, 0, count)
	const address = "/lab?method=barlow&v=1#step=40"
	code, err := l.Shorten(t.Context(), address)
	if err != nil || len(code) != codeLeast {
		t.Fatalf("code %q, %v", code, err)
	}
	if again, err := l.Shorten(t.Context(), address); err != nil || again != code {
		t.Errorf("the same address has the code %q and then %q, %v", code, again, err)
	}
	other, err := l.Shorten(t.Context(), address+"1")
	if err != nil || other == code {
		t.Errorf("another address has the code %q, %v", other, err)
	}

	shut(t, l)
	l = start(t, dir, 0, count)
	asRead := strings.NewReplacer("0", "o", "1", "L").Replace(strings.ToUpper(code))
	for _, c := range []string{code, strings.ToUpper(code), asRead, code[:3] + "-" + code[3:]} {
		if got, err := l.Expand(t.Context(), c); err != nil || got != address {
			t.Errorf("%s stands for %q, %v after a restart", c, got, err)
		}
	}
	for _, c := range []string{"", "abc", "zzzzzzz", "../../x", "abc.def*", strings.Repeat("0", 60), code + "0"} {
		if got, err := l.Expand(t.Context(), c); !errors.Is(err, ErrNoLink) {
			t.Errorf("%q stands for %q, %v", c, got, err)
		}
	}
	for _, bad := range []string{"", "/lab?" + strings.Repeat("x", MaxLink)} {
		if _, err := l.Shorten(t.Context(), bad); err == nil {
			t.Errorf("an address of %d bytes has a short link", len(bad))
		}
	}
}

// Two addresses whose codes begin alike: the later one's is longer, and both lead
// where they should.
func TestShortLinksThatBeginAlike(t *testing.T) {
	l := start(t, "", 0, count)
	const address = "/lab?v=1"
	code, err := l.Shorten(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.store.links.Put(t.Context(), code, []byte("/lab?method=byol&v=1")); err != nil { // as if that one had come first
		t.Fatal(err)
	}
	longer, err := l.Shorten(t.Context(), address)
	if err != nil || len(longer) != codeLeast+1 || !strings.HasPrefix(longer, code) {
		t.Fatalf("code %q beside %q, %v", longer, code, err)
	}
	for c, want := range map[string]string{code: "/lab?method=byol&v=1", longer: address} {
		if got, err := l.Expand(t.Context(), c); err != nil || got != want {
			t.Errorf("%s stands for %q, %v", c, got, err)
		}
	}
}

// A full bucket refuses, says so, and forgets nothing.
func TestShortLinksAreBounded(t *testing.T) {
	l := start(t, "", 0, count)
	l.store.mostLinks = 8 << 10
	first, err := l.Shorten(t.Context(), "/lab?seed=0")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; err == nil && i < 1000; i++ {
		_, err = l.Shorten(t.Context(), fmt.Sprintf("/lab?seed=%d", i))
	}
	if !errors.Is(err, ErrFull) {
		t.Errorf("in a full bucket: %v", err)
	}
	if got, err := l.Expand(t.Context(), first); err != nil || got != "/lab?seed=0" {
		t.Errorf("the first one stands for %q, %v", got, err)
	}
	if again, err := l.Shorten(t.Context(), "/lab?seed=0"); err != nil || again != first {
		t.Errorf("a known address has no code in a full bucket: %q, %v", again, err)
	}
}
