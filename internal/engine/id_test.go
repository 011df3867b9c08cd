package engine

import (
	"regexp"
	"testing"
)

func TestID(t *testing.T) {
	id := func(settings string) string {
		t.Helper()
		id, err := ID(parse(t, settings), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	base := id("")
	if !regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{12}$`).MatchString(base) {
		t.Errorf("%q is no id", base)
	}
	for _, same := range []string{"method=simclr", "lr=0.060", "target=shared", "probe.every=20"} {
		if id(same) != base {
			t.Errorf("%s is the default and has another id", same)
		}
	}
	seen := map[string]string{base: "the default"}
	for _, other := range []string{"seed=2", "steps=301", "tau=0.3", "data=shapes", "method=byol", "probe.every=5", "at=5 then.lr=0.1", "at=6 then.lr=0.1"} {
		if twin := seen[id(other)]; twin != "" {
			t.Errorf("%s has the id of %s", other, twin)
		}
		seen[id(other)] = other
	}
}

func TestMissingImagesAreNamed(t *testing.T) {
	if _, err := ID(parse(t, "data=cifar10"), Options{Images: t.TempDir()}); err == nil {
		t.Error("no error where there are no images")
	}
}
