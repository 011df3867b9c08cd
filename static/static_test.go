package static

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// budget is what all scripts that the lab page loads may weigh, gzipped, at once and later.
const budget = 60 << 10

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(Files, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestScriptsOfTheLabStayWithinTheBudget(t *testing.T) {
	total := 0
	for _, name := range []string{"theme.js", "lab.js", "inside.js", "share.js"} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(read(t, name)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%6d bytes of %s", b.Len(), name)
		total += b.Len()
	}
	t.Logf("%6d bytes of %d", total, budget)
	if total > budget {
		t.Errorf("the scripts of /lab weigh %d bytes gzipped, the budget is %d", total, budget)
	}
}

// What the pages load asks no other host and needs no exception from a strict
// content security policy.
func TestBuiltFilesKeepToThemselves(t *testing.T) {
	elsewhere := regexp.MustCompile(`(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
	for _, name := range []string{"theme.js", "lab.js", "inside.js", "home.js", "probe.js", "share.js", "sweep.js", "gallery.js", "style.css"} {
		text := strings.ReplaceAll(string(read(t, name)), "http://www.w3.org/", "")
		if found := elsewhere.FindString(text); found != "" {
			t.Errorf("%s names another host: %s", name, found)
		}
		for _, unsafe := range []string{"eval(", "new Function(", "url(data:"} {
			if strings.Contains(text, unsafe) {
				t.Errorf("%s contains %s", name, unsafe)
			}
		}
	}
}

func TestStyleSheetFindsItsFiles(t *testing.T) {
	for _, m := range regexp.MustCompile(`url\(["']?([^)"']+)`).FindAllStringSubmatch(string(read(t, "style.css")), -1) {
		read(t, strings.TrimPrefix(m[1], "./"))
	}
}

func TestAddressesFollowTheContent(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"style.css", "theme.js", "home.js", "lab.js", "inside.js", "probe.js", "share.js", "sweep.js", "gallery.js", "icon.svg"} {
		u := URL(name)
		if !strings.HasPrefix(u, Prefix+name+"?v=") || seen[u] {
			t.Errorf("URL(%q) = %q", name, u)
		}
		seen[u] = true
	}
	if u := URL(Typeface); u != Prefix+Typeface {
		t.Errorf("URL(%q) = %q, which is not what the style sheet asks for", Typeface, u)
	}
	defer func() {
		if recover() == nil {
			t.Error("URL of a file that does not exist did not panic")
		}
	}()
	URL("nothing.js")
}

func TestLicenceIsThere(t *testing.T) {
	if !strings.Contains(InterLicence, "SIL OPEN FONT LICENSE") {
		t.Error("the typeface's licence is missing")
	}
}
